import ScopeTensor
import ScopeTransformer
import TestFixtures
import Testing

/// How far a model's numbers are from the reference's.
struct Parity {
    /// The largest difference of a logit, as a part of the largest logit.
    var logits = 0.0
    /// The largest difference of a hidden state, as a part of the largest one of its layer.
    var hiddenStates = 0.0
    /// The largest difference of an attention weight.
    var attention = 0.0
    /// Whether the greedy continuation is the reference's.
    var continuesAlike = true

    /// Both models' worst.
    mutating func formUnion(_ other: Parity) {
        logits = max(logits, other.logits)
        hiddenStates = max(hiddenStates, other.hiddenStates)
        attention = max(attention, other.attention)
        continuesAlike = continuesAlike && other.continuesAlike
    }
}

extension GoldenModel {
    /// Compares logits, hidden states, attention and the greedy continuation from the cache.
    func parity<Algebra: LinearAlgebra>(_ algebra: Algebra) throws -> Parity {
        let model = try load(algebra)
        let golden = try golden
        var lanes = [
            Lane(
                tokens: golden.ids, cache: model.makeCache(), logits: .all,
                signals: SignalRequest(attention: .all, hiddenStates: .all))
        ]
        var workspace = Workspace<Algebra.Scalar>()
        var collector = Collector<Algebra.Scalar>()
        try model.forward(&lanes, in: &workspace, into: &collector)

        let shape = model.configuration
        let length = golden.ids.count
        let rows = try (0..<length).map { row in
            try #require(collector.logits[RowPlace(lane: 0, row: row)])
        }
        // Goes on from the whole prompt's cache, one token at a time.
        lanes[0].signals = SignalRequest()
        lanes[0].logits = .last
        let ids = try model.continuation(
            &lanes, after: rows[length - 1], count: golden.greedyIDs.count)
        return Parity(
            logits: difference(Array(rows.joined()), golden.logits) / peak(golden.logits),
            hiddenStates: try hiddenStates(collector, golden, shape),
            attention: try attention(collector, golden, shape),
            continuesAlike: ids == golden.greedyIDs)
    }

    private func hiddenStates<Scalar: TensorScalar>(
        _ collector: Collector<Scalar>, _ golden: Golden, _ shape: DecoderConfiguration
    ) throws -> Double {
        let size = golden.ids.count * shape.hiddenSize
        return try (0...shape.layerCount).reduce(0) { largest, layer in
            let own = try golden.ids.indices.flatMap { row in
                try #require(
                    collector.hiddenStates[.init(layer: layer, place: .init(lane: 0, row: row))])
            }
            let expected = golden.hiddenStates[layer * size..<(layer + 1) * size]
            return max(largest, difference(own, expected) / peak(expected))
        }
    }

    private func attention<Scalar: TensorScalar>(
        _ collector: Collector<Scalar>, _ golden: Golden, _ shape: DecoderConfiguration
    ) throws -> Double {
        let length = golden.ids.count
        var largest = 0.0
        for layer in 0..<shape.layerCount {
            for head in 0..<shape.queryHeadCount {
                for row in 0..<length {
                    var own = try #require(
                        collector.attention[
                            .init(layer: layer, head: head, place: .init(lane: 0, row: row))])
                    own += repeatElement(0, count: length - own.count)
                    let start = ((layer * shape.queryHeadCount + head) * length + row) * length
                    largest = max(
                        largest, difference(own, golden.attentions[start..<start + length]))
                }
            }
        }
        return largest
    }
}
