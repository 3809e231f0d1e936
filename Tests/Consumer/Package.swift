// swift-tools-version: 6.3
import PackageDescription

// A client of the package as clients are: by URL and version. Scripts/consumer copies this folder
// to a temporary place and puts the URL of a fresh repository, or its path, for the one below.
let package = Package(
    name: "Consumer",
    platforms: [.macOS(.v26)],
    dependencies: [
        .package(url: "file:///REPOSITORY/swift-tokenscope", exact: "0.1.0")
    ],
    targets: [
        .executableTarget(
            name: "TraceOnly",
            dependencies: [.product(name: "ScopeTrace", package: "swift-tokenscope")]
        ),
        .target(
            name: "CompatibleObservers",
            dependencies: [.product(name: "TokenScope", package: "swift-tokenscope")],
            swiftSettings: [
                .strictMemorySafety(),
                .treatAllWarnings(as: .error),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
            ]
        ),
        .executableTarget(
            name: "UmbrellaClient",
            dependencies: [
                "CompatibleObservers",
                .product(name: "TokenScope", package: "swift-tokenscope"),
                .product(name: "TinyPythonModel", package: "swift-tokenscope"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)
