import ScopeTestKit
import TinyPythonModel
import TokenScope

extension ModelContext {
    /// The embedded model.
    static let tinyPython = Result { try loadModel(from: FileFolder.tinyPython) }
    /// A seeded model of single bytes that never ends.
    static let tiny = Result { try TinyModel(seed: 3, contextLength: 512).load() }
}

extension GenerateParameters {
    /// Draws of a seed, without an end of text.
    static func endless(_ count: Int, seed: UInt64 = 1) -> GenerateParameters {
        GenerateParameters(
            maxTokens: count, temperature: 1, topP: 0.95, logitBias: [0: -.infinity], seed: seed)
    }
}
