public import ScopeTensor

extension DecoderModel where Algebra: DifferentiableAlgebra {
    /// Runs a text through the model from its embedding rows and stores what the way back needs.
    ///
    /// - Parameters:
    ///   - embeddings: tokens × hidden size.
    ///   - memory: What is kept of every layer.
    ///   - beginLayer: Called before a layer.
    /// - Returns: The tape.
    /// - Throws: ``ModelFailure``.
    /// - Complexity: One forward pass.
    public func record(
        _ embeddings: Tensor<Scalar>, memory: GradientTape<Scalar>.Memory,
        beginLayer: (Int) throws(ModelFailure) -> Void
    ) throws(ModelFailure) -> GradientTape<Scalar> {
        guard embeddings.rows <= configuration.contextLength else {
            throw .contextExceeded(
                length: embeddings.rows, limit: configuration.contextLength)
        }
        precondition(
            embeddings.columns == configuration.hiddenSize, "rows of another width than the model's"
        )
        try checkUnchanged()
        var buffers = WorkspaceBuffers<Scalar>(configuration)
        buffers.residual = embeddings
        var scaled = embeddings
        algebra.scale(&scaled, by: configuration.embeddingScale)
        finishEmbedding(at: Array(0..<embeddings.rows), &buffers)
        let rotations = textRotations(embeddings.rows)
        var layers: [StoredLayer<Scalar>] = []
        let last = configuration.layers.count - 1
        for index in 0..<last {
            try beginLayer(index)
            let input = buffers.residual
            let tape = record(index, rotations, &buffers)
            layers.append(memory == .activations ? .activations(tape) : .input(input))
        }
        try beginLayer(last)
        return GradientTape(
            memory: memory, embedding: weights.embeddingNorm == nil ? nil : scaled,
            layers: layers, top: recordTop(last, rotations, &buffers))
    }

    /// The rotation of a text from its beginning, by each scheme.
    func textRotations(_ count: Int) -> [Rotation<Scalar>] {
        let places = (0..<count).map { RowPlace(lane: 0, row: $0) }
        let length = configuration.definingLength(of: count)
        return rotationTable.rotations(of: places, definingLengths: [length])
    }

    /// One decoder block over the residual stream in `buffers`, which it moves on.
    func record(
        _ index: Int, _ rotations: [Rotation<Scalar>], _ buffers: inout WorkspaceBuffers<Scalar>
    ) -> LayerTape<Scalar> {
        let layer = weights.layers[index]
        let input = buffers.residual
        let attention = recordAttention(layer, index: index, rotations, &buffers)
        let rest = finish(layer, &buffers)
        return LayerTape(
            input: input, attention: attention, attended: rest.attended, middle: rest.middle,
            feedForward: rest.feedForward, update: rest.update)
    }

    /// What follows attention in a block, given what attention has read in `context`.
    private func finish(
        _ layer: LayerWeights<Scalar>, _ buffers: inout WorkspaceBuffers<Scalar>
    ) -> BlockRest<Scalar> {
        apply(layer.attentionOutput, to: buffers.context, into: &buffers.attended)
        let attended = layer.attentionOutputNorm == nil ? nil : buffers.attended
        finishUpdate(&buffers.attended, by: layer.attentionOutputNorm, &buffers.normalizedUpdate)
        if configuration.residual != .parallel {
            algebra.add(buffers.attended, to: &buffers.residual)
        }
        let middle = buffers.residual
        if configuration.residual != .parallel || layer.feedForwardNorm != nil {
            normalizeInput(by: layer.feedForwardNorm, &buffers)
        }
        let feedForward = recordFeedForward(layer.feedForward, &buffers)
        let update = layer.feedForwardOutputNorm == nil ? nil : buffers.update
        finishUpdate(&buffers.update, by: layer.feedForwardOutputNorm, &buffers.normalizedUpdate)
        if configuration.residual == .parallel {
            algebra.add(buffers.attended, to: &buffers.residual)
        }
        algebra.add(buffers.update, to: &buffers.residual)
        return BlockRest(
            attended: attended, middle: middle, feedForward: feedForward, update: update)
    }

    /// The same for residual rows and what attention has read for each of them.
    func finish(
        _ index: Int, residual: Tensor<Scalar>, context: Tensor<Scalar>,
        _ buffers: inout WorkspaceBuffers<Scalar>
    ) -> BlockRest<Scalar> {
        let layer = weights.layers[index]
        buffers.residual = residual
        normalizeInput(by: layer.attentionNorm, &buffers)
        buffers.context = context
        return finish(layer, &buffers)
    }

    /// A block's output for residual rows whose attention has read something else than it would.
    ///
    /// - Parameters:
    ///   - index: The block.
    ///   - residual: Rows that go into the block.
    ///   - context: What attention has read for each of them.
    ///   - buffers: Scratch memory.
    /// - Returns: The rows that leave the block.
    func output(
        ofLayer index: Int, residual: Tensor<Scalar>, context: Tensor<Scalar>,
        _ buffers: inout WorkspaceBuffers<Scalar>
    ) -> Tensor<Scalar> {
        _ = finish(index, residual: residual, context: context, &buffers)
        return buffers.residual
    }

    /// A block's attention over the residual stream in `buffers`, up to what it reads.
    func recordAttention(
        _ layer: LayerWeights<Scalar>, index: Int, _ rotations: [Rotation<Scalar>],
        _ buffers: inout WorkspaceBuffers<Scalar>
    ) -> AttentionTape<Scalar> {
        normalizeInput(by: layer.attentionNorm, &buffers)
        project(layer, &buffers)
        var raw: (query: Tensor<Scalar>, key: Tensor<Scalar>, value: Tensor<Scalar>)?
        if configuration.attentionClip != nil || configuration.queryKeyNorm != nil {
            raw = (query: buffers.query, key: buffers.key, value: buffers.value)
        }
        var latent: LatentTape<Scalar>?
        if case .latent(let weights) = layer.projections {
            latent = LatentTape(
                query: weights.queryDown.map { latentVector($0, of: buffers.normalized) },
                keyValue: latentVector(weights.keyValueDown, of: buffers.normalized))
        }
        clip(&buffers)
        normalizeAndRotate(
            layer, rotationTable.schemeOfLayer[index].map { rotations[$0] }, &buffers)
        let heads = configuration.keyValueHeadCount
        let tape = AttentionTape(
            raw: raw, latent: latent, query: buffers.query,
            keys: buffers.key.parted(heads), values: buffers.value.parted(heads))
        attend(index: index, &buffers)
        return tape
    }

    /// Every row's attention over the text, in the blocks of the forward pass.
    private func attend(index: Int, _ buffers: inout WorkspaceBuffers<Scalar>) {
        let rows = buffers.query.rows
        buffers.context.resize(rows: rows)
        var cache = KVCache<Scalar>(
            shape: CacheShape(
                layerCount: 1, headCount: configuration.keyValueHeadCount,
                headDimension: configuration.headDimension,
                valueDimension: configuration.valueDimension))
        cache.reserve(rows)
        for row in 0..<rows {
            cache.write(
                layer: 0, row: row, keys: buffers.key.row(row), values: buffers.value.row(row))
        }
        let rule = rule(ofLayer: index, biases: buffers.attention.biases(rows, configuration))
        algebra.attend(
            buffers.query, [AttendedRows(rows: 0..<rows, position: 0, pages: cache.pages)],
            layer: 0, rule, keepsWeights: false, in: &buffers.attention.weights,
            into: &buffers.context)
    }

    /// Query heads that one key-value head serves.
    var groupSize: Int { configuration.queryHeadCount / configuration.keyValueHeadCount }

    private func recordFeedForward(
        _ weights: FeedForwardWeights<Scalar>, _ buffers: inout WorkspaceBuffers<Scalar>
    ) -> FeedForwardTape<Scalar> {
        switch weights {
        case .dense(let weights):
            let (tape, output) = record(weights, buffers.normalized)
            buffers.update = output
            return .dense(tape)
        case .experts(let weights):
            let (tape, output) = record(weights, buffers.normalized)
            buffers.update = output
            return .experts(tape)
        }
    }

    func record(
        _ weights: DenseWeights<Scalar>, _ input: Tensor<Scalar>
    ) -> (tape: DenseTape<Scalar>, output: Tensor<Scalar>) {
        let width = weights.up.weights.outputs
        var up = Tensor<Scalar>(rows: 0, columns: width)
        var gate: Tensor<Scalar>?
        apply(weights.up, to: input, into: &up)
        var inner = up
        if let map = weights.gate {
            var opening = Tensor<Scalar>(rows: 0, columns: width)
            apply(map, to: input, into: &opening)
            gate = opening
            algebra.activate(&opening, with: configuration.activation)
            algebra.multiply(&inner, elementwiseBy: opening)
        } else {
            algebra.activate(&inner, with: configuration.activation)
        }
        var output = Tensor<Scalar>(rows: 0, columns: configuration.hiddenSize)
        apply(weights.down, to: inner, into: &output)
        return (tape: DenseTape(gate: gate, up: up), output: output)
    }
}

/// What a block has stored behind attention.
struct BlockRest<Scalar: TensorScalar> {
    let attended: Tensor<Scalar>?
    let middle: Tensor<Scalar>
    let feedForward: FeedForwardTape<Scalar>
    let update: Tensor<Scalar>?
}

extension Tensor {
    /// The columns of each of `count` equal parts as an array of rows of its own.
    func parted(_ count: Int) -> [[Scalar]] {
        let width = columns / count
        return (0..<count).map { part in
            var values: [Scalar] = []
            values.reserveCapacity(rows * width)
            for row in 0..<rows {
                let start = row * columns + part * width
                values += storage[start..<start + width]
            }
            return values
        }
    }
}
