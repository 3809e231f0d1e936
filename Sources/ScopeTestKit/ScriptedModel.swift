public import TokenScope

/// A model that answers with given logits, whatever the tokens: for tests that know every number.
///
/// It lends the attention and the products of values that it is given, and no hidden states.
public struct ScriptedModel: LanguageModel {
    /// The scalar of the logits.
    public typealias Scalar = Float

    /// The shape: one layer, the rows' vocabulary, and a context of one token more than there are
    /// rows.
    public let configuration: DecoderConfiguration
    /// The logits of each row; row `r` predicts token `r + 1`.
    public let rows: [[Float]]
    /// Attention by layer, head and row; row `r` has `r + 1` weights.
    public let attention: [[[[Float]]]]
    /// What the heads make of each position, by layer and position: a vector a head.
    public let headOutputs: [[[[Float]]]]

    /// Creates a model.
    ///
    /// - Parameters:
    ///   - rows: The logits of each row, equally long and at least one of them.
    ///   - eosTokenIDs: The ids that end decoding.
    ///   - attention: Attention by layer, head and row, every head with as many rows as `rows` has;
    ///     none by default.
    ///   - headOutputs: What the heads make of each position, by layer, position and head; none by
    ///     default.
    public init(
        rows: [[Float]], eosTokenIDs: [Int] = [], attention: [[[[Float]]]] = [],
        headOutputs: [[[[Float]]]] = []
    ) {
        let size = rows.first?.count ?? 0
        precondition(
            size > 0 && rows.allSatisfy { $0.count == size }, "the rows must be equally long")
        var shape = DecoderConfiguration(modelType: "scripted")
        shape.vocabularySize = size
        shape.layerCount = max(1, attention.count)
        shape.hiddenSize = 1
        shape.queryHeadCount = attention.first?.count ?? 1
        shape.keyValueHeadCount = 1
        shape.headDimension = 1
        shape.contextLength = rows.count + 1
        shape.eosTokenIDs = eosTokenIDs
        configuration = shape
        self.rows = rows
        self.attention = attention
        self.headOutputs = headOutputs
    }

    /// "scripted".
    public var kernels: String { "scripted" }

    /// Hands out the rows.
    ///
    /// - Parameters:
    ///   - lanes: The sequences; the last token that a context holds gets no logits.
    ///   - workspace: Not used.
    ///   - sink: Receives the logits.
    /// - Throws: `ModelFailure.contextExceeded` past the context's length, and `intervention` for lanes with
    ///   edits.
    public func forward(
        _ lanes: inout [Lane<Float>], in workspace: inout Workspace<Float>,
        into sink: inout some SignalSink<Float>
    ) throws(ModelFailure) {
        for (number, lane) in lanes.enumerated() {
            if !lane.edits.isEmpty { throw .intervention(lane: number, index: 0, .unsupported) }
            let length = lane.cache.count + lane.tokens.count
            guard length <= configuration.contextLength else {
                throw .contextExceeded(length: length, limit: configuration.contextLength)
            }
        }
        try sink.beginLayer(0)
        for index in lanes.indices {
            let lane = lanes[index]
            let end = lane.cache.count + lane.tokens.count
            lend(lane, index: index, rows: lane.cache.count..<end, into: &sink)
            let wanted =
                switch lane.logits {
                case .all: lane.cache.count..<end
                case .last: max(lane.cache.count, end - 1)..<end
                case .none: end..<end
                }
            for row in wanted.clamped(to: rows.indices) {
                let logits = rows[row]
                sink.logits(logits.span, at: RowPlace(lane: index, row: row))
            }
            lanes[index].cache.reserve(lane.tokens.count)
            lanes[index].cache.commit(lane.tokens.count)
        }
    }

    /// Sends what the lane asks for, as far as it was given.
    private func lend(
        _ lane: Lane<Float>, index: Int, rows: Range<Int>, into sink: inout some SignalSink<Float>
    ) {
        for layer in attention.indices {
            for row in rows {
                let place = RowPlace(lane: index, row: row)
                if lane.signals.valueProducts.contains(layer), headOutputs.indices.contains(layer) {
                    let products = Self.products(of: headOutputs[layer][row])
                    sink.valueProducts(products.span, layer: layer, at: place)
                }
                for head in attention[layer].indices {
                    let name = QueryHead(head)
                    guard lane.signals.wantsAttention(layer: layer, head: name, row: row),
                        attention[layer][head].indices.contains(row)
                    else { continue }
                    let weights = attention[layer][head][row]
                    sink.attention(weights.span, layer: layer, head: name, at: place)
                }
            }
        }
    }

    private static func products(of vectors: [[Float]]) -> [Float] {
        vectors.indices.flatMap { left in
            (0...left).map { right in
                zip(vectors[left], vectors[right]).reduce(0) { $0 + $1.0 * $1.1 }
            }
        }
    }

    /// There are no files that could change.
    public func checkUnchanged() {}

    /// The model with a tokenizer of single bytes, ready to decode.
    public var context: ModelContext {
        ModelContext(
            model: self, tokenizer: ByteTokenizer(),
            identity: ModelIdentity(
                name: "scripted", family: "scripted", fingerprint: "", parameterCount: 0))
    }
}
