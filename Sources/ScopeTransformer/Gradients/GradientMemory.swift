extension GradientTape {
    /// Bytes that the tape of a text keeps, at most; what its arrays take themselves is left out.
    ///
    /// - Parameters:
    ///   - shape: The model's shape.
    ///   - tokens: Tokens of the text.
    ///   - memory: What is kept of every layer.
    /// - Returns: A bound from the shape alone.
    public static func byteCount(
        of shape: DecoderConfiguration, tokens: Int, memory: Memory
    ) -> Int {
        // The embedding, and what the top block keeps up to what attention reads.
        var scalars = 2 * shape.hiddenSize + shape.queryHeadCount * shape.valueDimension
        scalars += attentionScalars(shape)
        for layer in shape.layers.prefix(shape.layerCount).dropLast() {
            scalars += memory == .inputs ? shape.hiddenSize : Self.scalars(layer, shape)
        }
        return tokens * scalars * MemoryLayout<Scalar>.stride
    }

    /// Bytes that the way back through a tape needs beside it, at most.
    ///
    /// - Parameters:
    ///   - shape: The model's shape.
    ///   - tokens: Tokens of the text.
    ///   - probes: Probes that go back together.
    ///   - memory: What the tape keeps of every layer.
    /// - Returns: A bound from the shape alone: gradients of one layer at a time, the results, and
    ///   one layer's activations where they are computed anew.
    public static func workingByteCount(
        of shape: DecoderConfiguration, tokens: Int, probes: Int, memory: Memory
    ) -> Int {
        var probeScalars = 0
        var layerScalars = 0
        for layer in shape.layers.prefix(shape.layerCount) {
            let inner = Self.innerScalars(layer, shape)
            probeScalars = max(
                probeScalars,
                8 * shape.hiddenSize + 2 * inner + 3 * Self.projectionScalars(shape))
            layerScalars = max(layerScalars, Self.scalars(layer, shape) + inner)
        }
        if memory == .activations { layerScalars = shape.intermediateSize }
        return tokens * (probes * probeScalars + layerScalars) * MemoryLayout<Scalar>.stride
    }

    /// Scalars that a token keeps of a layer.
    private static func scalars(
        _ layer: LayerConfiguration, _ shape: DecoderConfiguration
    ) -> Int {
        // The block's input, its middle, and what both parts add before a norm.
        4 * shape.hiddenSize + attentionScalars(shape) + innerScalars(layer, shape)
    }

    /// Scalars that a token keeps of attention in a layer.
    private static func attentionScalars(_ shape: DecoderConfiguration) -> Int {
        var scalars = projectionScalars(shape)
        if shape.queryKeyNorm != nil || shape.attentionClip != nil {
            scalars += projectionScalars(shape)
        }
        if let latent = shape.latentAttention {
            scalars += (latent.queryRank ?? 0) + latent.keyValueRank + latent.rotaryDimension
        }
        return scalars
    }

    private static func projectionScalars(_ shape: DecoderConfiguration) -> Int {
        shape.queryHeadCount * shape.headDimension
            + shape.keyValueHeadCount * (shape.headDimension + shape.valueDimension)
    }

    private static func innerScalars(
        _ layer: LayerConfiguration, _ shape: DecoderConfiguration
    ) -> Int {
        let maps = shape.feedForward == .gated ? 2 : 1
        guard layer.hasExperts, let mixture = shape.experts else {
            return maps * shape.intermediateSize
        }
        // A choice is a number and a weight, which are at most two words of eight bytes.
        return mixture.perToken * (maps * mixture.intermediateSize + shape.hiddenSize + 4)
            + mixture.count + maps * mixture.sharedIntermediateSize + shape.hiddenSize + 1
    }
}
