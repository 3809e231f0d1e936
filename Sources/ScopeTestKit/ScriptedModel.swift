public import TokenScope

/// A model that answers with given logits, whatever the tokens: for tests that know every number.
///
/// It lends no attention and no hidden states.
public struct ScriptedModel: LanguageModel {
    /// The scalar of the logits.
    public typealias Scalar = Float

    /// The shape: one layer, the rows' vocabulary, and a context of one token more than there are
    /// rows.
    public let configuration: DecoderConfiguration
    /// The logits of each row; row `r` predicts token `r + 1`.
    public let rows: [[Float]]

    /// Creates a model.
    ///
    /// - Parameters:
    ///   - rows: The logits of each row, equally long and at least one of them.
    ///   - eosTokenIDs: The ids that end decoding.
    public init(rows: [[Float]], eosTokenIDs: [Int] = []) {
        let size = rows.first?.count ?? 0
        precondition(
            size > 0 && rows.allSatisfy { $0.count == size }, "the rows must be equally long")
        var shape = DecoderConfiguration(modelType: "scripted")
        shape.vocabularySize = size
        shape.layerCount = 1
        shape.hiddenSize = 1
        shape.queryHeadCount = 1
        shape.keyValueHeadCount = 1
        shape.headDimension = 1
        shape.contextLength = rows.count + 1
        shape.eosTokenIDs = eosTokenIDs
        configuration = shape
        self.rows = rows
    }

    /// "scripted".
    public var kernels: String { "scripted" }

    /// Hands out the rows.
    ///
    /// - Parameters:
    ///   - lanes: The sequences; the last token that a context holds gets no logits.
    ///   - workspace: Not used.
    ///   - sink: Receives the logits.
    /// - Throws: `ModelFailure.contextExceeded` past the context's length.
    public func forward(
        _ lanes: inout [Lane<Float>], in workspace: inout Workspace<Float>,
        into sink: inout some SignalSink<Float>
    ) throws(ModelFailure) {
        for lane in lanes {
            let length = lane.cache.count + lane.tokens.count
            guard length <= configuration.contextLength else {
                throw .contextExceeded(length: length, limit: configuration.contextLength)
            }
        }
        try sink.beginLayer(0)
        for index in lanes.indices {
            let lane = lanes[index]
            let end = lane.cache.count + lane.tokens.count
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
