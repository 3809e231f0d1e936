public import ScopeDecoding
internal import ScopeTensor
public import ScopeTrace
public import ScopeTransformer

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What the model would have predicted had it ended earlier: each layer's hidden state, read by the final norm
/// and the head (the logit lens: nostalgebraist, 2020), or behind an affine map of the layer's own (the
/// tuned lens: Belrose et al., 2023, arXiv 2303.08112).
///
/// Layer `k` is the input of block `k`, 0 the embedding; the number of layers stands for the model's own
/// distribution, which always goes last and is not computed again. The states of all layers go through the
/// head together: one product with its matrix a token, besides the model's own. `TokenTrace.lensTable(_:)` puts
/// what is recorded together.
///
/// - Complexity: O(layers × vocabulary × hidden size) a token.
public struct LensObserver: DecodingObserver {
    /// Whether the states are read directly or by a tuned lens.
    public let kind: LensKind
    /// The layers that are read besides the last.
    public let layers: LayerSelection
    /// The tokens whose predictions are read; nil for all.
    public let tokens: Range<TokenIndex>?
    /// The tokens that are kept of each layer.
    public let count: Int
    private let model: any InspectableModel<Float>
    private let lens: TunedLens?
    private let scratch = LensScratch()

    /// Creates the observer.
    ///
    /// - Parameters:
    ///   - context: The model of the sessions that the observer is attached to.
    ///   - lens: A tuned lens; nil for the logit lens.
    ///   - layers: The layers that are read besides the last; others than the model's are left out.
    ///   - tokens: The tokens whose predictions are read; nil for all.
    ///   - count: The most probable tokens that are kept of each layer; at least 1.
    /// - Throws: ``InspectionFailure`` for a model that cannot be taken apart, or that the lens does not fit.
    public init(
        _ context: ModelContext, lens: TunedLens? = nil, layers: LayerSelection = .all,
        tokens: Range<TokenIndex>? = nil, count: Int = 5
    ) throws(InspectionFailure) {
        precondition(count > 0, "a lens keeps at least one token")
        model = try context.inspectableModel()
        let shape = model.configuration
        if let lens, lens.hiddenSize != shape.hiddenSize || lens.layerCount != shape.layerCount {
            throw .otherModel(lens: lens.name, model: context.identity.name)
        }
        self.lens = lens
        kind = lens == nil ? .logit : .tuned
        self.layers = .layers(Set(layers.chosen(of: shape.layerCount)))
        self.tokens = tokens
        self.count = count
    }

    /// The hidden states of the layers.
    public var signals: SignalRequest { SignalRequest(hiddenStates: layers) }

    /// What goes into the trace, and the logits of one token's layers.
    public func byteCount(tokens: Int, of model: DecoderConfiguration) -> Double {
        let selection = AttentionSelection(tokens: self.tokens)
        let rows = Double(layers.chosen(of: model.layerCount).count + 1)
        let cells = rows * (128 + 16 * Double(min(count, model.vocabularySize))) + 4 * 48
        return Double(selection.tokenCount(of: tokens)) * cells
            + Double(model.vocabularySize) * (4 * rows + 8)
    }

    /// Records what ``kind`` names.
    ///
    /// - Parameters:
    ///   - step: The token.
    ///   - record: Takes the metrics.
    /// - Throws: ``InspectionFailure/notADistribution(token:layer:)``.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) throws {
        guard tokens?.contains(step.token.index) ?? true, let final = step.distribution else {
            return
        }
        let shape = model.configuration
        let chosen = layers.chosen(of: shape.layerCount)
        var states = Tensor<Float>(rows: 0, columns: shape.hiddenSize)
        for layer in chosen {
            guard let state = step.hiddenState(layer: layer) else { return }
            states.append(state)
        }
        var logits = scratch.take(columns: shape.vocabularySize)
        defer { scratch.putBack(logits) }
        if let lens {
            model.readOut(states, through: lens, layers: chosen, into: &logits)
        } else if !chosen.isEmpty {
            model.readOut(states, into: &logits)
        }
        var readings = LensReadings(final: final.logits, logSumExp: final.logSumExp)
        let actual = step.token.id
        for (row, layer) in chosen.enumerated() {
            guard let reading = readings.read(logits.row(row), actual: actual, count) else {
                throw InspectionFailure.notADistribution(token: step.token.index, layer: layer)
            }
            write(reading, layer: layer, &record)
        }
        if let reading = readings.read(final.logits, actual: actual, count) {
            write(reading, layer: shape.layerCount, &record)
        }
        record[kind.divergence] = MetricRow(readings.divergences)
        record[kind.entropy] = MetricRow(readings.entropies)
        record[kind.probability] = MetricRow(readings.probabilities)
        record[kind.rank] = MetricRow(readings.ranks)
        let lead = readings.leaders.firstIndex { $0 == readings.leaders.last } ?? chosen.count
        record[kind.lead] = lead < chosen.count ? chosen[lead] : shape.layerCount
    }

    private func write(
        _ reading: LensReadings.Top, layer: Int, _ record: inout TokenMetrics
    ) {
        record[kind.ids(layer: layer)] = TokenIDs(reading.ids)
        record[kind.probabilities(layer: layer)] = MetricRow(reading.probabilities)
    }
}

/// The readings of one token's layers, with what all of them are compared with.
private struct LensReadings {
    /// The most probable tokens of one layer.
    struct Top {
        var ids: [Int]
        var probabilities: [Double]
    }

    private let logSumExp: Double
    /// The final distribution, and its mean of logits.
    private var final: [Double] = []
    private var finalMean = 0.0
    private(set) var divergences: [Double] = []
    private(set) var entropies: [Double] = []
    private(set) var probabilities: [Double] = []
    private(set) var ranks: [Double] = []
    /// The most probable token of each layer.
    private(set) var leaders: [Int] = []

    init(final logits: Span<Float>, logSumExp: Double) {
        self.logSumExp = logSumExp
        final.reserveCapacity(logits.count)
        for id in logits.indices {
            let probability = exp(Double(logits[id]) - logSumExp)
            final.append(probability)
            if probability > 0 { finalMean += probability * Double(logits[id]) }
        }
    }

    /// Nil where the logits make no distribution.
    mutating func read(_ logits: Span<Float>, actual: Int, _ count: Int) -> Top? {
        guard let summary = LogitSummary(logits) else { return nil }
        // Σ p (ln p − ln q): the logarithms' sums over all exponentials come out of the sum.
        var mean = 0.0
        for id in logits.indices where final[id] > 0 { mean += final[id] * Double(logits[id]) }
        let divergence = (finalMean - mean) + (summary.logSumExp - logSumExp)
        divergences.append(max(0, divergence))
        entropies.append(summary.entropy)
        let own = logits[actual]
        probabilities.append(exp(Double(own) - summary.logSumExp))
        var larger = 0
        for id in logits.indices where logits[id] > own { larger += 1 }
        ranks.append(Double(larger + 1))
        let top = RankedLogit.largest(count, of: logits)
        leaders.append(top.first?.index ?? 0)
        return Top(
            ids: top.map(\.index),
            probabilities: top.map { exp(Double($0.logit) - summary.logSumExp) })
    }
}
