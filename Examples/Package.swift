// swift-tools-version: 6.3
import PackageDescription

let strict: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

// The modules behind the umbrella are named as well, or SwiftPM would not rebuild a program when one
// of them changes.
let tokenScope: [Target.Dependency] = [
    "ScopeAttribution", "ScopeAudit", "ScopeBranching", "ScopeCode", "ScopeDecoding", "ScopeFiles",
    "ScopeMetrics", "ScopeReports", "ScopeTensor", "ScopeTokenizers", "ScopeTrace",
    "ScopeTransformer", "TinyPythonModel", "TokenScope",
].map { .product(name: $0, package: "swift-tokenscope") }

let package = Package(
    name: "Examples",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "tokenscope", targets: ["tokenscope"]),
        .executable(name: "CustomObserver", targets: ["CustomObserver"]),
        .executable(name: "PatchingExample", targets: ["PatchingExample"]),
        .executable(name: "WhatIf", targets: ["WhatIf"]),
        .executable(name: "AuditRepository", targets: ["AuditRepository"]),
        .executable(name: "Minimal", targets: ["Minimal"]),
        .executable(name: "CompareModels", targets: ["CompareModels"]),
        .executable(name: "StreamingView", targets: ["StreamingView"]),
    ],
    dependencies: [.package(name: "swift-tokenscope", path: "..")],
    targets: [
        .systemLibrary(
            name: "CMicroHTTPD",
            pkgConfig: "libmicrohttpd",
            providers: [.apt(["libmicrohttpd-dev"]), .brew(["libmicrohttpd"])]
        ),
        .target(name: "ExplorerEngine", dependencies: tokenScope, swiftSettings: strict),
        .target(
            name: "ExplorerServer",
            dependencies: ["CMicroHTTPD", "ExplorerEngine"] + tokenScope,
            swiftSettings: strict
        ),
        .target(name: "DatasetEngine", dependencies: tokenScope, swiftSettings: strict),
        .target(name: "CToolOptions"),
        .target(name: "CToolScripts"),
        .executableTarget(
            name: "tokenscope",
            dependencies: [
                "CToolOptions", "CToolScripts", "DatasetEngine", "ExplorerEngine", "ExplorerServer",
            ] + tokenScope,
            swiftSettings: strict
        ),
        .executableTarget(
            name: "CustomObserver",
            dependencies: tokenScope,
            swiftSettings: strict
        ),
        .executableTarget(
            name: "PatchingExample",
            dependencies: tokenScope,
            swiftSettings: strict
        ),
        .executableTarget(
            name: "WhatIf",
            dependencies: tokenScope,
            swiftSettings: strict
        ),
        .executableTarget(
            name: "AuditRepository",
            dependencies: ["DatasetEngine"] + tokenScope,
            swiftSettings: strict
        ),
        .executableTarget(
            name: "Minimal",
            dependencies: tokenScope,
            swiftSettings: strict
        ),
        .executableTarget(
            name: "CompareModels",
            dependencies: tokenScope,
            swiftSettings: strict
        ),
        .executableTarget(
            name: "StreamingView",
            dependencies: tokenScope,
            swiftSettings: strict
        ),
        .testTarget(
            name: "ExplorerTests", dependencies: ["ExplorerEngine", "ExplorerServer"] + tokenScope),
        .testTarget(name: "DatasetTests", dependencies: ["DatasetEngine"] + tokenScope),
        // Runs the programs, which depending on them builds first.
        .testTarget(
            name: "ToolTests",
            dependencies: [
                "tokenscope", "CustomObserver", "PatchingExample", "WhatIf", "AuditRepository",
                "Minimal", "CompareModels", "StreamingView",
            ]),
    ],
    swiftLanguageModes: [.v6]
)
