public import ScopeTrace
public import ScopeTransformer

/// One token and what the model computed when it predicted it, lent to observers.
///
/// For token `i` these are the signals of residual row `i − 1`: its distribution, its attention over
/// the tokens `0…i−1`, its hidden states. Token 0 has no prediction, so there everything is nil.
/// Prompt, sampled and forced tokens look alike but for their `origin`.
public struct DecodingStep: ~Escapable {
    /// The token.
    public let token: TokenRecord
    /// The tokens that the prediction was made from, those right before this one; all of them unless
    /// ``GenerateParameters/window`` cut the sequence, and 0 for token 0.
    public let contextLength: Int
    /// The model's distribution over this token; nil for token 0.
    public let distribution: ModelDistribution?
    /// The probability with which this token was drawn: its share of the sampling distribution, not
    /// of the model's; 1 at temperature 0, nil for prompt and forced tokens.
    public let samplingProbability: Double?
    /// The tokens among which this one was drawn, those that top-k, top-p and min-p kept; 1 at
    /// temperature 0, nil for prompt and forced tokens.
    public let nucleusSize: Int?
    /// The model's decoder blocks.
    public let layerCount: Int
    /// The model's query heads.
    public let queryHeadCount: Int
    /// What the heads make of the tokens before this one; nil where nobody asked, and for token 0.
    public let valueProducts: ValueProducts?
    private let directory: SignalDirectory
    private let values: Span<Float>

    @_lifetime(copy distribution, copy values)
    init(
        token: TokenRecord, contextStart: Int, distribution: consuming ModelDistribution?,
        draw: Draw?, shape: (layerCount: Int, queryHeadCount: Int),
        directory: SignalDirectory, values: Span<Float>, valueProducts: ValueProducts?
    ) {
        self.token = token
        self.layerCount = shape.layerCount
        self.queryHeadCount = shape.queryHeadCount
        self.valueProducts = distribution == nil ? nil : valueProducts
        contextLength = max(0, token.index.rawValue - contextStart)
        self.distribution = distribution
        self.samplingProbability = draw?.probability
        self.nucleusSize = draw?.candidateCount
        self.directory = directory
        self.values = values
    }

    /// The attention row that predicted this token: weights after softmax over the tokens before it.
    ///
    /// - Parameters:
    ///   - layer: A decoder block, from 0.
    ///   - head: One of the model's query heads.
    /// - Returns: One weight for each of the ``contextLength`` tokens before this one; nil where
    ///   nobody asked for the row.
    @_lifetime(copy self)
    public func attention(layer: Int, head: QueryHead) -> Span<Float>? {
        row(directory.attention(layer: layer, head: head, predicting: token.index.rawValue))
    }

    /// The attention row that predicted this token, as the arithmetic mean over all query heads.
    ///
    /// - Parameter layer: A decoder block, from 0.
    /// - Returns: One weight for each of the ``contextLength`` tokens before this one; nil where
    ///   nobody asked for the mean (`HeadSelection.mean`).
    @_lifetime(copy self)
    public func meanAttention(layer: Int) -> Span<Float>? {
        row(directory.attention(layer: layer, head: nil, predicting: token.index.rawValue))
    }

    /// The residual row that predicted this token.
    ///
    /// - Parameter layer: `k` for the input of block `k` (0: the embedding), the number of layers for
    ///   the final norm's output.
    /// - Returns: One value for each place of the residual stream; nil where nobody asked for it.
    @_lifetime(copy self)
    public func hiddenState(layer: Int) -> Span<Float>? {
        row(directory.hiddenState(layer: layer, predicting: token.index.rawValue))
    }

    /// What a block computed on its way to predicting this token.
    ///
    /// - Parameters:
    ///   - component: What is wanted.
    ///   - layer: A decoder block, from 0.
    /// - Returns: As many values as `LayerComponent.width(in:)` says; nil where nobody asked for them,
    ///   and where the model has none.
    @_lifetime(copy self)
    public func component(_ component: LayerComponent, layer: Int) -> Span<Float>? {
        row(directory.component(component, layer: layer, predicting: token.index.rawValue))
    }

    @_lifetime(copy self)
    private func row(_ range: Range<Int>?) -> Span<Float>? {
        guard let range else { return nil }
        return values.extracting(range)
    }
}
