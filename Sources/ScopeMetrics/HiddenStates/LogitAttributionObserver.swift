public import ScopeDecoding
internal import ScopeTensor
public import ScopeTrace
public import ScopeTransformer

extension MetricKey where Value == Double {
    /// The share of the token embedding in a logit; see `LogitAttributionObserver`.
    public static let logitFromEmbedding = MetricKey("logit_from_embedding", unit: .logit)
    /// The share of the learned position embedding; see `LogitAttributionObserver`.
    public static let logitFromPosition = MetricKey("logit_from_position", unit: .logit)
    /// The logit that is taken apart, before a soft cap: the sum of all shares; see
    /// `LogitAttributionObserver`.
    public static let attributedLogit = MetricKey("attributed_logit", unit: .logit)
}

extension MetricKey where Value == MetricRow {
    /// The share of each block's attention in a logit, its bias left out; see
    /// `LogitAttributionObserver`.
    public static let logitFromAttention = MetricKey("logit_from_attention", unit: .logit)
    /// The share of each block's feed-forward part, its bias left out; see `LogitAttributionObserver`.
    public static let logitFromFeedForward = MetricKey("logit_from_feed_forward", unit: .logit)
    /// The share of each block's biases, and behind them that of the final norm's shift and the head's
    /// bias; see `LogitAttributionObserver`.
    public static let logitFromBias = MetricKey("logit_from_bias", unit: .logit)

    /// The share of each query head of a block in a logit, which sum to the block's part of
    /// `logitFromAttention`; see `LogitAttributionObserver`.
    ///
    /// - Parameter layer: The decoder block, from 0.
    /// - Returns: `logit_from_heads_l3` for block 3.
    public static func logitFromHeads(layer: Int) -> MetricKey {
        MetricKey("logit_from_heads_l\(layer)", unit: .logit)
    }
}

/// Which parts of the network a logit came from: direct logit attribution (Elhage et al., 2021, "A Mathematical
/// Framework for Transformer Circuits"; "direct" as a part's effect by way of later parts is counted there).
///
/// The last residual row is the sum of the embedding and of what each block's attention and feed-forward part
/// added. With the final norm frozen, its mean and scale those of the row, the logit is a sum over these
/// parts: of each part's product with the token's row of the head. Factors on what is added and on logits are
/// included, and the sum is the logit before a soft cap. Biases are apart: those of the attention's output and of
/// the last map of feed-forward with their block, and the final norm's shift and the head's bias at the end.
/// A norm behind the attention's output or feed-forward (Gemma 2, OLMo 2) is frozen at the whole that goes
/// through it, so that heads and biases have shares there too; so is each norm that the residual stream
/// itself goes through (BLOOM's `apply_residual_connection_post_layernorm`), whose shift counts as a
/// bias of its block.
public struct LogitAttributionObserver: DecodingObserver {
    /// The logit, or difference of logits, that is taken apart.
    public let target: LogitTarget
    /// Whether attention is taken apart by query head.
    public let isByHead: Bool
    /// The tokens whose predictions are taken apart; nil for all.
    public let tokens: Range<TokenIndex>?
    private let model: any InspectableModel<Float>

    /// Creates the observer.
    ///
    /// - Parameters:
    ///   - context: The model of the sessions that the observer is attached to.
    ///   - target: The logit, or difference of logits, that is taken apart.
    ///   - isByHead: Whether attention is taken apart by query head, which costs a product of each block's
    ///     output matrix with as many rows as there are heads.
    ///   - tokens: The tokens whose predictions are taken apart; nil for all.
    /// - Throws: ``InspectionFailure`` for a model that cannot be taken apart, or an id that it lacks.
    public init(
        _ context: ModelContext, target: LogitTarget = .actual, isByHead: Bool = false,
        tokens: Range<TokenIndex>? = nil
    ) throws(InspectionFailure) {
        model = try context.inspectableModel()
        let size = model.configuration.vocabularySize
        if let id = target.ids.first(where: { !(0..<size).contains($0) }) {
            throw .tokenOutOfRange(id: id, vocabularySize: size)
        }
        self.target = target
        self.isByHead = isByHead
        self.tokens = tokens
    }

    /// What each block adds, and the stream at its ends.
    public var signals: SignalRequest {
        let rows = AttentionSelection(tokens: tokens).request.rows
        let shape = model.configuration
        var components: [LayerComponent] = [
            .attention, .attentionBias, .feedForward, .feedForwardBias,
        ]
        if isByHead { components.append(.attentionHeads) }
        var wishes = components.map { ComponentRequest($0, rows: rows) }
        // The stream's own norms need what goes into them.
        let layers: LayerSelection =
            shape.residual == .sequentialFromNorm ? .all : .layers([shape.layerCount - 1])
        wishes.append(ComponentRequest(.residual, layers: layers, rows: rows))
        return SignalRequest(hiddenStates: .layers([0]), components: wishes)
    }

    /// The columns.
    public func byteCount(tokens: Int, of model: DecoderConfiguration) -> Double {
        let selection = AttentionSelection(tokens: self.tokens)
        let layers = Double(model.layerCount)
        let heads = isByHead ? layers * (48 + 8 * Double(model.queryHeadCount)) : 0
        return Double(selection.tokenCount(of: tokens)) * (24 * layers + 256 + heads)
    }

    /// Records `attributedLogit` and the shares that sum to it.
    ///
    /// - Parameters:
    ///   - step: The token.
    ///   - record: Takes the metrics.
    /// - Throws: `ModelFailure` for an id that the model lacks.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) throws {
        guard tokens?.contains(step.token.index) ?? true, step.distribution != nil,
            let embedding = step.hiddenState(layer: 0),
            let last = step.component(.residual, layer: step.layerCount - 1),
            let norm = model.frozenNorm(.final, at: last.doubles)
        else { return }
        let head = try direction(step)
        var direction = norm.pulledBack(head.values)
        var shares = Shares(layerCount: step.layerCount)
        shares.bias[step.layerCount] =
            head.bias + (norm.shift.map { dot($0, head.values) } ?? 0)
        for layer in (0..<step.layerCount).reversed() {
            guard take(layer, step, &direction, &shares) else { return }
        }
        let input = dot(embedding, direction)
        var ofPosition = 0.0
        if let position = model.positionEmbedding(ofRow: step.contextLength - 1) {
            ofPosition = dot(position.span, direction)
            record[.logitFromPosition] = ofPosition
        }
        record[.logitFromEmbedding] = input - ofPosition
        record[.logitFromAttention] = MetricRow(shares.attention)
        record[.logitFromFeedForward] = MetricRow(shares.feedForward)
        record[.logitFromBias] = MetricRow(shares.bias)
        for layer in shares.heads.indices {
            record[.logitFromHeads(layer: layer)] = MetricRow(shares.heads[layer])
        }
        record[.attributedLogit] =
            input + shares.attention.reduce(0, +) + shares.feedForward.reduce(0, +)
            + shares.bias.reduce(0, +)
    }

    private struct Shares {
        var attention: [Double]
        var feedForward: [Double]
        var bias: [Double]
        var heads: [[Double]] = []

        init(layerCount: Int) {
            attention = Array(repeating: 0, count: layerCount)
            feedForward = attention
            bias = attention + [0]
        }
    }

    private func direction(_ step: borrowing DecodingStep) throws -> HeadDirection {
        let actual = step.token.id
        switch target {
        case .actual: return try model.headDirection(of: actual)
        case .token(let id): return try model.headDirection(of: id)
        case .actualAgainst(let id):
            return try model.headDirection(of: actual) - model.headDirection(of: id)
        case .difference(let first, let second):
            return try model.headDirection(of: first) - model.headDirection(of: second)
        case .margin:
            let leaders = step.distribution?.mostProbable(2) ?? []
            let other = leaders.first { $0 != actual } ?? actual
            return try model.headDirection(of: actual) - model.headDirection(of: other)
        }
    }

    /// Takes the shares of a block, and leads the direction back to before it; false where a signal is
    /// missing.
    private func take(
        _ layer: Int, _ step: borrowing DecodingStep, _ direction: inout [Double],
        _ shares: inout Shares
    ) -> Bool {
        guard let attention = step.component(.attention, layer: layer),
            let feedForward = step.component(.feedForward, layer: layer)
        else { return false }
        var bias = share(of: .feedForwardBias, layer, step, direction)
        shares.bias[layer] += bias
        shares.feedForward[layer] = dot(feedForward, direction) - bias
        guard model.configuration.residual == .sequentialFromNorm else {
            takeAttention(attention, layer, step, direction, &shares)
            return true
        }
        guard
            let row = layer == 0
                ? step.hiddenState(layer: 0) : step.component(.residual, layer: layer - 1)
        else { return false }
        let input = row.doubles
        let first = model.frozenNorm(.attention(layer: layer), at: input)
        var middle = first.map { $0(input) } ?? input
        for place in middle.indices { middle[place] += Double(attention[place]) }
        bias = 0
        if let second = model.frozenNorm(.feedForward(layer: layer), at: middle) {
            bias += second.shift.map { dot($0, direction) } ?? 0
            direction = second.pulledBack(direction)
        }
        takeAttention(attention, layer, step, direction, &shares)
        if let first {
            bias += first.shift.map { dot($0, direction) } ?? 0
            direction = first.pulledBack(direction)
        }
        shares.bias[layer] += bias
        return true
    }

    private func takeAttention(
        _ attention: Span<Float>, _ layer: Int, _ step: borrowing DecodingStep,
        _ direction: [Double], _ shares: inout Shares
    ) {
        let bias = share(of: .attentionBias, layer, step, direction)
        shares.bias[layer] += bias
        shares.attention[layer] = dot(attention, direction) - bias
        guard isByHead, let heads = step.component(.attentionHeads, layer: layer) else { return }
        let width = direction.count
        var values: [Double] = []
        for head in 0..<heads.count / width {
            values.append(dot(heads.extracting(head * width..<(head + 1) * width), direction))
        }
        // Blocks come from the last to the first.
        shares.heads.insert(values, at: 0)
    }

    /// The share of a component that may not be there.
    private func share(
        of component: LayerComponent, _ layer: Int, _ step: borrowing DecodingStep,
        _ direction: [Double]
    ) -> Double {
        guard let row = step.component(component, layer: layer) else { return 0 }
        return dot(row, direction)
    }
}
