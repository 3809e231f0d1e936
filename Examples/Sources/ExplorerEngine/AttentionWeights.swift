import TokenScope

/// Which way attention is looked at.
enum AttentionDirection: String, Sendable {
    /// What a token's prediction looked at.
    case from
    /// How much the tokens after a token looked at it.
    case to
}

/// The attention between one token and others, of all layers and heads.
struct AttentionWeights: Sendable {
    /// The token that the first weight belongs to.
    let first: Int
    let count: Int
    let layers: Int
    let heads: Int
    /// By layer, head and token.
    var values: [Float]

    /// The weights of a layer and head; the mean where one is nil.
    func weights(layer: Int?, head: Int?) -> [Double] {
        let chosenLayers = layer.map { $0...$0 } ?? 0...(layers - 1)
        let chosenHeads = head.map { $0...$0 } ?? 0...(heads - 1)
        var sums = [Double](repeating: 0, count: count)
        for layer in chosenLayers {
            for head in chosenHeads {
                let start = (layer * heads + head) * count
                for place in 0..<count { sums[place] += Double(values[start + place]) }
            }
        }
        let number = Double(chosenLayers.count * chosenHeads.count)
        return sums.map { $0 / number }
    }
}

/// Keeps the attention between one token and others.
struct AttentionProbe: DecodingObserver {
    private let token: Int
    private let direction: AttentionDirection
    private(set) var weights: AttentionWeights

    init(
        of token: Int, _ direction: AttentionDirection, in count: Int,
        _ shape: DecoderConfiguration
    ) {
        self.token = token
        self.direction = direction
        let others = direction == .from ? token : count - token - 1
        let (layers, heads) = (shape.layerCount, shape.queryHeadCount)
        weights = AttentionWeights(
            first: direction == .from ? 0 : token + 1, count: others, layers: layers, heads: heads,
            values: Array(repeating: 0, count: others * layers * heads))
    }

    private var tokens: Range<TokenIndex> {
        direction == .from
            ? TokenIndex(token)..<TokenIndex(token + 1)
            : TokenIndex(token + 1)..<TokenIndex(token + 1 + weights.count)
    }

    var signals: SignalRequest {
        SignalRequest(attention: [AttentionSelection(tokens: tokens).request])
    }

    mutating func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) {
        let index = step.token.index.rawValue
        guard tokens.contains(step.token.index) else { return }
        // A row begins with the first token of the context.
        let start = index - step.contextLength
        for layer in 0..<weights.layers {
            for head in 0..<weights.heads {
                guard let row = step.attention(layer: layer, head: QueryHead(head)) else {
                    continue
                }
                let place = (layer * weights.heads + head) * weights.count
                switch direction {
                case .from:
                    for key in 0..<row.count where start + key < weights.count {
                        weights.values[place + start + key] = row[key]
                    }
                case .to:
                    guard token >= start, token - start < row.count else { continue }
                    weights.values[place + index - weights.first] = row[token - start]
                }
            }
        }
    }
}
