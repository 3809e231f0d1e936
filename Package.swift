// swift-tools-version: 6.3
import PackageDescription

// Every Swift target keeps the same rules; `lendsSpans` marks the few modules whose API returns
// spans of memory they own.
let strict: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]
let lendsSpans = strict + [.enableExperimentalFeature("Lifetimes")]

let package = Package(
    name: "swift-tokenscope",
    platforms: [.macOS(.v26)],
    products: [
        .library(name: "ScopeTrace", targets: ["ScopeTrace"]),
        .library(name: "ScopeFiles", targets: ["ScopeFiles"]),
        .library(name: "ScopeTensor", targets: ["ScopeTensor"]),
        .library(name: "ScopeTokenizers", targets: ["ScopeTokenizers"]),
        .library(name: "ScopeTransformer", targets: ["ScopeTransformer"]),
        .library(name: "ScopeDecoding", targets: ["ScopeDecoding"]),
        .library(name: "ScopeMetrics", targets: ["ScopeMetrics"]),
        .library(name: "ScopeAttribution", targets: ["ScopeAttribution"]),
        .library(name: "ScopeBranching", targets: ["ScopeBranching"]),
        .library(name: "ScopeCode", targets: ["ScopeCode"]),
        .library(name: "ScopeReports", targets: ["ScopeReports"]),
        .library(name: "ScopeAudit", targets: ["ScopeAudit"]),
        .library(name: "TokenScope", targets: ["TokenScope"]),
        .library(name: "ScopeTestKit", targets: ["ScopeTestKit"]),
        .library(name: "TinyPythonModel", targets: ["TinyPythonModel"]),
    ],
    targets: [
        // Values: what an analysis is.
        .target(
            name: "ScopeTrace",
            swiftSettings: strict,
            // Rounding is a function of the C mathematics library, which Swift does not link itself.
            linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]
        ),

        // Files under attack.
        .target(name: "ScopeFiles", swiftSettings: lendsSpans),

        // The tensor core. On macOS products go to Accelerate, whose older interface is marked as deprecated.
        .systemLibrary(
            name: "CScopeBLAS",
            pkgConfig: "openblas",
            providers: [.apt(["libopenblas-dev"])]
        ),
        .target(name: "CScopeKernels"),
        .target(
            name: "ScopeTensor",
            dependencies: [
                "ScopeFiles", "CScopeKernels",
                .target(name: "CScopeBLAS", condition: .when(platforms: [.linux])),
            ],
            cSettings: [.define("ACCELERATE_NEW_LAPACK", .when(platforms: [.macOS]))],
            swiftSettings: lendsSpans + [
                .treatWarning("DeprecatedDeclaration", as: .warning, .when(platforms: [.macOS]))
            ],
            linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]
        ),

        // Text.
        .target(
            name: "ScopeTokenizers",
            dependencies: ["ScopeTrace", "ScopeFiles"],
            swiftSettings: strict
        ),

        // From a folder to logits, from logits to a trace.
        .target(
            name: "ScopeTransformer",
            dependencies: ["ScopeTensor", "ScopeFiles"],
            swiftSettings: lendsSpans
        ),
        .target(
            name: "ScopeDecoding",
            dependencies: [
                "ScopeTransformer", "ScopeTensor", "ScopeTokenizers", "ScopeTrace", "ScopeFiles",
            ],
            swiftSettings: lendsSpans
        ),
        .target(
            name: "ScopeMetrics",
            dependencies: [
                "ScopeDecoding", "ScopeTokenizers", "ScopeTrace", "ScopeTransformer",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "ScopeAttribution",
            dependencies: [
                "ScopeDecoding", "ScopeTransformer", "ScopeTensor", "ScopeTokenizers", "ScopeTrace",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "ScopeBranching",
            dependencies: [
                "ScopeDecoding", "ScopeTransformer", "ScopeTensor", "ScopeTokenizers", "ScopeTrace",
                "ScopeFiles",
            ],
            swiftSettings: strict
        ),
        // The page that shows traces: plain files that the compiler takes in.
        .target(name: "CScopePage", exclude: ["page"]),
        .target(
            name: "ScopeReports",
            dependencies: ["CScopePage", "ScopeTrace", "ScopeFiles"],
            swiftSettings: strict
        ),

        // Syntax: the runtime is linked by the module that parses code.
        .systemLibrary(
            name: "CScopeTreeSitter",
            pkgConfig: "tree-sitter",
            providers: [.apt(["libtree-sitter-dev"]), .brew(["tree-sitter"])]
        ),
        // A guard around the scanners of grammars.
        .target(name: "CScopeGrammar"),
        .target(
            name: "ScopeCode",
            dependencies: ["CScopeGrammar", "CScopeTreeSitter", "ScopeTrace"],
            swiftSettings: strict
        ),

        // From signals to findings.
        .target(
            name: "ScopeAudit",
            dependencies: [
                "ScopeAttribution",
                "ScopeBranching", "ScopeCode", "ScopeDecoding", "ScopeFiles", "ScopeMetrics",
                "ScopeReports", "ScopeTensor", "ScopeTokenizers", "ScopeTrace", "ScopeTransformer",
            ],
            swiftSettings: strict,
            linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]
        ),

        .target(
            name: "TokenScope",
            dependencies: [
                "ScopeTrace", "ScopeFiles", "ScopeTensor", "ScopeTokenizers", "ScopeTransformer",
                "ScopeDecoding", "ScopeMetrics", "ScopeAttribution", "ScopeBranching", "ScopeCode",
                "ScopeReports", "ScopeAudit",
            ],
            swiftSettings: strict
        ),

        // For tests, ours and clients'.
        .target(
            name: "ScopeTestKit",
            dependencies: [
                "TokenScope",
                // Behind the umbrella; named, or SwiftPM would not rebuild when one of them changes.
                "ScopeAttribution", "ScopeBranching", "ScopeCode", "ScopeDecoding", "ScopeFiles",
                "ScopeMetrics", "ScopeTensor", "ScopeTokenizers", "ScopeTrace", "ScopeTransformer",
            ],
            swiftSettings: strict
        ),

        // The embedded default model, for those who ask for it.
        .target(name: "CTinyPythonModel", exclude: ["model"]),
        .target(
            name: "TinyPythonModel",
            dependencies: ["CTinyPythonModel", "ScopeFiles"],
            swiftSettings: strict
        ),

        // Tests mirror the modules.
        .target(name: "CTestSupport", path: "Tests/CTestSupport"),
        .target(name: "CTestGrammar", dependencies: ["CScopeGrammar"], path: "Tests/CTestGrammar"),
        .target(
            name: "TestFixtures",
            dependencies: ["ScopeFiles", "CTestSupport"],
            path: "Tests/TestFixtures",
            swiftSettings: strict
        ),
        .testTarget(
            name: "ScopeTraceTests", dependencies: ["ScopeTrace"], swiftSettings: strict),
        .testTarget(
            name: "ScopeFilesTests",
            dependencies: ["ScopeFiles", "TestFixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ScopeTensorTests",
            dependencies: ["ScopeTensor", "ScopeFiles", "TestFixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ScopeTokenizersTests",
            dependencies: ["ScopeTokenizers", "ScopeFiles", "ScopeTrace", "TestFixtures"],
            exclude: ["Golden"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ScopeTransformerTests",
            dependencies: ["ScopeTransformer", "ScopeTensor", "ScopeFiles", "TestFixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ScopeDecodingTests",
            dependencies: [
                "ScopeTestKit", "TokenScope", "TinyPythonModel", "TestFixtures",
                "ScopeDecoding", "ScopeFiles", "ScopeMetrics", "ScopeTensor", "ScopeTokenizers",
                "ScopeTrace", "ScopeTransformer",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ScopeMetricsTests",
            dependencies: [
                "ScopeTestKit", "TokenScope", "TestFixtures", "ScopeDecoding", "ScopeFiles",
                "ScopeMetrics", "ScopeTensor", "ScopeTokenizers", "ScopeTrace", "ScopeTransformer",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ScopeTestKitTests",
            dependencies: [
                "ScopeTestKit", "TokenScope", "ScopeDecoding", "ScopeMetrics", "ScopeTokenizers",
                "ScopeTrace", "ScopeTransformer",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ScopeAttributionTests",
            dependencies: [
                "ScopeAttribution", "ScopeDecoding", "ScopeFiles", "ScopeTensor", "ScopeTestKit",
                "ScopeTokenizers", "ScopeTrace", "ScopeTransformer", "TestFixtures",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ScopeBranchingTests",
            dependencies: [
                "ScopeBranching", "ScopeDecoding", "ScopeFiles", "ScopeMetrics", "ScopeTensor",
                "ScopeTestKit", "ScopeTokenizers", "ScopeTrace", "ScopeTransformer",
                "TestFixtures", "TinyPythonModel", "TokenScope",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ScopeCodeTests",
            dependencies: [
                "CTestGrammar", "ScopeCode", "ScopeFiles", "ScopeTrace", "TestFixtures",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ScopeReportsTests",
            dependencies: ["ScopeReports", "ScopeTrace", "ScopeFiles", "TestFixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ScopeAuditTests",
            dependencies: [
                "ScopeAudit", "ScopeCode", "ScopeDecoding", "ScopeFiles", "ScopeMetrics",
                "ScopeReports", "ScopeTensor", "ScopeTokenizers", "ScopeTrace", "ScopeTransformer",
                "TestFixtures", "TinyPythonModel",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TrustTests",
            dependencies: [
                "ScopeAudit", "ScopeBranching", "ScopeCode", "ScopeDecoding", "ScopeFiles",
                "ScopeMetrics", "ScopeReports", "ScopeTensor", "ScopeTestKit", "ScopeTokenizers",
                "ScopeTrace", "ScopeTransformer", "TestFixtures",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TinyPythonModelTests",
            dependencies: ["TinyPythonModel", "ScopeFiles"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CScopeTreeSitterTests",
            dependencies: ["CScopeTreeSitter"],
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)
