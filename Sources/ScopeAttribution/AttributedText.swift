public import ScopeDecoding
public import ScopeTensor
public import ScopeTrace
public import ScopeTransformer

/// A text that has gone through a model once, ready to be asked where predictions came from.
///
/// A value; every method shares the one stored pass. Nothing is added to the ids: if the model
/// expects a beginning of text, put it in.
public struct AttributedText: Sendable {
    /// The ids that went through.
    public let ids: [Int]

    let context: ModelContext
    let model: any DifferentiableModel<Float>
    /// What stands in the place of the ids' rows of the embedding table; tokens × hidden size.
    public let embeddings: Tensor<Float>
    let tape: GradientTape<Float>
    /// Probes that go back together.
    let probesAtOnce: Int
    /// Whether embeddings differ from the table's rows.
    let isMoved: Bool
    /// What variants of the text share.
    let prefix = SharedPrefix()

    /// Runs a text through a model.
    ///
    /// - Parameters:
    ///   - ids: The text; at least one id.
    ///   - context: Whose model is asked.
    ///   - memory: What the pass keeps of every layer.
    ///   - beginLayer: Called before a layer: a place for progress, and to throw when cancelled.
    /// - Throws: ``AttributionFailure``.
    /// - Complexity: One forward pass.
    public init(
        _ ids: [Int], in context: ModelContext,
        memory: GradientTape<Float>.Memory = .activations,
        beginLayer: (Int) throws(ModelFailure) -> Void = { (_) throws(ModelFailure) in }
    ) throws(AttributionFailure) {
        try self.init(
            ids, in: context, moved: nil, memory: memory, probesAtOnce: Self.usualProbes,
            beginLayer: beginLayer)
    }

    init(
        _ ids: [Int], in context: ModelContext, moved: Tensor<Float>?,
        memory: GradientTape<Float>.Memory, probesAtOnce: Int,
        beginLayer: (Int) throws(ModelFailure) -> Void = { (_) throws(ModelFailure) in }
    ) throws(AttributionFailure) {
        guard let model = context.model as? any DifferentiableModel<Float> else {
            throw .notDifferentiable
        }
        guard !ids.isEmpty else { throw .invalidSetting(name: "ids", reason: "must not be empty") }
        let embeddings = try AttributionFailure.wrappingModel { () throws(ModelFailure) in
            if let moved { return moved }
            return try model.embeddings(of: ids)
        }
        self.tape = try AttributionFailure.wrappingModel { () throws(ModelFailure) in
            try model.record(embeddings, memory: memory) { (layer) throws(ModelFailure) in
                if Task.isCancelled { throw .cancelled }
                try beginLayer(layer)
            }
        }
        self.ids = ids
        self.context = context
        self.model = model
        self.embeddings = embeddings
        self.probesAtOnce = probesAtOnce
        self.isMoved = moved != nil
    }

    /// The same ids with other rows in the place of the embedding table's.
    ///
    /// - Parameter embeddings: tokens × hidden size.
    /// - Returns: The text, which has gone through the model.
    /// - Throws: ``AttributionFailure``.
    /// - Complexity: One forward pass.
    public func moved(to embeddings: Tensor<Float>) throws(AttributionFailure) -> AttributedText {
        guard embeddings.rows == ids.count, embeddings.columns == self.embeddings.columns else {
            throw .invalidSetting(name: "embeddings", reason: "must be of the text's shape")
        }
        return try AttributedText(
            ids, in: context, moved: embeddings, memory: tape.memory, probesAtOnce: probesAtOnce)
    }

    /// The id that the model holds most probable for a token, which may be the one after the text; of
    /// equal ones the lowest.
    ///
    /// - Parameter token: The token, from 1 up.
    /// - Returns: The id.
    /// - Throws: ``AttributionFailure/targetOutOfRange(_:tokenCount:)``.
    /// - Complexity: One product with the head's matrix.
    public func prediction(of token: TokenIndex) throws(AttributionFailure) -> Int {
        let row = try checked(AttributionTarget(token, id: 0)).row
        let logits = model.logits(of: hiddenState(row)).storage
        return logits.indices.reduce(0) { logits[$1] > logits[$0] ? $1 : $0 }
    }

    /// A target that is checked against the text.
    func checked(_ target: AttributionTarget) throws(AttributionFailure) -> CheckedTarget {
        let index = target.token.rawValue
        guard index >= 1, index <= ids.count else {
            throw .targetOutOfRange(target.token, tokenCount: ids.count)
        }
        guard let id = target.id ?? (index < ids.count ? ids[index] : nil) else {
            throw .targetIDMissing(target.token)
        }
        let size = model.configuration.vocabularySize
        for id in [id, target.contrast ?? id] where !(0..<size).contains(id) {
            throw .model(.tokenOutOfRange(id: id, vocabularySize: size))
        }
        return CheckedTarget(token: target.token, row: index - 1, id: id, contrast: target.contrast)
    }

    /// The final hidden state of a row.
    func hiddenState(_ row: Int) -> Tensor<Float> {
        model.hiddenStates(of: tape, rows: [row])
    }

    /// Gradients of probes, a bounded number of them at a time.
    func gradients(
        _ probes: [GradientProbe<Float>]
    ) throws(AttributionFailure) -> [Tensor<Float>] {
        try gradients(of: tape, probes)
    }

    /// Gradients of probes through any pass of the text.
    func gradients(
        of tape: GradientTape<Float>, _ probes: [GradientProbe<Float>]
    ) throws(AttributionFailure) -> [Tensor<Float>] {
        var gradients: [Tensor<Float>] = []
        for start in stride(from: 0, to: probes.count, by: probesAtOnce) {
            let some = Array(probes[start..<min(start + probesAtOnce, probes.count)])
            gradients += try AttributionFailure.wrappingModel { () throws(ModelFailure) in
                try model.inputGradients(of: tape, some) { (_) throws(ModelFailure) in
                    if Task.isCancelled { throw .cancelled }
                }
            }
        }
        return gradients
    }

    /// A pass over rows in the place of the text's.
    func record(_ embeddings: Tensor<Float>) throws(AttributionFailure) -> GradientTape<Float> {
        try AttributionFailure.wrappingModel { () throws(ModelFailure) in
            try model.record(embeddings, memory: tape.memory) { (_) throws(ModelFailure) in
                if Task.isCancelled { throw .cancelled }
            }
        }
    }

    /// Probes that go back together: enough to share every pass over the weights, few enough that
    /// their rows stay small beside the tape.
    static let usualProbes = 16
}
