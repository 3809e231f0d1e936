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

let package = Package(
    name: "Examples",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "tokenscope", targets: ["tokenscope"]),
        .executable(name: "CustomObserver", targets: ["CustomObserver"]),
    ],
    dependencies: [.package(name: "swift-tokenscope", path: "..")],
    targets: [
        .target(name: "CToolOptions"),
        .executableTarget(
            name: "tokenscope",
            dependencies: [
                "CToolOptions",
                .product(name: "TokenScope", package: "swift-tokenscope"),
                .product(name: "TinyPythonModel", package: "swift-tokenscope"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "CustomObserver",
            dependencies: [
                .product(name: "TokenScope", package: "swift-tokenscope"),
                .product(name: "TinyPythonModel", package: "swift-tokenscope"),
            ],
            swiftSettings: strict
        ),
        // Runs the programs, which depending on them builds first.
        .testTarget(name: "ToolTests", dependencies: ["tokenscope", "CustomObserver"]),
    ],
    swiftLanguageModes: [.v6]
)
