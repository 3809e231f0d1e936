import ScopeTensor
import ScopeTransformer
import Testing

/// Keeps everything a forward pass sends.
struct Collector<Scalar: TensorScalar>: SignalSink {
    struct AttentionPlace: Hashable {
        let layer: Int
        let head: Int
        let place: RowPlace
    }

    struct HiddenPlace: Hashable {
        let layer: Int
        let place: RowPlace
    }

    struct StatePlace: Hashable {
        let site: StateSite
        let layer: Int
        let place: RowPlace
    }

    var logits: [RowPlace: [Scalar]] = [:]
    var states: [StatePlace: [Scalar]] = [:]
    var attention: [AttentionPlace: [Scalar]] = [:]
    var hiddenStates: [HiddenPlace: [Scalar]] = [:]
    /// The layer before which the pass is cancelled.
    var cancelsBefore: Int?

    mutating func beginLayer(_ layer: Int) throws(ModelFailure) {
        if layer == cancelsBefore { throw .cancelled }
    }

    mutating func attention(
        _ weights: Span<Scalar>, layer: Int, head: QueryHead, at place: RowPlace
    ) {
        attention[AttentionPlace(layer: layer, head: head.index, place: place)] = copy(weights)
    }

    mutating func hiddenState(_ values: Span<Scalar>, layer: Int, at place: RowPlace) {
        hiddenStates[HiddenPlace(layer: layer, place: place)] = copy(values)
    }

    mutating func state(
        _ values: Span<Scalar>, site: StateSite, layer: Int, at place: RowPlace
    ) {
        states[StatePlace(site: site, layer: layer, place: place)] = copy(values)
    }

    mutating func logits(_ logits: Span<Scalar>, at place: RowPlace) {
        self.logits[place] = copy(logits)
    }

    private func copy(_ span: Span<Scalar>) -> [Scalar] {
        var values: [Scalar] = []
        for index in span.indices { values.append(span[index]) }
        return values
    }
}

extension LanguageModel {
    /// The logits of every row of a sequence that goes through in chunks.
    func logits(_ ids: [Int], chunk: Int) throws -> [[Scalar]] {
        var lanes = [
            Lane(tokens: [], cache: makeCache(), logits: .all, textLength: ids.count)
        ]
        var workspace = Workspace<Scalar>()
        var rows: [[Scalar]] = []
        for start in stride(from: 0, to: ids.count, by: chunk) {
            lanes[0].tokens = Array(ids[start..<min(start + chunk, ids.count)])
            var collector = Collector<Scalar>()
            try forward(&lanes, in: &workspace, into: &collector)
            for offset in lanes[0].tokens.indices {
                rows.append(
                    try #require(collector.logits[RowPlace(lane: 0, row: start + offset)]))
            }
        }
        return rows
    }

    /// The logits behind a text that goes through in the given passes.
    func lastLogits(after passes: [[Int]]) throws -> [Scalar] {
        var lanes = [Lane(tokens: [], cache: makeCache())]
        var workspace = Workspace<Scalar>()
        var collector = Collector<Scalar>()
        for tokens in passes {
            lanes[0].tokens = tokens
            try forward(&lanes, in: &workspace, into: &collector)
        }
        return try #require(collector.logits[RowPlace(lane: 0, row: lanes[0].cache.count - 1)])
    }

    /// The greedy continuation of a text, the ids of lower number first where logits are equal.
    func continuation(of ids: [Int], count: Int, textLength: Int? = nil) throws -> [Int] {
        var lanes = [Lane(tokens: ids, cache: makeCache(), textLength: textLength)]
        var workspace = Workspace<Scalar>()
        var collector = Collector<Scalar>()
        try forward(&lanes, in: &workspace, into: &collector)
        let logits = try #require(collector.logits[RowPlace(lane: 0, row: ids.count - 1)])
        return try continuation(&lanes, after: logits, count: count)
    }

    /// Goes on from a lane's cache, one token at a time, as far as the context reaches.
    func continuation(
        _ lanes: inout [Lane<Scalar>], after last: [Scalar], count: Int
    ) throws -> [Int] {
        var logits = last
        var workspace = Workspace<Scalar>()
        var ids: [Int] = []
        while ids.count < count {
            let best = logits.indices.reduce(0) { logits[$1] > logits[$0] ? $1 : $0 }
            ids.append(best)
            let row = lanes[0].cache.count
            if row == configuration.contextLength { break }
            lanes[0].tokens = [best]
            var collector = Collector<Scalar>()
            try forward(&lanes, in: &workspace, into: &collector)
            logits = try #require(collector.logits[RowPlace(lane: 0, row: row)])
        }
        return ids
    }
}

/// The largest absolute value.
func peak<Scalar: TensorScalar>(_ values: some Sequence<Scalar>) -> Double {
    values.reduce(0) { max($0, abs(Double($1))) }
}

/// The largest absolute difference; infinite where shapes differ or a value is no number.
func difference<Left: TensorScalar, Right: TensorScalar>(
    _ left: [Left], _ right: some RandomAccessCollection<Right>
) -> Double {
    guard left.count == right.count else { return .infinity }
    return zip(left, right).reduce(0) { largest, pair in
        let distance = abs(Double(pair.0) - Double(pair.1))
        return distance.isNaN ? .infinity : max(largest, distance)
    }
}
