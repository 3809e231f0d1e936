internal import ScopeFiles
internal import ScopeTensor

extension DecoderWeights {
    /// Reads every tensor that `configuration` calls for, under the names of `family`.
    static func read(
        _ checkpoint: Checkpoint, _ configuration: DecoderConfiguration, _ family: Family
    ) throws(FileError) -> DecoderWeights {
        let names = family.tensors
        var reader = try WeightReader<Scalar>(checkpoint, names: names)
        let embedding = try reader.table(
            names.embedding, rows: configuration.vocabularySize, width: configuration.hiddenSize)
        var positions: WeightMatrix?
        if let name = names.positionEmbedding {
            positions = try reader.table(
                name, rows: configuration.contextLength, width: configuration.hiddenSize)
        }
        var layers: [LayerWeights<Scalar>] = []
        // However many layers are claimed, the first one that is not in the file ends this.
        for index in 0..<configuration.layerCount {
            layers.append(try layer(index, &reader, configuration, names))
        }
        let finalNorm = try norm(names.finalNorm, &reader, configuration)
        let head: WeightMatrix
        if configuration.tiesWordEmbeddings {
            head = embedding
            reader.skipHead()
        } else {
            head = try reader.head(
                outputs: configuration.vocabularySize, inputs: configuration.hiddenSize)
        }
        try reader.refuseTheRest()
        return DecoderWeights(
            embedding: embedding, positionEmbedding: positions, layers: layers,
            finalNorm: finalNorm, head: head)
    }

    private static func layer(
        _ index: Int, _ reader: inout WeightReader<Scalar>, _ shape: DecoderConfiguration,
        _ names: TensorNames
    ) throws(FileError) -> LayerWeights<Scalar> {
        let prefix = names.layerPrefix(index)
        let queries = shape.queryHeadCount * shape.headDimension
        let attentionNorm = try norm(prefix + names.attentionNorm, &reader, shape)
        let projections = try projections(prefix, &reader, shape, names)
        let attentionOutput = try reader.linear(
            prefix + names.attentionOutput, outputs: shape.hiddenSize, inputs: queries,
            bias: shape.biases.contains(.attentionOutput))
        let feedForwardNorm = try norm(prefix + names.feedForwardNorm, &reader, shape)
        let wide = shape.intermediateSize
        let bias = shape.biases.contains(.feedForward)
        var gate: Linear<Scalar>?
        if let name = names.gate {
            gate = try reader.linear(
                prefix + name, outputs: wide, inputs: shape.hiddenSize, bias: bias)
        }
        let up = try reader.linear(
            prefix + names.up, outputs: wide, inputs: shape.hiddenSize, bias: bias)
        let down = try reader.linear(
            prefix + names.down, outputs: shape.hiddenSize, inputs: wide, bias: bias)
        return LayerWeights(
            attentionNorm: attentionNorm, query: projections.query, key: projections.key,
            value: projections.value, attentionOutput: attentionOutput,
            feedForwardNorm: feedForwardNorm, gate: gate, up: up, down: down)
    }

    private static func norm(
        _ name: String, _ reader: inout WeightReader<Scalar>, _ shape: DecoderConfiguration
    ) throws(FileError) -> NormWeights<Scalar> {
        let scale = try reader.vector(name + ".weight", count: shape.hiddenSize)
        var shift: Tensor<Scalar>?
        if shape.norm == .layer {
            shift = try reader.vector(name + ".bias", count: shape.hiddenSize)
        }
        return NormWeights(scale: scale, shift: shift)
    }

    private typealias Projections = (
        query: Linear<Scalar>, key: Linear<Scalar>, value: Linear<Scalar>
    )

    private static func projections(
        _ prefix: String, _ reader: inout WeightReader<Scalar>, _ shape: DecoderConfiguration,
        _ names: TensorNames
    ) throws(FileError) -> Projections {
        let queries = shape.queryHeadCount * shape.headDimension
        let keys = shape.keyValueHeadCount * shape.headDimension
        let hidden = shape.hiddenSize
        let bias = shape.biases.contains(.queryKeyValue)
        switch names.projections {
        case .separate(let query, let key, let value):
            return (
                query: try reader.linear(
                    prefix + query, outputs: queries, inputs: hidden, bias: bias),
                key: try reader.linear(prefix + key, outputs: keys, inputs: hidden, bias: bias),
                value: try reader.linear(prefix + value, outputs: keys, inputs: hidden, bias: bias)
            )
        case .fused(let name):
            let whole = try reader.linear(
                prefix + name, outputs: queries + 2 * keys, inputs: hidden, bias: bias)
            return (
                query: whole.slice(0..<queries),
                key: whole.slice(queries..<queries + keys),
                value: whole.slice(queries + keys..<queries + 2 * keys)
            )
        }
    }
}

extension Linear {
    /// The map's `outputs` alone.
    func slice(_ outputs: Range<Int>) -> Linear {
        Linear(
            weights: weights.slice(outputs: outputs),
            bias: bias.map { Tensor(vector: Array($0.storage[outputs])) })
    }
}

extension TensorNames {
    /// What stands before the names of layer `index`.
    func layerPrefix(_ index: Int) -> String {
        layer.split(separator: "#", omittingEmptySubsequences: false)
            .joined(separator: String(index))
    }
}
