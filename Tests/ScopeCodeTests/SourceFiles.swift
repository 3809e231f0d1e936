import ScopeCode
import ScopeFiles
import TestFixtures

/// Source files by language: of the package itself, and of folders that the environment names.
enum SourceFiles {
    /// A file and its language.
    struct File: Sendable {
        let path: String
        let language: String

        func bytes() throws -> [UInt8] {
            let contents = try FileContents.open(path)
            return contents.copy(0..<contents.byteCount)
        }
    }

    /// The folders of the long form, from `TOKENSCOPE_SOURCES`, parted by colons; nil in the short one.
    static let named = environmentValue("TOKENSCOPE_SOURCES")?.split(separator: ":").map(
        String.init)

    /// The most files of a language in the long form, from `TOKENSCOPE_SOURCES_COUNT` (60).
    static let count = environmentValue("TOKENSCOPE_SOURCES_COUNT").flatMap { Int($0) } ?? 60

    /// How long a parse may take in the long form, from `TOKENSCOPE_SOURCES_SECONDS` (0.5 s).
    static let timeLimit = Duration.milliseconds(
        Int(1000 * (environmentValue("TOKENSCOPE_SOURCES_SECONDS").flatMap { Double($0) } ?? 0.5)))

    /// Texts that there are everywhere, in every language that is tested: samples, golden sources, and some
    /// of the package's own files.
    static func small() throws -> [(name: String, language: String, bytes: [UInt8])] {
        var texts = LanguageText.all.map { sample in
            // Long enough for several definitions to stand side by side.
            let bytes = Array(repeatElement(sample.bytes, count: 6).joined())
            return (name: sample.language, language: sample.language, bytes: bytes)
        }
        for golden in GoldenTree.all where golden.folder.root == "compact" {
            texts.append((golden.testDescription, "python", try golden.bytes()))
        }
        let own = [
            "Sources/ScopeTrace/Documents/FencedCode.swift",
            "Sources/ScopeCode/SyntaxFailure.swift",
            "Examples/Sources/CToolOptions/tool_options.c", "Benchmarks/peers/pairs.py",
        ]
        for path in own {
            let file = File(
                path: Fixtures.packageRoot + "/" + path,
                language: CodeLanguage.ofFile(path)?.name ?? "")
            texts.append((path, file.language, try file.bytes()))
        }
        return texts
    }

    /// The source files below folders, at most so many of each language, spread over what is there.
    static func find(in folders: [String], atMost count: Int) -> [File] {
        var found: [String: [String]] = [:]
        var waiting = folders
        var seen: Set<FolderIdentity> = []
        while let folder = waiting.popLast() {
            guard let identity = FolderIdentity(path: folder), seen.insert(identity).inserted else {
                continue
            }
            for name in namesInDirectory(folder) ?? [] where !name.hasPrefix(".") {
                let path = folder + "/" + name
                let kind = kindOfFile(at: path)
                if kind.isDirectory {
                    if folder != "/" || !["proc", "sys", "dev"].contains(name) {
                        waiting.append(path)
                    }
                } else if kind.exists, name.contains("."),
                    let language = CodeLanguage.ofFile(name)?.name,
                    TestGrammars.languages.contains(language)
                {
                    found[language, default: []].append(path)
                }
            }
        }
        return found.flatMap { language, paths in
            let paths = paths.sorted()
            let step = max(1, paths.count / max(1, count))
            return stride(from: 0, to: paths.count, by: step).prefix(count)
                .map { File(path: paths[$0], language: language) }
        }
    }
}
