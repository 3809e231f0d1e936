internal import ScopeTokenizers
internal import ScopeTrace
internal import ScopeTransformer

/// A trace and the observers that write it: the part of a session that a forward pass drives.
struct Recorder: Sendable {
    var trace: TokenTrace
    /// Of the model, which every step names.
    let shape: (layerCount: Int, queryHeadCount: Int)
    var observers: [any DecodingObserver] = []
    var rows = SignalRows()
    /// What the heads make of the positions in the cache; nil where nobody asked.
    var valueProducts: ValueProducts?
    /// The first token that the last pass's rows could see.
    var contextStart = 0
    /// What observers have changed of earlier tokens and nobody has taken yet.
    var amendments = AmendmentLog()
    /// An observer's error, kept until the pass that it interrupts has ended.
    var failure: DecodingFailure?

    /// What the observers ask for together.
    var signals: SignalRequest {
        observers.reduce(SignalRequest()) { $0.union($1.signals) }
    }

    /// Forgets the pass before, and makes room for what the next one sends.
    ///
    /// - Parameters:
    ///   - signals: What the pass is asked for.
    ///   - shape: The model.
    ///   - rows: The pass's rows, counted in the context that the model sees.
    ///   - contextStart: The token that the context begins with.
    mutating func beginPass(
        _ signals: SignalRequest, _ shape: DecoderConfiguration, rows: Range<Int>,
        contextStart: Int
    ) {
        self.contextStart = contextStart
        self.rows.prepare(for: signals, of: shape, rows: rows, contextStart: contextStart)
        let layers = signals.valueProducts
        if layers == .none {
            valueProducts = nil
        } else if valueProducts?.fits(shape, layers: layers, contextStart: contextStart) != true {
            valueProducts = ValueProducts(of: shape, layers: layers, contextStart: contextStart)
        }
    }

    /// Shows a token to every observer and adds it to the trace.
    ///
    /// - Parameters:
    ///   - token: The token, the trace's next.
    ///   - logits: What predicted it; nil for token 0.
    ///   - draw: How it was drawn; nil where it was not.
    /// - Throws: ``DecodingFailure`` for an observer's error, or logits that are no distribution.
    mutating func record(
        _ token: TokenRecord, logits: Span<Float>?, draw: Draw? = nil
    ) throws(DecodingFailure) {
        trace.append(token)
        var metrics = trace.lendMetrics(at: token.index)
        do {
            try Self.show(
                token, logits, draw, rows, valueProducts, contextStart, shape, to: &observers,
                &metrics)
        } catch {
            amendments.note(metrics.amendments)
            trace.takeBack(metrics)
            throw error
        }
        amendments.note(metrics.amendments)
        trace.takeBack(metrics)
    }

    /// The same for logits that were kept since an earlier pass.
    mutating func record(
        _ token: TokenRecord, kept logits: [Float], draw: Draw? = nil
    ) throws(DecodingFailure) {
        try record(token, logits: logits.span, draw: draw)
    }

    /// Apart from `record`, because the step borrows the rows while the observers change.
    private static func show(
        _ token: TokenRecord, _ logits: Span<Float>?, _ draw: Draw?, _ rows: SignalRows,
        _ valueProducts: ValueProducts?, _ contextStart: Int,
        _ shape: (layerCount: Int, queryHeadCount: Int),
        to observers: inout [any DecodingObserver], _ metrics: inout TokenMetrics
    ) throws(DecodingFailure) {
        let distribution: ModelDistribution? =
            if let logits { try ModelDistribution(logits: logits, of: token.index) } else { nil }
        let step = DecodingStep(
            token: token, contextStart: contextStart, distribution: distribution, draw: draw,
            shape: shape, directory: rows.directory, values: rows.values.span,
            valueProducts: valueProducts)
        for index in observers.indices {
            do {
                try observers[index].observe(step, record: &metrics)
            } catch {
                throw .observer(
                    name: "\(type(of: observers[index]))", underlying: error)
            }
        }
    }
}
