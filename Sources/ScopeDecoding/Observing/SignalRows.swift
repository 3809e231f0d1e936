internal import ScopeTransformer

/// What a session has kept of its model's signals, counted since it was created or forked from.
public struct SignalCounters: Equatable, Sendable {
    /// Attention rows that were copied, those that only went into a mean included.
    public var attentionRows = 0
    /// Hidden states that were copied.
    public var hiddenStates = 0
    /// Rows of what blocks compute on their way that were copied.
    public var components = 0
    /// Bytes of the buffers that were made for them.
    public var bytesAllocated = 0

    /// Creates counters of nothing.
    public init() {}
}

/// The signals of a forward pass's rows, kept until the tokens they predict are observed.
///
/// One buffer, found by index and used again by the next pass. Holds nothing that nobody asked for.
struct SignalRows: Sendable {
    private(set) var values: [Float] = []
    private(set) var directory = SignalDirectory()
    private(set) var counters = SignalCounters()
    private var signals = SignalRequest()

    /// Forgets the rows of the pass before, and makes room for those of the next.
    ///
    /// - Parameters:
    ///   - signals: What the pass was asked for.
    ///   - shape: The model.
    ///   - rows: The pass's rows, counted in the context that the model sees.
    ///   - contextStart: The token that the context begins with.
    mutating func prepare(
        for signals: SignalRequest, of shape: DecoderConfiguration, rows: Range<Int>,
        contextStart: Int
    ) {
        self.signals = signals
        directory.prepare(for: signals, of: shape, rows: rows, contextStart: contextStart)
        let count = directory.layout.valueCount
        guard values.count < count else { return }
        // A context grows by one with each token; the buffer need not.
        values = Array(repeating: 0, count: count + count / 4)
        counters.bytesAllocated += values.count * MemoryLayout<Float>.stride
    }

    /// Keeps an attention row, adds it to its layer's mean, or both.
    mutating func keepAttention(_ weights: Span<Float>, layer: Int, head: QueryHead, row: Int) {
        let layout = directory.layout
        counters.attentionRows += 1
        if let place = layout.attention(layer: layer, head: head.index, row: row) {
            precondition(place.values.count == weights.count, "a row has a weight for each key")
            Self.copy(weights, to: place.values, of: &values)
            directory.addHead(to: place.row)
        }
        guard let place = layout.attention(layer: layer, head: nil, row: row) else { return }
        precondition(place.values.count == weights.count, "a row has a weight for each key")
        let share = 1 / Float(layout.headCount)
        if directory.heads(of: place.row) == 0 {
            Self.scale(weights, by: share, to: place.values, of: &values)
        } else {
            Self.add(weights, times: share, to: place.values, of: &values)
        }
        directory.addHead(to: place.row)
    }

    /// Keeps a hidden state.
    mutating func keepHiddenState(_ state: Span<Float>, layer: Int, row: Int) {
        guard let place = directory.layout.hiddenState(layer: layer, row: row) else { return }
        counters.hiddenStates += 1
        Self.copy(state, to: place.values, of: &values)
        directory.addHead(to: place.row)
    }

    /// Keeps a row of what a block computes on its way.
    mutating func keepComponent(
        _ row: Span<Float>, _ component: LayerComponent, layer: Int, at place: Int
    ) {
        guard let place = directory.layout.component(component, layer: layer, row: place) else {
            return
        }
        precondition(place.values.count == row.count, "a component has a width of its own")
        counters.components += 1
        Self.copy(row, to: place.values, of: &values)
        directory.addHead(to: place.row)
    }

    private static func copy(_ source: Span<Float>, to range: Range<Int>, of values: inout [Float])
    {
        var span = values.mutableSpan
        var target = span.part(range)
        for index in source.indices { target[index] = source[index] }
    }

    private static func scale(
        _ source: Span<Float>, by factor: Float, to range: Range<Int>, of values: inout [Float]
    ) {
        var span = values.mutableSpan
        var target = span.part(range)
        for index in source.indices { target[index] = factor * source[index] }
    }

    private static func add(
        _ source: Span<Float>, times factor: Float, to range: Range<Int>, of values: inout [Float]
    ) {
        var span = values.mutableSpan
        var target = span.part(range)
        for index in source.indices { target[index] += factor * source[index] }
    }
}

/// Which rows of a pass were sent, and where they lie in ``SignalRows/values``.
struct SignalDirectory: Sendable {
    private(set) var layout = SignalLayout()
    private var contextStart = 0
    /// The heads that have gone into each row, all of them for a mean.
    private var heads: [Int32] = []

    mutating func prepare(
        for signals: SignalRequest, of shape: DecoderConfiguration, rows: Range<Int>,
        contextStart: Int
    ) {
        self.contextStart = contextStart
        layout.prepare(for: signals, of: shape, rows: rows)
        heads.removeAll(keepingCapacity: true)
        heads.append(contentsOf: repeatElement(0, count: layout.rowCount))
    }

    func heads(of row: Int) -> Int { Int(heads[row]) }

    mutating func addHead(to row: Int) { heads[row] += 1 }

    /// The values of the row that predicts a token; nil where it was not sent.
    func attention(layer: Int, head: QueryHead?, predicting token: Int) -> Range<Int>? {
        let place = layout.attention(
            layer: layer, head: head?.index, row: token - 1 - contextStart)
        guard let place, heads[place.row] >= (head == nil ? layout.headCount : 1) else {
            return nil
        }
        return place.values
    }

    /// The values of the state that predicts a token; nil where it was not sent.
    func hiddenState(layer: Int, predicting token: Int) -> Range<Int>? {
        guard
            let place = layout.hiddenState(layer: layer, row: token - 1 - contextStart),
            heads[place.row] > 0
        else { return nil }
        return place.values
    }

    /// The values of a component of the row that predicts a token; nil where it was not sent.
    func component(_ component: LayerComponent, layer: Int, predicting token: Int) -> Range<Int>? {
        guard
            let place = layout.component(
                component, layer: layer, row: token - 1 - contextStart),
            heads[place.row] > 0
        else { return nil }
        return place.values
    }
}
