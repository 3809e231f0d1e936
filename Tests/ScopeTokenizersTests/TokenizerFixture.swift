import ScopeFiles
import TestFixtures

@testable import ScopeTokenizers

/// One folder of golden tokenizer data.
struct TokenizerFixture: Sendable, CustomStringConvertible {
    let folder: FixtureFolder
    var description: String { folder.description }

    static let all = Fixtures.folders("tokenizers").map(TokenizerFixture.init)

    /// Those whose cases have all fields; the others tell ids and texts alone.
    static let complete = all.filter { (try? $0.cases())?["decode_cases"] != nil }

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
        try AutoTokenizer.from(folder.folder())
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
