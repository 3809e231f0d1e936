import TokenScope

/// What `inspect` writes for people: one subject a line, its name on the left.
struct InspectionReport {
    let inspection: ModelInspection
    let context: Int
    let weights: ElementType?
    let listsTensors: Bool

    private var model: ModelSummary { inspection.model }
    private var shape: ModelShape { inspection.model.shape }

    init(
        _ inspection: ModelInspection, context: Int, weights: ElementType?, listsTensors: Bool
    ) {
        self.inspection = inspection
        self.context = context
        self.weights = weights
        self.listsTensors = listsTensors
    }

    var text: String {
        let sections = [
            Self.lines(configuration), files, Self.lines(tokens), memory, Self.lines(options),
            listsTensors ? tensors : "",
        ]
        return sections.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var configuration: [(String, String)] {
        var rows = [
            ("model", model.name),
            ("family", "\(shape.family), \(model.layout.rawValue)"),
            (
                "parameters",
                "\(Quantity.parameters(model.parameterCount)) (\(model.parameterCount))"
            ),
            ("context", "\(shape.contextLength) tokens"),
            ("vocabulary", "\(shape.vocabularySize) ids"),
            (
                "layers",
                "\(shape.layerCount) of width \(shape.hiddenSize), residuals \(shape.residual)"
            ),
            ("heads", heads),
            ("feed-forward", feedForward),
            ("norm", norm),
            ("positions", positions),
        ]
        if !windows.isEmpty { rows.append(("windows", windows)) }
        rows.append(
            ("biases", shape.biases.isEmpty ? "none" : shape.biases.joined(separator: ", ")))
        rows.append(
            (
                "head",
                shape.tiesWordEmbeddings ? "reads the embedding (tied)" : "a matrix of its own"
            ))
        if !scalars.isEmpty { rows.append(("factors", scalars)) }
        return rows
    }

    private var heads: String {
        var text = "\(shape.queryHeadCount) query heads"
        text +=
            shape.keyValueHeadCount == shape.queryHeadCount
            ? " with keys and values of their own"
            : " on \(shape.keyValueHeadCount) of keys and values"
        text += ", \(shape.headDimension) wide"
        if shape.valueDimension != shape.headDimension {
            text += " (values \(shape.valueDimension))"
        }
        if let rank = shape.keyValueRank { text += ", from a latent vector of \(rank)" }
        return text
    }

    private var feedForward: String {
        var text = "\(shape.feedForward), \(shape.intermediateSize) wide, \(shape.activation)"
        if let experts = shape.experts {
            let layers = shape.layers.count(where: \.hasExperts)
            text += "; in \(layers) of \(shape.layerCount) layers \(experts.perToken) of "
            text += "\(experts.count) experts, \(experts.intermediateSize) wide"
            if experts.sharedIntermediateSize > 0 {
                text += ", and a shared one of \(experts.sharedIntermediateSize)"
            }
        }
        return text
    }

    private var norm: String {
        let keys = shape.queryKeyNorm.map { "; queries and keys too, over each \($0)" } ?? ""
        return "\(shape.norm), epsilon \(Float(shape.normEpsilon))\(keys)"
    }

    private var positions: String {
        guard !shape.rotations.isEmpty else { return shape.positions }
        return shape.rotations.enumerated().map { place, rotation in
            let layers = shape.layers.count { $0.rotation == place }
            var text = "rotary over \(rotation.dimension) of \(shape.headDimension)"
            text += ", base \(Self.number(rotation.theta)), pairs of \(rotation.pairing)"
            if rotation.scaling != "none" {
                text += ", \(rotation.scaling) scaling"
                if let factor = rotation.factor { text += " by \(Self.number(factor))" }
                if let length = rotation.originalContextLength { text += " from \(length)" }
            }
            return layers == shape.layerCount ? text : text + " (\(layers) layers)"
        }.joined(separator: "; ")
    }

    private var windows: String {
        let sizes = Set(shape.layers.compactMap(\.window)).sorted()
        return sizes.map { size in
            let layers = shape.layers.count { $0.window == size }
            return "\(size) tokens in \(layers) of \(shape.layerCount) layers"
        }.joined(separator: "; ")
    }

    private var scalars: String {
        var parts: [String] = []
        if shape.embeddingScale != 1 {
            parts.append("embedding \(Self.number(shape.embeddingScale))")
        }
        if shape.residualScale != 1 { parts.append("residual \(Self.number(shape.residualScale))") }
        if shape.logitScale != 1 { parts.append("logits \(Self.number(shape.logitScale))") }
        if let cap = shape.attentionSoftCap {
            parts.append("attention capped at \(Self.number(cap))")
        }
        if let cap = shape.logitSoftCap { parts.append("logits capped at \(Self.number(cap))") }
        return parts.joined(separator: ", ")
    }
}
