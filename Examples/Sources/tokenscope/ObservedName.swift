import TokenScope

/// A name that `--observe` takes.
enum ObservedName: String, CaseIterable, Sendable {
    case attention
    case attentionEntropy = "attention-entropy"
    case sinkMass = "sink-mass"
    case previousToken = "previous-token"
    case duplicateToken = "duplicate-token"
    case induction
    case lookback
    case receivedAttention = "received-attention"
    case attendedSurprisal = "attended-surprisal"
    case attendedEntropy = "attended-entropy"
    case attendedConfidence = "attended-confidence"
    case attendedMargin = "attended-margin"
    case spanAttention = "span-attention"
    case rollout
    case attentionFlow = "attention-flow"
    case valueNorms = "value-norms"
    case hiddenStates = "hidden-states"
    case lens
    case residual
    case dla
    case informationFlow = "information-flow"

    static var allNames: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// What is to be observed, as far as the options say it.
    struct Choice {
        let layers: LayerSelection
        /// Nil where the options do not say.
        let heads: HeadSelection?
        let isSeparate: Bool
        let tokens: Range<TokenIndex>?
        let spans: (from: Range<TokenIndex>, to: Range<TokenIndex>)?
        let detail: RowDetail
        let states: HiddenStateOptions
        let context: ModelContext

        /// For metrics of single numbers: all heads unless the options say otherwise.
        var numbers: AttentionSelection {
            AttentionSelection(layers: layers, heads: heads ?? .all, tokens: tokens)
        }

        /// For rows: the mean over heads unless the options say otherwise.
        var rows: AttentionSelection {
            AttentionSelection(layers: layers, heads: heads ?? .mean, tokens: tokens)
        }
    }

    /// The observers of the name.
    func observers(_ choice: Choice) throws(ToolError) -> [any DecodingObserver] {
        if let observers = try hiddenStateObservers(choice) { return observers }
        let (numbers, isSeparate) = (choice.numbers, choice.isSeparate)
        func attended(_ key: MetricKey<Double>) -> [any DecodingObserver] {
            [AttendedMetricObserver(of: key, numbers, isSeparate: isSeparate)]
        }
        switch self {
        case .attention: return [AttentionObserver(choice.rows, detail: choice.detail)]
        case .attentionEntropy:
            return [AttentionEntropyObserver(numbers, isSeparate: isSeparate)]
        case .sinkMass: return [AttentionSinkObserver(numbers, isSeparate: isSeparate)]
        case .previousToken: return [PreviousTokenObserver(numbers, isSeparate: isSeparate)]
        case .duplicateToken: return [DuplicateTokenObserver(numbers, isSeparate: isSeparate)]
        case .induction: return [InductionObserver(numbers, isSeparate: isSeparate)]
        case .lookback: return [LookbackObserver(numbers, isSeparate: isSeparate)]
        case .receivedAttention:
            return [ReceivedAttentionObserver(numbers, isSeparate: isSeparate)]
        case .attendedSurprisal: return attended(.surprisal)
        case .attendedEntropy: return attended(.entropy)
        case .attendedConfidence: return attended(.confidence)
        case .attendedMargin: return attended(.margin)
        case .spanAttention:
            guard let spans = choice.spans else { return [] }
            return [
                SpanAttentionObserver(
                    from: spans.from, to: spans.to, layers: choice.layers,
                    heads: choice.heads ?? .all, isSeparate: isSeparate)
            ]
        case .rollout:
            // The last layer's is recorded without being named; naming others adds them.
            let layers: LayerSelection = isSeparate ? choice.layers : .none
            return [
                RolloutObserver(tokens: choice.tokens, layers: layers, detail: choice.detail)
            ]
        case .attentionFlow:
            guard let tokens = choice.tokens else { return [] }
            return [AttentionFlowObserver(tokens: tokens, detail: choice.detail)]
        case .valueNorms: return [ValueNormObserver(choice.rows, detail: choice.detail)]
        case .hiddenStates, .lens, .residual, .dla, .informationFlow: return []
        }
    }

    /// What the names of its rows begin with.
    var stems: [String] {
        switch self {
        case .attention: ["attention_l"]
        case .rollout: ["rollout"]
        case .attentionFlow: ["attention_flow"]
        case .valueNorms: ["value_weighted_norm"]
        default: hiddenStateStems
        }
    }

    /// Whether it records rows.
    var hasRows: Bool { !stems.isEmpty }

    /// The name of its one number a token, where it has one.
    var chartedName: String? {
        switch self {
        case .attentionEntropy: MetricKey.attentionEntropy.name
        case .sinkMass: MetricKey.sinkMass.name
        case .previousToken: MetricKey.previousTokenScore.name
        case .duplicateToken: MetricKey.duplicateTokenScore.name
        case .induction: MetricKey.inductionScore.name
        case .lookback: MetricKey.lookbackRatio.name
        case .receivedAttention: MetricKey.receivedAttention.name
        case .attendedSurprisal: MetricKey.attended(.surprisal).name
        case .attendedEntropy: MetricKey.attended(.entropy).name
        case .attendedConfidence: MetricKey.attended(.confidence).name
        case .attendedMargin: MetricKey.attended(.margin).name
        case .spanAttention: MetricKey.spanAttention.name
        case .dla: MetricKey.attributedLogit.name
        case .attention, .rollout, .attentionFlow, .valueNorms, .hiddenStates, .lens, .residual,
            .informationFlow:
            nil
        }
    }
}
