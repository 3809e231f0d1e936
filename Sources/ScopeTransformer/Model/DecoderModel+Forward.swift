internal import ScopeTensor

extension DecoderModel {
    /// Runs every lane's tokens through the model in one batch.
    public func forward(
        _ lanes: inout [Lane<Scalar>], in workspace: inout Workspace<Scalar>,
        into sink: inout some SignalSink<Scalar>
    ) throws(ModelFailure) {
        let batch = try Batch(lanes, configuration)
        if batch.rowCount == 0 { return }
        try checkUnchanged()
        var buffers = workspace.take(for: configuration)
        defer { workspace.buffers = buffers }
        for lane in lanes.indices { lanes[lane].cache.reserve(lanes[lane].tokens.count) }

        embed(batch, &buffers)
        let rotation = rotation(for: batch)
        for (index, layer) in weights.layers.enumerated() {
            try sink.beginLayer(index)
            sendHiddenStates(buffers.residual, layer: index, lanes, batch, &sink)
            attend(layer, index: index, rotation, lanes, batch, &buffers, &sink)
            feedForward(layer, &buffers)
        }
        normalize(buffers.residual, by: weights.finalNorm, into: &buffers.normalized)
        sendHiddenStates(
            buffers.normalized, layer: configuration.layerCount, lanes, batch, &sink)
        predict(lanes, batch, &buffers, &sink)
        for lane in lanes.indices { lanes[lane].cache.commit(lanes[lane].tokens.count) }
    }

    private func embed(_ batch: Batch, _ buffers: inout WorkspaceBuffers<Scalar>) {
        algebra.lookUp(batch.tokens, in: weights.embedding, into: &buffers.residual)
        if let positions = weights.positionEmbedding {
            algebra.lookUp(batch.places.map(\.row), in: positions, into: &buffers.update)
            algebra.add(buffers.update, to: &buffers.residual)
        }
    }

    /// Angles in `Double`, since a position of a long text times a frequency outgrows `Float`.
    private func rotation(for batch: Batch) -> Rotation<Scalar>? {
        guard let rotary = configuration.rotary else { return nil }
        return Rotation(
            positions: batch.places.map(\.row), frequencies: frequencies, pairing: rotary.pairing)
    }

    private func attend(
        _ layer: LayerWeights<Scalar>, index: Int, _ rotation: Rotation<Scalar>?,
        _ lanes: [Lane<Scalar>], _ batch: Batch, _ buffers: inout WorkspaceBuffers<Scalar>,
        _ sink: inout some SignalSink<Scalar>
    ) {
        normalize(buffers.residual, by: layer.attentionNorm, into: &buffers.normalized)
        apply(layer.query, to: buffers.normalized, into: &buffers.query)
        apply(layer.key, to: buffers.normalized, into: &buffers.key)
        apply(layer.value, to: buffers.normalized, into: &buffers.value)
        if let rotation {
            let width = configuration.headDimension
            algebra.rotate(&buffers.query, headDimension: width, by: rotation)
            algebra.rotate(&buffers.key, headDimension: width, by: rotation)
        }
        for (row, place) in batch.places.enumerated() {
            lanes[place.lane].cache.write(
                layer: index, row: place.row, keys: buffers.key.row(row),
                values: buffers.value.row(row))
        }
        buffers.context.resize(rows: batch.rowCount)
        for (row, place) in batch.places.enumerated() {
            attend(
                row, of: buffers.query, at: place, layer: index, lanes[place.lane],
                scores: &buffers.scores, into: &buffers.context, &sink)
        }
        apply(layer.attentionOutput, to: buffers.context, into: &buffers.update)
        algebra.add(buffers.update, to: &buffers.residual)
    }

    private func feedForward(
        _ layer: LayerWeights<Scalar>, _ buffers: inout WorkspaceBuffers<Scalar>
    ) {
        normalize(buffers.residual, by: layer.feedForwardNorm, into: &buffers.normalized)
        apply(layer.up, to: buffers.normalized, into: &buffers.up)
        if let gate = layer.gate {
            apply(gate, to: buffers.normalized, into: &buffers.gate)
            algebra.activate(&buffers.gate, with: configuration.activation)
            algebra.multiply(&buffers.up, elementwiseBy: buffers.gate)
        } else {
            algebra.activate(&buffers.up, with: configuration.activation)
        }
        apply(layer.down, to: buffers.up, into: &buffers.update)
        algebra.add(buffers.update, to: &buffers.residual)
    }

    private func apply(
        _ map: Linear<Scalar>, to input: Tensor<Scalar>, into output: inout Tensor<Scalar>
    ) {
        algebra.multiply(input, by: map.weights, bias: map.bias, into: &output)
    }

    private func normalize(
        _ input: Tensor<Scalar>, by norm: NormWeights<Scalar>, into output: inout Tensor<Scalar>
    ) {
        switch configuration.norm {
        case .layer:
            algebra.layerNorm(
                input, weight: norm.scale, bias: norm.shift, epsilon: configuration.normEpsilon,
                into: &output)
        case .rms:
            algebra.rmsNorm(
                input, weight: norm.scale, epsilon: configuration.normEpsilon, into: &output)
        }
    }
}
