public import ScopeDecoding
public import ScopeTensor
public import ScopeTransformer

extension AttributedText {
    /// Runs a text through a model under a budget.
    ///
    /// Activations are kept where they fit; else only the layers' inputs, from which one layer at a
    /// time is computed anew on the way back. As many probes go back together as the rest allows.
    ///
    /// - Parameters:
    ///   - ids: The text; at least one id.
    ///   - context: Whose model is asked.
    ///   - bytes: What the stored pass and one way back may take.
    ///   - beginLayer: Called before a layer: a place for progress, and to throw when cancelled.
    /// - Throws: ``AttributionFailure/budgetExceeded(needed:budget:)`` where not even the inputs of
    ///   the layers and one probe fit.
    /// - Complexity: One forward pass.
    public init(
        _ ids: [Int], in context: ModelContext, budget bytes: Int,
        beginLayer: (Int) throws(ModelFailure) -> Void = { (_) throws(ModelFailure) in }
    ) throws(AttributionFailure) {
        let need = { (memory: GradientTape<Float>.Memory, probes: Int) in
            Self.byteCount(
                tokens: ids.count, of: context.configuration, memory: memory, probes: probes)
        }
        let memory =
            need(.activations, 1) <= bytes ? GradientTape<Float>.Memory.activations : .inputs
        guard let most = (1...Self.usualProbes).last(where: { need(memory, $0) <= bytes }) else {
            throw .budgetExceeded(needed: need(.inputs, 1), budget: bytes)
        }
        try self.init(
            ids, in: context, moved: nil, memory: memory, probesAtOnce: most,
            beginLayer: beginLayer)
    }

    /// Bytes that a text's stored pass and one way back through it take, at most.
    ///
    /// - Parameters:
    ///   - tokens: Tokens of the text.
    ///   - shape: The model's shape.
    ///   - memory: What the pass keeps of every layer.
    ///   - probes: Probes that go back together.
    /// - Returns: A bound from the shape alone.
    public static func byteCount(
        tokens: Int, of shape: DecoderConfiguration, memory: GradientTape<Float>.Memory,
        probes: Int
    ) -> Int {
        GradientTape<Float>.byteCount(of: shape, tokens: tokens, memory: memory)
            + GradientTape<Float>.workingByteCount(
                of: shape, tokens: tokens, probes: probes, memory: memory)
    }

    /// What the stored pass keeps of every layer, and how many probes go back together.
    public var memory: (kept: GradientTape<Float>.Memory, probesAtOnce: Int) {
        (kept: tape.memory, probesAtOnce: probesAtOnce)
    }
}
