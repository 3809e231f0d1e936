public import ScopeDecoding
public import ScopeTrace
public import ScopeTransformer

/// The routes by which chosen predictions were put together: the information-flow graph (Ferrando and Voita,
/// 2024, "Information Flow Routes", arXiv 2403.00824), as the LLM Transparency Tool draws it.
///
/// From the row that predicts a token, at the top, downwards: of the parts that sum to a row, a part `p` of the
/// row `z` has the share `max(0, ‖z‖₁ − ‖z − p‖₁)` over the sum of these numbers for all parts. Behind a block's
/// attention the parts are the row as it was and what each head brought from each token; a token's share is
/// the sum over heads, and the heads' own are kept with the edge. Behind feed-forward they are the row
/// and what feed-forward added. In parallel blocks all of these are the parts of one sum. Shares below the
/// threshold are not followed.
///
/// The bias behind attention is no part (it comes from no token), though it is in the row; that of
/// feed-forward belongs to what it added. A norm behind attention is frozen at the whole that goes through
/// it. `TokenTrace.flowGraph(of:)` reads what is recorded.
///
/// It must see the sequence from its first token on; where a window moves on, later tokens have none.
///
/// - Complexity: It keeps attention, and about three rows of the residual stream, of each layer and token. For
///   a chosen token O(layers × tokens × heads × hidden size) a row that is reached.
public struct InformationFlowObserver: DecodingObserver {
    /// The tokens whose predictions are followed.
    public let tokens: Range<TokenIndex>
    /// The least share that is followed.
    public let threshold: Double
    private let model: any InspectableModel<Float>
    private var rows: FlowRows
    private var observed = 0

    /// Creates the observer.
    ///
    /// - Parameters:
    ///   - context: The model of the sessions that the observer is attached to.
    ///   - tokens: The tokens whose predictions are followed.
    ///   - threshold: The least share that is followed, from 0 to below 1.
    /// - Throws: ``InspectionFailure`` for a model that cannot be taken apart, or whose earlier rows change
    ///   with the text's length.
    public init(
        _ context: ModelContext, tokens: Range<TokenIndex>, threshold: Double = 0.04
    ) throws(InspectionFailure) {
        precondition(threshold >= 0 && threshold < 1, "a share lies between 0 and 1")
        model = try context.inspectableModel()
        guard !model.configuration.hasChangingRotation else {
            throw .changingRotation(model: context.identity.name)
        }
        self.tokens = tokens
        self.threshold = threshold
        rows = FlowRows(model.configuration)
    }

    private var end: Int { max(0, tokens.upperBound.rawValue - 1) }

    /// Every head's attention, the residual stream, and what attention adds and reads, up to the last token
    /// that is followed.
    public var signals: SignalRequest {
        let components: [LayerComponent] = [.attention, .residual, .values]
        return SignalRequest(
            attention: [AttentionRequest(rows: 0..<end)], hiddenStates: .layers([0]),
            components: components.map { ComponentRequest($0, rows: 0..<end) })
    }

    /// What is kept of each layer, and the graphs as large as they can be.
    public func byteCount(tokens: Int, of model: DecoderConfiguration) -> Double {
        let rows = max(0, min(tokens, self.tokens.upperBound.rawValue) - 1)
        let heads = Double(model.queryHeadCount)
        let count = AttentionSelection(tokens: self.tokens).tokenCount(of: tokens)
        let nodes = Double(rows) * Double(2 * model.layerCount + 1)
        let edges = min(Double(rows), threshold > 0 ? 1 / threshold : .infinity) + 2
        return FlowRows.byteCount(rows: rows, of: model)
            + Double(count) * nodes * edges * (64 + 8 * heads)
    }

    /// Records `informationFlow` of the chosen tokens.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        let index = step.token.index
        guard index.rawValue == observed, index < tokens.upperBound else { return }
        observed += 1
        guard index.rawValue > 0 else { return }
        guard step.contextLength == index.rawValue, rows.append(step) else {
            // Nothing of later rows can be known without this one.
            observed = Int.max
            return
        }
        guard tokens.contains(index) else { return }
        let builder = FlowGraphBuilder(model: model, rows: rows, threshold: threshold)
        record[.informationFlow] = builder.graph(of: index).metricRow
    }
}

/// What information flow needs of every row.
struct FlowRows: Sendable {
    let layerCount: Int
    let headCount: Int
    /// By layer and head.
    private(set) var attention: [TriangleRows]
    /// The input of each block, and the last one's end.
    private(set) var stream: [PagedRows]
    /// What each block's attention adds.
    private(set) var added: [PagedRows]
    /// What each block's heads read.
    private(set) var values: [PagedRows]

    init(_ shape: DecoderConfiguration) {
        layerCount = shape.layerCount
        headCount = shape.queryHeadCount
        attention = Array(repeating: TriangleRows(), count: layerCount * headCount)
        stream = Array(repeating: PagedRows(), count: layerCount + 1)
        added = Array(repeating: PagedRows(), count: layerCount)
        values = added
    }

    static func byteCount(rows: Int, of model: DecoderConfiguration) -> Double {
        let layers = Double(model.layerCount)
        let width = LayerComponent.values.width(in: model)
        return layers * Double(model.queryHeadCount) * TriangleRows.byteCount(rows: rows)
            + (2 * layers + 1) * PagedRows.byteCount(rows: rows, width: model.hiddenSize)
            + layers * PagedRows.byteCount(rows: rows, width: width)
    }

    /// Takes in the row that predicts a token; false where something of it is missing.
    mutating func append(_ step: borrowing DecodingStep) -> Bool {
        guard let embedding = step.hiddenState(layer: 0) else { return false }
        stream[0].append(embedding)
        for layer in 0..<layerCount {
            guard let residual = step.component(.residual, layer: layer),
                let added = step.component(.attention, layer: layer),
                let values = step.component(.values, layer: layer)
            else { return false }
            stream[layer + 1].append(residual)
            self.added[layer].append(added)
            self.values[layer].append(values)
            for head in 0..<headCount {
                guard let row = step.attention(layer: layer, head: QueryHead(head)) else {
                    return false
                }
                attention[layer * headCount + head].append(row.doubles)
            }
        }
        return true
    }
}
