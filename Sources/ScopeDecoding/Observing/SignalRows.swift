internal import ScopeTrace
internal import ScopeTransformer

/// Where the kept rows of a forward pass lie in ``SignalRows/values``.
struct SignalDirectory: Sendable {
    private struct Place: Hashable {
        let layer: Int
        /// Nil for a hidden state.
        let head: Int?
        let row: Int
    }

    private var ranges: [Place: Range<Int>] = [:]

    func attention(layer: Int, head: QueryHead, token: TokenIndex) -> Range<Int>? {
        guard let row = token.predictingRow else { return nil }
        return ranges[Place(layer: layer, head: head.index, row: row.rawValue)]
    }

    func hiddenState(layer: Int, token: TokenIndex) -> Range<Int>? {
        guard let row = token.predictingRow else { return nil }
        return ranges[Place(layer: layer, head: nil, row: row.rawValue)]
    }

    mutating func add(_ range: Range<Int>, layer: Int, head: QueryHead?, row: Int) {
        ranges[Place(layer: layer, head: head?.index, row: row)] = range
    }

    mutating func removeAll() {
        ranges.removeAll(keepingCapacity: true)
    }
}

/// The signals of a forward pass's rows, kept until the tokens they predict are observed.
///
/// Holds nothing that nobody asked for.
struct SignalRows: Sendable {
    private(set) var values: [Float] = []
    private(set) var directory = SignalDirectory()

    mutating func removeAll() {
        values.removeAll(keepingCapacity: true)
        directory.removeAll()
    }

    /// Keeps an attention row, or a hidden state where `head` is nil.
    mutating func keep(_ span: Span<Float>, layer: Int, head: QueryHead?, row: Int) {
        let start = values.count
        for index in span.indices { values.append(span[index]) }
        directory.add(start..<values.count, layer: layer, head: head, row: row)
    }
}
