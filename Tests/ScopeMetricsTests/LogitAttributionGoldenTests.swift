import ScopeTestKit
import TestFixtures
import Testing
import TokenScope

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Logits taken apart and put together again, over every family.
@Suite struct LogitAttributionGoldenTests {
    /// The parts sum to the reference's logit, before its cap, within 1e-4 of the sum of their magnitudes;
    /// and heads sum to their block.
    @Test(arguments: FixtureModel.all)
    func thePartsSumToTheLogit(_ model: FixtureModel) throws {
        let context = try model.context(HostAlgebra())
        let shape = context.configuration
        let golden = try model.fixture.tensors("golden.safetensors")
        let ids = try golden.integers("input_ids")
        let logits = try golden.doubles("logits")
        let other = 5
        var worst = 0.0
        for target in [LogitTarget.actual, .actualAgainst(other), .token(other)] {
            let trace = try FixtureModel.trace(
                context, ids, try LogitAttributionObserver(context, target: target, isByHead: true))
            for row in ids.indices {
                func logit(_ id: Int) -> Double {
                    let value = logits[row * shape.vocabularySize + id]
                    guard let cap = shape.logitSoftCap else { return value }
                    return cap * atanh(value / cap)
                }
                let actual = trace.tokens[row + 1].id
                let expected =
                    switch target {
                    case .token(let id): logit(id)
                    case .actualAgainst(let id): logit(actual) - logit(id)
                    default: logit(actual)
                    }
                let token = TokenIndex(row + 1)
                var parts = [
                    try #require(trace[.logitFromEmbedding]?[token]),
                    trace[.logitFromPosition]?[token] ?? 0,
                ]
                let attention = try #require(trace[.logitFromAttention]?[token]).values
                let feedForward = try #require(trace[.logitFromFeedForward]?[token]).values
                let bias = try #require(trace[.logitFromBias]?[token]).values
                #expect(attention.count == shape.layerCount)
                #expect(feedForward.count == shape.layerCount)
                #expect(bias.count == shape.layerCount + 1)
                parts += attention + feedForward + bias
                let magnitude = parts.reduce(0) { $0 + abs($1) }
                let sum = parts.reduce(0, +)
                worst = max(worst, abs(sum - expected) / magnitude)
                #expect(abs(sum - expected) <= 1e-4 * magnitude)
                let attributed = try #require(trace[.attributedLogit]?[token])
                #expect(abs(attributed - sum) <= 1e-9 * magnitude)
                for layer in 0..<shape.layerCount {
                    let heads = try #require(trace[.logitFromHeads(layer: layer)]?[token]).values
                    #expect(heads.count == shape.queryHeadCount)
                    let whole = heads.reduce(0, +)
                    let scale = heads.reduce(abs(attention[layer])) { $0 + abs($1) }
                    #expect(abs(whole - attention[layer]) <= 1e-4 * scale)
                }
            }
            #expect((trace[.logitFromPosition] != nil) == shape.hasLearnedPositions)
        }
        if reportsDistances { print("\(model.fixture): parts \(worst) of their magnitudes") }
    }
}

extension DecoderConfiguration {
    fileprivate var hasLearnedPositions: Bool {
        if case .learned = positions { true } else { false }
    }
}
