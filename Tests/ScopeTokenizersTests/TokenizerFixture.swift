import ScopeFiles
import TestFixtures

@testable import ScopeTokenizers

/// One folder of golden tokenizer data.
struct TokenizerFixture: Sendable, CustomStringConvertible {
    let folder: FixtureFolder
    /// The GGUF file that holds the same tokenizer; nil for the folder's own files.
    var gguf: String?

    var description: String {
        "\(folder)" + (gguf.map { " of \($0.split(separator: "/").last ?? "")" } ?? "")
    }

    /// The folders.
    static let all = Fixtures.folders("tokenizers").map { TokenizerFixture(folder: $0) }

    /// GGUF files, by the folders whose tokenizer they hold: those in the folders themselves, and
    /// the models whose document names a folder.
    static let inGGUF: [TokenizerFixture] = Fixtures.roots.flatMap { root in
        let folders = root.folders("tokenizers")
        let own = folders.flatMap { folder in
            root.names("tokenizers/\(folder.name)").filter { $0.hasSuffix(".gguf") }.map {
                TokenizerFixture(folder: folder, gguf: folder.path(of: $0))
            }
        }
        let models = root.category("gguf")
        let named = root.names("gguf").compactMap { name -> TokenizerFixture? in
            guard name.hasSuffix(".golden.json"), let golden = try? models.json(name),
                let tokenizer = try? golden["tokenizer"]?.string(),
                let file = try? golden["file"]?.string(),
                let folder = folders.first(where: { "tokenizers/\($0.name)" == tokenizer })
            else { return nil }
            return TokenizerFixture(folder: folder, gguf: models.path(of: file))
        }
        return own + named
    }

    /// Those whose cases have all fields; the others tell ids and texts alone.
    static let complete = all.filter { (try? $0.cases())?["decode_cases"] != nil }

    /// The same in GGUF files.
    static let completeInGGUF = inGGUF.filter { (try? $0.cases())?["decode_cases"] != nil }

    /// Those whose file says that they are byte-level byte-pair encodings: all of these must load.
    static let byteLevel = all.filter(\.isByteLevel)

    /// Read from the raw file, not by the reader under test.
    var isByteLevel: Bool {
        guard folder.contains("tokenizer.json"), let root = try? folder.json("tokenizer.json")
        else { return false }
        let decoder = root["decoder"]?["type"]?.lexeme
        let preTokenizer = root["pre_tokenizer"]?.lexeme ?? ""
        return root["model"]?["type"]?.lexeme == "\"BPE\""
            && (decoder == "\"ByteLevel\"" || preTokenizer.contains("\"ByteLevel\""))
    }

    func tokenizer() throws -> any Tokenizer {
        guard let gguf else { return try AutoTokenizer.from(folder.folder()) }
        return try AutoTokenizer.from(gguf: GGUFModel(path: gguf).metadata)
    }

    func cases() throws -> JSONValue {
        try folder.json("cases.json")
    }
}

extension JSONValue {
    /// An array of whole numbers.
    func ints() throws -> [Int] {
        try elements().map { try $0.int() }
    }

    /// An array of pairs of whole numbers as ranges; nil for null.
    func ranges() throws -> [Range<Int>]? {
        guard !isNull else { return nil }
        return try elements().map { pair in
            let bounds = try pair.ints()
            return bounds[0]..<bounds[1]
        }
    }
}
