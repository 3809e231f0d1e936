internal import ScopeTensor

extension DecoderModel {
    /// Runs every lane's tokens through the model in one batch.
    public func forward(
        _ lanes: inout [Lane<Scalar>], in workspace: inout Workspace<Scalar>,
        into sink: inout some SignalSink<Scalar>
    ) throws(ModelFailure) {
        try checkUnchanged()
        try checkEdits(lanes)
        var batch = try Batch(&lanes, configuration, rotaryLength)
        do {
            try LentSink.lend(&sink) { (sink) throws(ModelFailure) in
                try pass(batch, &lanes, in: &workspace, into: &sink)
            }
        } catch {
            batch.restoreCaches(&lanes)
            throw error
        }
    }

    @specialized(where Algebra == HostAlgebra)
    private func pass(
        _ batch: Batch<Scalar>, _ lanes: inout [Lane<Scalar>],
        in workspace: inout Workspace<Scalar>, into sink: inout LentSink<Scalar>
    ) throws(ModelFailure) {
        if batch.rowCount == 0 { return }
        var buffers = workspace.take(for: configuration)
        defer { workspace.buffers = buffers }
        for lane in lanes.indices { lanes[lane].cache.reserve(batch.lengths[lane]) }

        embed(lanes, batch, &buffers)
        let rotations: [Rotation<Scalar>] = rotationTable.rotations(for: batch)
        for (index, layer) in weights.layers.enumerated() {
            try sink.beginLayer(index)
            settle(.residualBefore, layer: index, lanes, batch, &buffers.residual, &sink)
            sendHiddenStates(buffers.residual, layer: index, lanes, batch, &sink)
            let rotation = rotationTable.schemeOfLayer[index].map { rotations[$0] }
            attend(layer, index: index, rotation, lanes, batch, &buffers, &sink)
            feedForward(layer, index: index, lanes, batch, &buffers, &sink)
            settle(.residualAfter, layer: index, lanes, batch, &buffers.residual, &sink)
            sendRows(.residual, buffers.residual, layer: index, lanes, batch, &sink)
        }
        normalize(buffers.residual, by: weights.finalNorm, into: &buffers.normalized)
        sendHiddenStates(
            buffers.normalized, layer: configuration.layerCount, lanes, batch, &sink)
        predict(lanes, batch, &buffers, &sink)
        for lane in lanes.indices {
            lanes[lane].cache.commit(batch.lengths[lane])
            lanes[lane].cache.remember(
                batch.tokens(ofLane: lane), definedBy: batch.definingLengths[lane])
        }
    }

    private func embed(
        _ lanes: [Lane<Scalar>], _ batch: Batch<Scalar>, _ buffers: inout WorkspaceBuffers<Scalar>
    ) {
        algebra.lookUp(batch.tokens, in: weights.embedding, into: &buffers.residual)
        let width = configuration.hiddenSize
        for (lane, given) in lanes.enumerated() where !given.embeddings.isEmpty {
            for row in batch.rows(ofLane: lane) {
                guard let values = given.embeddings[batch.places[row].row] else { continue }
                precondition(
                    values.count == width, "an embedding of another width than the model's")
                buffers.residual.storage.replaceSubrange(
                    row * width..<(row + 1) * width, with: values)
            }
        }
        finishEmbedding(at: batch.places.map(\.row), &buffers)
    }

    /// What the model makes of embedding rows before the first block.
    func finishEmbedding(at positions: [Int], _ buffers: inout WorkspaceBuffers<Scalar>) {
        if configuration.embeddingScale != 1 {
            algebra.scale(&buffers.residual, by: configuration.embeddingScale)
        }
        if let norm = weights.embeddingNorm {
            normalize(buffers.residual, by: norm, into: &buffers.normalized)
            swap(&buffers.residual, &buffers.normalized)
        }
        if let table = weights.positionEmbedding,
            case .learned(let offset) = configuration.positions
        {
            algebra.lookUp(positions.map { $0 + offset }, in: table, into: &buffers.update)
            algebra.add(buffers.update, to: &buffers.residual)
        }
    }

    /// Attention's share of a block: reads the residual stream and, in sequential blocks, adds to
    /// it; in parallel ones leaves what it would add in `attended`.
    private func attend(
        _ layer: LayerWeights<Scalar>, index: Int, _ rotation: Rotation<Scalar>?,
        _ lanes: [Lane<Scalar>], _ batch: Batch<Scalar>, _ buffers: inout WorkspaceBuffers<Scalar>,
        _ sink: inout some SignalSink<Scalar>
    ) {
        normalizeInput(by: layer.attentionNorm, &buffers)
        project(layer, rotation, &buffers)
        settle(.queries, layer: index, lanes, batch, &buffers.query, &sink)
        settle(.keys, layer: index, lanes, batch, &buffers.key, &sink)
        settle(.values, layer: index, lanes, batch, &buffers.value, &sink)
        for (row, place) in batch.places.enumerated() {
            lanes[place.lane].cache.write(
                layer: index, row: place.row, keys: buffers.key.row(row),
                values: buffers.value.row(row))
        }
        sendValueProducts(layer, index: index, lanes, batch, buffers.value, &sink)
        sendRows(.values, buffers.value, layer: index, lanes, batch, &sink)
        attend(layer: index, lanes, batch, &buffers, &sink)
        settle(.headOutputs, layer: index, lanes, batch, &buffers.context, &sink)
        apply(layer.attentionOutput, to: buffers.context, into: &buffers.attended)
        sendAttentionShares(layer, index: index, lanes, batch, buffers, &sink)
        finishUpdate(&buffers.attended, by: layer.attentionOutputNorm, &buffers.normalizedUpdate)
        settle(.attentionOutput, layer: index, lanes, batch, &buffers.attended, &sink)
        sendRows(.attention, buffers.attended, layer: index, lanes, batch, &sink)
        if configuration.residual != .parallel {
            algebra.add(buffers.attended, to: &buffers.residual)
            settle(.residualMiddle, layer: index, lanes, batch, &buffers.residual, &sink)
        }
    }

    private func feedForward(
        _ layer: LayerWeights<Scalar>, index: Int, _ lanes: [Lane<Scalar>],
        _ batch: Batch<Scalar>, _ buffers: inout WorkspaceBuffers<Scalar>,
        _ sink: inout some SignalSink<Scalar>
    ) {
        // A parallel block without a norm of its own here reads what attention has read.
        if configuration.residual != .parallel || layer.feedForwardNorm != nil {
            normalizeInput(by: layer.feedForwardNorm, &buffers)
        }
        switch layer.feedForward {
        case .dense(let weights):
            apply(weights, to: buffers.normalized, &buffers.dense, into: &buffers.update)
        case .experts(let weights):
            if let mixture = configuration.experts {
                apply(
                    weights, mixture, to: buffers.normalized, &buffers.experts,
                    into: &buffers.update)
            }
        }
        sendFeedForwardBias(layer, index: index, lanes, batch, buffers, &sink)
        finishUpdate(&buffers.update, by: layer.feedForwardOutputNorm, &buffers.normalizedUpdate)
        settle(.feedForwardOutput, layer: index, lanes, batch, &buffers.update, &sink)
        sendRows(.feedForward, buffers.update, layer: index, lanes, batch, &sink)
        if configuration.residual == .parallel {
            algebra.add(buffers.attended, to: &buffers.residual)
        }
        algebra.add(buffers.update, to: &buffers.residual)
    }

    /// What attention or feed-forward reads.
    func normalizeInput(
        by norm: NormWeights<Scalar>?, _ buffers: inout WorkspaceBuffers<Scalar>
    ) {
        if let norm {
            normalize(buffers.residual, by: norm, into: &buffers.normalized)
        } else {
            buffers.normalized.copy(buffers.residual)
        }
        if configuration.residual == .sequentialFromNorm {
            buffers.residual.copy(buffers.normalized)
        }
    }

    /// The norm and the factor on what is added to the residual stream.
    func finishUpdate(
        _ update: inout Tensor<Scalar>, by norm: NormWeights<Scalar>?,
        _ scratch: inout Tensor<Scalar>
    ) {
        if let norm {
            normalize(update, by: norm, into: &scratch)
            swap(&update, &scratch)
        }
        if configuration.residualScale != 1 {
            algebra.scale(&update, by: configuration.residualScale)
        }
    }
}
