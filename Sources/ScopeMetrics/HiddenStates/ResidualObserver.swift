public import ScopeDecoding
public import ScopeTrace
public import ScopeTransformer

extension MetricKey where Value == MetricRow {
    /// The lengths of the residual stream from the embedding to the last block's end; see
    /// `ResidualObserver`.
    public static let residualNorm = MetricKey("residual_norm")
    /// The cosines between the residual stream before and behind each block; see `ResidualObserver`.
    public static let residualCosine = MetricKey("residual_cosine", unit: .ratio)
}

/// How the residual stream grows and turns on its way up: its Euclidean length at the input of each block and
/// behind the last, and the cosine of the angle between what enters and what leaves each block.
///
/// The end is taken before the final norm. A cosine with a row of zeros is 0.
public struct ResidualObserver: DecodingObserver {
    /// The tokens whose rows are measured; nil for all.
    public let tokens: Range<TokenIndex>?

    /// Creates the observer.
    ///
    /// - Parameter tokens: The tokens whose predicting rows are measured; nil for all.
    public init(tokens: Range<TokenIndex>? = nil) {
        self.tokens = tokens
    }

    /// The embedding, and the stream behind each block.
    public var signals: SignalRequest {
        SignalRequest(
            hiddenStates: .layers([0]),
            components: [
                ComponentRequest(.residual, rows: AttentionSelection(tokens: tokens).request.rows)
            ])
    }

    /// Two rows a token.
    public func byteCount(tokens: Int, of model: DecoderConfiguration) -> Double {
        let selection = AttentionSelection(tokens: self.tokens)
        return Double(selection.tokenCount(of: tokens)) * (96 + 16 * Double(model.layerCount + 1))
    }

    /// Records `residualNorm` and `residualCosine`.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        guard tokens?.contains(step.token.index) ?? true,
            var below = step.hiddenState(layer: 0)
        else { return }
        var norms = [dot(below, below).squareRoot()]
        var cosines: [Double] = []
        for layer in 0..<step.layerCount {
            guard let row = step.component(.residual, layer: layer) else { return }
            let norm = dot(row, row).squareRoot()
            let product = norms[layer] * norm
            let cosine = product > 0 ? dot(below, row) / product : 0
            // Rounding must not lead past parallel.
            cosines.append(min(1, max(-1, cosine)))
            norms.append(norm)
            below = row
        }
        record[.residualNorm] = MetricRow(norms)
        record[.residualCosine] = MetricRow(cosines)
    }
}

/// The inner product, in `Double`.
func dot(_ left: Span<Float>, _ right: Span<Float>) -> Double {
    var sum = 0.0
    for place in left.indices { sum += Double(left[place]) * Double(right[place]) }
    return sum
}

/// The inner product, in `Double`.
func dot(_ left: Span<Float>, _ right: [Double]) -> Double {
    var sum = 0.0
    for place in left.indices { sum += Double(left[place]) * right[place] }
    return sum
}

/// The inner product.
func dot(_ left: [Double], _ right: [Double]) -> Double {
    var sum = 0.0
    for place in left.indices { sum += left[place] * right[place] }
    return sum
}
