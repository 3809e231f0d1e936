public import ScopeTensor

// The block nearest to the head: rows of its output that nobody asks about are never computed.
extension DecoderModel where Algebra: DifferentiableAlgebra {
    /// The final norm's output of some rows of a stored pass.
    ///
    /// - Parameters:
    ///   - tape: A stored pass.
    ///   - rows: Rows of its text, in any order.
    /// - Returns: rows × hidden size.
    /// - Complexity: One row of the top block for each.
    public func hiddenStates(of tape: GradientTape<Scalar>, rows: [Int]) -> Tensor<Scalar> {
        var buffers = WorkspaceBuffers<Scalar>(configuration)
        _ = finish(tape.top, rows, &buffers)
        normalize(buffers.residual, by: weights.finalNorm, into: &buffers.normalized)
        return buffers.normalized
    }

    /// The top block over the residual stream in `buffers`, up to what attention reads.
    func recordTop(
        _ index: Int, _ rotations: [Rotation<Scalar>], _ buffers: inout WorkspaceBuffers<Scalar>
    ) -> TopBlock<Scalar> {
        let input = buffers.residual
        let attention = recordAttention(
            weights.layers[index], index: index, rotations, &buffers)
        return TopBlock(input: input, attention: attention, context: buffers.context)
    }

    /// What follows attention in the top block, for some rows, which `buffers` then hold.
    private func finish(
        _ top: TopBlock<Scalar>, _ rows: [Int], _ buffers: inout WorkspaceBuffers<Scalar>
    ) -> LayerTape<Scalar> {
        var residual = Tensor<Scalar>(rows: 0, columns: top.input.columns)
        residual.gather(rows: rows, of: top.input)
        var context = Tensor<Scalar>(rows: 0, columns: top.context.columns)
        context.gather(rows: rows, of: top.context)
        let rest = finish(
            configuration.layers.count - 1, residual: residual, context: context, &buffers)
        return LayerTape(
            input: top.input, attention: top.attention, attended: rest.attended,
            middle: rest.middle, feedForward: rest.feedForward, update: rest.update)
    }

    /// The gradient of the residual stream before the top block; one block of all rows a probe.
    func topGradient(
        _ tape: GradientTape<Scalar>, _ probes: [GradientProbe<Scalar>],
        _ rotations: [Rotation<Scalar>], _ buffers: inout WorkspaceBuffers<Scalar>
    ) -> Tensor<Scalar> {
        // Probes of one row share what it has stored.
        let isOneRow = probes.allSatisfy { $0.row == probes[0].row }
        let layer = finish(
            tape.top, isOneRow ? [probes[0].row] : probes.map(\.row), &buffers)
        var gradient = Tensor(
            rows: probes.count, columns: configuration.hiddenSize,
            values: probes.flatMap(\.direction))
        normAdjoint(&gradient, input: buffers.residual, weights.finalNorm)
        pullBack(&gradient, layer, tape.layers.count, rotations) { some in
            var all = Tensor<Scalar>(
                rows: probes.count * tape.tokenCount, columns: some.columns)
            for (block, probe) in probes.enumerated() {
                let place = (block * tape.tokenCount + probe.row) * some.columns
                all.storage.replaceSubrange(
                    place..<place + some.columns,
                    with: some.storage[block * some.columns..<(block + 1) * some.columns])
            }
            return all
        }
        return gradient
    }
}
