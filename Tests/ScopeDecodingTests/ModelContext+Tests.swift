import ScopeTestKit
import TinyPythonModel
import TokenScope

extension ModelContext {
    /// The embedded model, opened once for all tests.
    static let tinyPython = Result { try loadModel(from: .tinyPython) }

    /// A model that answers with stored logits, with the embedded model's tokenizer.
    static func replaying(
        _ rows: [[Float]], eosTokenIDs: [Int] = []
    ) throws -> ModelContext {
        ModelContext(
            model: ScriptedModel(rows: rows, eosTokenIDs: eosTokenIDs),
            tokenizer: try tinyPython.get().tokenizer,
            identity: ModelIdentity(
                name: "replay", family: "replay", fingerprint: "", parameterCount: 0))
    }
}

extension DecodingSession {
    /// Decodes to the end.
    mutating func decodeAll() throws -> TokenTrace {
        while try next() != nil {}
        return trace
    }
}
