internal import ScopeFiles
internal import ScopeTensor

extension DecoderWeights {
    /// Reads every tensor that `configuration` calls for, under the names of its family.
    static func read(
        _ table: WeightTable, _ configuration: DecoderConfiguration, _ names: TensorNames,
        quantizingTo target: ElementType?, packing pack: ((WeightMatrix) -> WeightMatrix)?,
        progress: (Double) -> Void
    ) throws(FileError) -> DecoderWeights {
        var reader = try WeightReader<Scalar>(
            table, names: names, quantizingTo: target, packing: pack)
        return try read(&reader, configuration, names, progress: progress)
    }

    /// Reads, or only checks, what the reader's files hold.
    static func read(
        _ reader: inout WeightReader<Scalar>, _ configuration: DecoderConfiguration,
        _ names: TensorNames, progress: (Double) -> Void = { _ in }
    ) throws(FileError) -> DecoderWeights {
        for name in names.configurationTensors { reader.skip(name) }
        let embedding = try reader.table(
            names.embedding, rows: configuration.vocabularySize, width: configuration.hiddenSize,
            multiplies: configuration.tiesWordEmbeddings)
        let embeddingNorm = try reader.norm(names.embeddingNorm, configuration)
        var positions: WeightMatrix?
        if let name = names.positionEmbedding, case .learned(let offset) = configuration.positions {
            positions = try reader.table(
                name, rows: configuration.contextLength + offset, width: configuration.hiddenSize)
        }
        var layers: [LayerWeights<Scalar>] = []
        // However many layers are claimed, the first one that is not in the file ends this.
        for layer in configuration.layers {
            layers.append(
                try LayerWeights.read(layer, index: layers.count, &reader, configuration, names))
            reader.dropPages()
            // What is not in layers, embeddings and the head, counts as one more.
            progress(Double(layers.count) / Double(configuration.layers.count + 1))
        }
        reader.enter("")
        let finalNorm = try reader.requiredNorm(names.finalNorm, configuration)
        let head: Linear<Scalar>
        if configuration.tiesWordEmbeddings {
            head = Linear(
                weights: embedding, bias: try reader.headBias(configuration))
            reader.skipHead()
        } else {
            head = try reader.head(configuration)
        }
        try reader.refuseTheRest()
        reader.dropPages()
        progress(1)
        return DecoderWeights(
            embedding: embedding, embeddingNorm: embeddingNorm, positionEmbedding: positions,
            layers: layers, finalNorm: finalNorm, head: head,
            matrices: reader.inputs.keys.sorted())
    }
}

extension LayerWeights {
    fileprivate static func read(
        _ layer: LayerConfiguration, index: Int, _ reader: inout WeightReader<Scalar>,
        _ shape: DecoderConfiguration, _ names: TensorNames
    ) throws(FileError) -> LayerWeights {
        reader.enter(names.layer.numbered(index))
        let attentionNorm = try reader.norm(names.attentionNorm, shape)
        let projections = try ProjectionWeights.read(&reader, shape, names)
        let queryNorm = try reader.headNorm(
            names.queryNorm, heads: shape.queryHeadCount, shape)
        let keyNorm = try reader.headNorm(
            names.keyNorm, heads: shape.keyValueHeadCount, shape)
        let attentionOutput = try reader.linear(
            names.attentionOutput, outputs: shape.hiddenSize,
            inputs: shape.queryHeadCount * shape.valueDimension,
            bias: shape.biases.contains(.attentionOutput))
        let attentionOutputNorm = try reader.norm(names.attentionOutputNorm, shape)
        let feedForwardNorm = try reader.norm(names.feedForwardNorm, shape)
        let feedForward: FeedForwardWeights<Scalar>
        if layer.hasExperts, let mixture = shape.experts, let experts = names.experts {
            feedForward = .experts(try ExpertWeights.read(&reader, shape, mixture, experts))
        } else {
            feedForward = .dense(
                try DenseWeights.read(
                    "", names.feedForward, &reader, shape, width: shape.intermediateSize))
        }
        return LayerWeights(
            attentionNorm: attentionNorm, projections: projections, queryNorm: queryNorm,
            keyNorm: keyNorm, attentionOutput: attentionOutput,
            attentionOutputNorm: attentionOutputNorm, feedForwardNorm: feedForwardNorm,
            feedForward: feedForward,
            feedForwardOutputNorm: try reader.norm(names.feedForwardOutputNorm, shape))
    }
}

extension DenseWeights {
    static func read(
        _ prefix: String, _ names: FeedForwardNames, _ reader: inout WeightReader<Scalar>,
        _ shape: DecoderConfiguration, width: Int
    ) throws(FileError) -> DenseWeights {
        let hidden = shape.hiddenSize
        let bias = shape.biases.contains(.feedForward)
        switch names {
        case .separate(let gate, let up, let down):
            return DenseWeights(
                gate: try gate.map { name throws(FileError) in
                    try reader.linear(prefix + name, outputs: width, inputs: hidden, bias: bias)
                },
                up: try reader.linear(prefix + up, outputs: width, inputs: hidden, bias: bias),
                down: try reader.linear(prefix + down, outputs: hidden, inputs: width, bias: bias))
        case .fused(let gateAndUp, let down):
            let both = try reader.linears(
                prefix + gateAndUp, [0..<width, width..<2 * width], inputs: hidden, bias: bias)
            return DenseWeights(
                gate: both[0], up: both[1],
                down: try reader.linear(prefix + down, outputs: hidden, inputs: width, bias: bias))
        }
    }
}

extension ExpertWeights {
    fileprivate static func read(
        _ reader: inout WeightReader<Scalar>, _ shape: DecoderConfiguration,
        _ mixture: ExpertConfiguration, _ names: ExpertNames
    ) throws(FileError) -> ExpertWeights {
        let hidden = shape.hiddenSize
        let router = try reader.matrix(names.router, outputs: mixture.count, inputs: hidden)
        var experts: [DenseWeights<Scalar>] = []
        if names.areStacked {
            experts = try stacked(&reader, shape, mixture, names)
        } else {
            for index in 0..<mixture.count {
                experts.append(
                    try DenseWeights.read(
                        names.expert.numbered(index), names.feedForward.numbered(index), &reader,
                        shape, width: mixture.intermediateSize))
            }
        }
        var shared: DenseWeights<Scalar>?
        if mixture.sharedIntermediateSize > 0, let prefix = names.shared {
            shared = try DenseWeights.read(
                prefix, names.sharedFeedForward ?? names.feedForward, &reader, shape,
                width: mixture.sharedIntermediateSize)
        }
        var gate: WeightMatrix?
        if mixture.gatesShared, let name = names.sharedGate {
            gate = try reader.matrix(name, outputs: 1, inputs: hidden)
        }
        return ExpertWeights(router: router, experts: experts, shared: shared, sharedGate: gate)
    }

    /// Experts whose matrices lie in one tensor a role.
    private static func stacked(
        _ reader: inout WeightReader<Scalar>, _ shape: DecoderConfiguration,
        _ mixture: ExpertConfiguration, _ names: ExpertNames
    ) throws(FileError) -> [DenseWeights<Scalar>] {
        guard case .separate(let gate, let up, let down) = names.feedForward else { return [] }
        let (count, width) = (mixture.count, mixture.intermediateSize)
        let gates = try gate.map { name throws(FileError) in
            try reader.stack(name, count: count, outputs: width, inputs: shape.hiddenSize)
        }
        let ups = try reader.stack(up, count: count, outputs: width, inputs: shape.hiddenSize)
        let downs = try reader.stack(down, count: count, outputs: shape.hiddenSize, inputs: width)
        return (0..<count).map { index in
            DenseWeights(
                gate: gates.map { Linear(weights: $0[index], bias: nil) },
                up: Linear(weights: ups[index], bias: nil),
                down: Linear(weights: downs[index], bias: nil))
        }
    }
}

extension String {
    /// The name with `number` in place of `#`.
    func numbered(_ number: Int) -> String {
        split(separator: "#", omittingEmptySubsequences: false).joined(separator: String(number))
    }
}
