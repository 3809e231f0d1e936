// swift-tools-version: 6.3
import PackageDescription

let strict: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

// The modules behind the umbrella are named too: SwiftPM rebuilds a target when a module that it
// names has changed, and the umbrella, which only exports, looks the same after a change below it.
let modules = [
    "TokenScope", "ScopeAttribution", "ScopeBranching", "ScopeCode", "ScopeDecoding", "ScopeFiles",
    "ScopeMetrics",
    "ScopeTokenizers", "ScopeTransformer",
]

let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v26)],
    dependencies: [.package(name: "swift-tokenscope", path: "..")],
    targets: [
        .target(name: "CBenchSupport"),
        .executableTarget(
            name: "ScopeBench",
            dependencies: ["CBenchSupport"]
                + (modules + ["ScopeTrace", "TinyPythonModel"]).map {
                    .product(name: $0, package: "swift-tokenscope")
                },
            swiftSettings: strict
        ),
        .executableTarget(
            name: "AttributionBench",
            dependencies: ["CBenchSupport"]
                + (modules + ["ScopeTensor", "ScopeTrace", "TinyPythonModel"])
                .map { .product(name: $0, package: "swift-tokenscope") },
            swiftSettings: strict
        ),
        .executableTarget(
            name: "AuditBench",
            dependencies: ["CBenchSupport"]
                + (modules + ["ScopeAudit", "ScopeReports", "ScopeTrace", "TinyPythonModel"])
                .map { .product(name: $0, package: "swift-tokenscope") },
            swiftSettings: strict
        ),
        .systemLibrary(name: "CBenchTreeSitter", pkgConfig: "tree-sitter"),
        .target(name: "CBareParser", dependencies: ["CBenchTreeSitter"]),
        .executableTarget(
            name: "SyntaxBench",
            dependencies: ["CBareParser"]
                + ["ScopeCode", "ScopeFiles"].map {
                    .product(name: $0, package: "swift-tokenscope")
                },
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)
