import ScopeTensor
import ScopeTransformer
import Testing

/// What one pass over a text gave.
struct PassResult<Scalar: TensorScalar> {
    let collector: Collector<Scalar>
    let length: Int

    /// The logits of every row.
    var logits: [[Scalar]] {
        (0..<length).compactMap { collector.logits[RowPlace(lane: 0, row: $0)] }
    }

    /// The rows of a state, one after the other.
    func state(_ site: StateSite, layer: Int) throws -> Tensor<Scalar> {
        let rows = try (0..<length).map { row in
            try #require(
                collector.states[
                    .init(site: site, layer: layer, place: RowPlace(lane: 0, row: row))])
        }
        return Tensor(rows: length, columns: rows[0].count, values: Array(rows.joined()))
    }

    func attention(layer: Int, head: Int, row: Int) throws -> [Scalar] {
        try #require(
            collector.attention[
                .init(layer: layer, head: head, place: RowPlace(lane: 0, row: row))])
    }
}

extension LanguageModel {
    /// One pass over a text.
    func run(
        _ ids: [Int], _ edits: [Intervention<Scalar>] = [], states: [StateSite] = [],
        attention: LayerSelection = .none
    ) throws -> PassResult<Scalar> {
        var signals = SignalRequest(attention: attention)
        for site in states { signals.states[site] = .all }
        var lanes = [
            Lane(tokens: ids, cache: makeCache(), logits: .all, signals: signals, edits: edits)
        ]
        var workspace = Workspace<Scalar>()
        var collector = Collector<Scalar>()
        try forward(&lanes, in: &workspace, into: &collector)
        return PassResult(collector: collector, length: ids.count)
    }

    /// The sites this model has.
    var sites: [StateSite] { StateSite.allCases.filter { $0.exists(in: configuration) } }
}
