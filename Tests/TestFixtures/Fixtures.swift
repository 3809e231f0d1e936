import ScopeFiles

/// The golden data that tests run over: the committed set, and a larger one if it is named.
///
/// The environment variable `TOKENSCOPE_FIXTURES` names a further folder of the same layout, by a
/// path relative to the package or to the current directory.
public enum Fixtures {
    /// The folders that every root must have.
    public static let categories = [
        "ast", "attention", "attributions", "chat", "gguf", "malformed", "models", "tokenizers",
    ]

    /// The committed set, then the one the environment names.
    public static let roots: [FixtureRoot] = {
        let compact = FixtureRoot(name: "compact", path: "\(packageRoot)/Tests/Fixtures")
        guard let path = environmentValue("TOKENSCOPE_FIXTURES"), !path.isEmpty else {
            return [compact]
        }
        let candidates = path.hasPrefix("/") ? [path] : ["\(packageRoot)/\(path)", path]
        guard let found = candidates.first(where: { kindOfFile(at: $0).isDirectory }) else {
            // A run without the data it was asked to use must not look like a success.
            preconditionFailure("TOKENSCOPE_FIXTURES names no folder: \(path)")
        }
        let trimmed = found.split(separator: "/").last.map(String.init) ?? found
        return [compact, FixtureRoot(name: trimmed, path: found)]
    }()

    /// The folders of one category in all roots, sorted by name within each root.
    public static func folders(_ category: String) -> [FixtureFolder] {
        roots.flatMap { $0.folders(category) }
    }

    /// The folder that holds the package's manifest.
    public static let packageRoot = String(
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
            .joined(separator: "/"))
}

/// One set of golden data.
public struct FixtureRoot: Sendable, Hashable, CustomStringConvertible {
    /// A short name for the output of tests.
    public let name: String

    /// Where it lies.
    public let path: String

    /// The root's short name.
    public var description: String { name }

    /// The names in the folder of a category, files and folders, sorted; empty if it is not there.
    public func names(_ category: String) -> [String] {
        (namesInDirectory("\(path)/\(category)") ?? []).filter { !$0.hasPrefix(".") }.sorted()
    }

    /// The folders of a category, sorted.
    public func folders(_ category: String) -> [FixtureFolder] {
        names(category).compactMap { name in
            let path = "\(path)/\(category)/\(name)"
            guard kindOfFile(at: path).isDirectory else { return nil }
            return FixtureFolder(root: self.name, name: name, path: path)
        }
    }

    /// The category itself as a folder, for those that hold files.
    public func category(_ category: String) -> FixtureFolder {
        FixtureFolder(root: name, name: category, path: "\(path)/\(category)")
    }
}
