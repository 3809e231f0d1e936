// swift-tools-version: 6.3
import PackageDescription

let package = Package(
    name: "Streaks",
    platforms: [.macOS(.v26)],
    dependencies: [.package(url: "…/swift-tokenscope", from: "0.1.0")],
    targets: [
        .executableTarget(
            name: "Streaks",
            dependencies: [
                .product(name: "TokenScope", package: "swift-tokenscope"),
                .product(name: "TinyPythonModel", package: "swift-tokenscope"),
                .product(name: "ScopeTestKit", package: "swift-tokenscope"),
            ])
    ]
)
