// swift-tools-version: 6.3
import PackageDescription

let strict: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v26)],
    dependencies: [.package(name: "swift-tokenscope", path: "..")],
    targets: [
        .target(name: "CBenchSupport"),
        .executableTarget(
            name: "ScopeBench",
            dependencies: [
                "CBenchSupport",
                .product(name: "TokenScope", package: "swift-tokenscope"),
                .product(name: "TinyPythonModel", package: "swift-tokenscope"),
            ],
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)
