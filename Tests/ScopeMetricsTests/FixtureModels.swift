import ScopeTestKit
import TestFixtures
import Testing
import TokenScope

/// A fixture model ready to decode, with the ids the reference was given.
struct FixtureModel: CustomTestStringConvertible, Sendable {
    let fixture: FixtureFolder

    var testDescription: String { fixture.description }

    /// Every model folder of every root.
    static let all = Fixtures.folders("models").map(FixtureModel.init)

    func context<Algebra: LinearAlgebra>(_ algebra: Algebra) throws -> ModelContext
    where Algebra.Scalar == Float {
        ModelContext(
            model: try DecoderModel(from: try fixture.folder(), algebra: algebra),
            tokenizer: ByteTokenizer(),
            identity: ModelIdentity(
                name: fixture.name, family: fixture.name, fingerprint: "", parameterCount: 0))
    }

    /// The first ids.
    func ids(_ count: Int) throws -> [Int] {
        Array(try fixture.tensors("golden.safetensors").integers("input_ids").prefix(count))
    }

    /// The trace of ids and one token behind them, so that every row predicts a token.
    static func trace(
        _ context: ModelContext, _ ids: [Int], chunk: Int = 512,
        _ observers: any DecodingObserver...
    ) throws -> TokenTrace {
        var parameters = GenerateParameters.greedy(maxTokens: 1)
        parameters.prefillStepSize = chunk
        var session = try DecodingSession(context, ids: ids, parameters: parameters)
        for observer in observers { session.attachAny(observer) }
        while try session.next() != nil {}
        return session.trace
    }
}
