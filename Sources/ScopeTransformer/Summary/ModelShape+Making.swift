internal import ScopeTensor

extension ModelShape {
    /// Describes a configuration.
    public init(_ configuration: DecoderConfiguration) {
        var rotations: [RotaryConfiguration] = []
        layers = configuration.layers.map { layer in
            var place: Int?
            if let rotary = layer.rotary {
                place = rotations.firstIndex(of: rotary) ?? rotations.count
                if place == rotations.count { rotations.append(rotary) }
            }
            return Layer(window: layer.window, rotation: place, hasExperts: layer.hasExperts)
        }
        self.rotations = rotations.map(Rotation.init)
        family = configuration.modelType
        layerCount = configuration.layerCount
        hiddenSize = configuration.hiddenSize
        intermediateSize = configuration.intermediateSize
        vocabularySize = configuration.vocabularySize
        contextLength = configuration.contextLength
        queryHeadCount = configuration.queryHeadCount
        keyValueHeadCount = configuration.keyValueHeadCount
        headDimension = configuration.headDimension
        valueDimension = configuration.valueDimension
        norm = configuration.norm == .rms ? "rms" : "layer"
        normEpsilon = configuration.normEpsilon
        queryKeyNorm = configuration.queryKeyNorm.map { scope in
            switch scope {
            case .eachHead: "each-head"
            case .head: "head"
            case .position: "position"
            }
        }
        positions =
            switch configuration.positions {
            case .learned: "learned"
            case .linearBias: "linear-bias"
            case .rotaryOrNone: rotations.isEmpty ? "none" : "rotary"
            }
        residual =
            switch configuration.residual {
            case .parallel: "parallel"
            case .sequential: "sequential"
            case .sequentialFromNorm: "sequential-from-norm"
            }
        feedForward = configuration.feedForward == .gated ? "gated" : "plain"
        activation = configuration.activation.rawValue
        experts = configuration.experts.map {
            Experts(
                count: $0.count, perToken: $0.perToken, intermediateSize: $0.intermediateSize,
                sharedIntermediateSize: $0.sharedIntermediateSize)
        }
        keyValueRank = configuration.latentAttention?.keyValueRank
        let named: [(DecoderConfiguration.Biases, String)] = [
            (.queryKeyValue, "query-key-value"), (.attentionOutput, "attention-output"),
            (.feedForward, "feed-forward"), (.head, "head"),
        ]
        biases = named.filter { configuration.biases.contains($0.0) }.map(\.1)
        tiesWordEmbeddings = configuration.tiesWordEmbeddings
        attentionSoftCap = configuration.attentionSoftCap
        logitSoftCap = configuration.logitSoftCap
        logitScale = configuration.logitScale
        embeddingScale = configuration.embeddingScale
        residualScale = configuration.residualScale
        bosTokenID = configuration.bosTokenID
        eosTokenIDs = configuration.eosTokenIDs
        hasChangingRotation = configuration.hasChangingRotation
    }
}

extension ModelShape.Rotation {
    fileprivate init(_ rotary: RotaryConfiguration) {
        theta = rotary.theta
        dimension = rotary.dimension
        pairing = rotary.pairing.rawValue
        magnitude = rotary.magnitude
        (scaling, factor, originalContextLength) =
            switch rotary.scaling {
            case .dynamic(let factor, let original): ("dynamic", factor, original)
            case .linear(let factor): ("linear", factor, nil)
            case .llama3(let factor, _, _, let original): ("llama3", factor, original)
            case .longrope(_, _, let original): ("longrope", nil, original)
            case .none: ("none", nil, nil)
            case .perPair: ("per-pair", nil, nil)
            case .yarn(let factor, _, _): ("yarn", factor, nil)
            }
    }
}
