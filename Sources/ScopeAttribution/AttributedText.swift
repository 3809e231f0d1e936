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

    let model: any DifferentiableModel<Float>
    let embeddings: Tensor<Float>
    let tape: GradientTape<Float>

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
        guard let model = context.model as? any DifferentiableModel<Float> else {
            throw .notDifferentiable
        }
        guard !ids.isEmpty else { throw .invalidSetting(name: "ids", reason: "must not be empty") }
        let embeddings = try AttributionFailure.wrappingModel { () throws(ModelFailure) in
            try model.embeddings(of: ids)
        }
        self.tape = try AttributionFailure.wrappingModel { () throws(ModelFailure) in
            try model.record(embeddings, memory: memory, beginLayer: beginLayer)
        }
        self.ids = ids
        self.model = model
        self.embeddings = embeddings
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
        let width = tape.hiddenStates.columns
        return Tensor(
            vector: Array(tape.hiddenStates.storage[row * width..<(row + 1) * width]))
    }

    /// Gradients of probes, a bounded number of them at a time.
    func gradients(
        _ probes: [GradientProbe<Float>]
    ) throws(AttributionFailure) -> [Tensor<Float>] {
        var gradients: [Tensor<Float>] = []
        for start in stride(from: 0, to: probes.count, by: Self.probesAtOnce) {
            let some = Array(probes[start..<min(start + Self.probesAtOnce, probes.count)])
            gradients += try AttributionFailure.wrappingModel { () throws(ModelFailure) in
                try model.inputGradients(of: tape, some)
            }
        }
        return gradients
    }

    /// Probes that go back together: enough to share every pass over the weights, few enough that
    /// their rows stay small beside the tape.
    private static let probesAtOnce = 16
}

/// What is to be explained: the prediction of a token.
public struct AttributionTarget: Hashable, Sendable {
    /// The token whose prediction is explained, from 1 up; the number of tokens means the one after
    /// the text.
    public var token: TokenIndex
    /// The id whose prediction is explained; nil for the token's own.
    public var id: Int?
    /// The id against which it is explained: why the one and not the other.
    public var contrast: Int?

    /// Names a target.
    public init(_ token: TokenIndex, id: Int? = nil, against contrast: Int? = nil) {
        self.token = token
        self.id = id
        self.contrast = contrast
    }
}

/// A target whose row and ids lie inside the text and the vocabulary.
struct CheckedTarget {
    let token: TokenIndex
    let row: Int
    let id: Int
    let contrast: Int?

    /// The settings that every method records of a target.
    var settings: [String: String] {
        contrast.map { ["against": String($0)] } ?? [:]
    }
}
