public import ScopeTensor

/// A model that says how far each position's value moves each row of a block's output.
public protocol ValueZeroingModel<Scalar>: DifferentiableModel {
    /// How far a block's output moves when one position's value vectors are zero, all else in the
    /// block as it is (Mohebbi et al., 2023, arXiv 2301.12971).
    ///
    /// - Parameters:
    ///   - tape: A stored pass.
    ///   - layer: The block.
    ///   - rows: Rows of the block's output.
    ///   - beginRow: Called before a row: a place to throw when cancelled.
    /// - Returns: For each row `i`, the cosine distance between its output and that with the value of
    ///   position `j` zero in every head, for `j` from 0 to `i`.
    /// - Throws: ``ModelFailure``.
    /// - Complexity: The block for `i + 1` rows, at each row `i`.
    func valueZeroing(
        of tape: GradientTape<Scalar>, layer: Int, rows: Range<Int>,
        beginRow: (Int) throws(ModelFailure) -> Void
    ) throws(ModelFailure) -> [[Double]]
}

extension DecoderModel: ValueZeroingModel where Algebra: DifferentiableAlgebra {
    /// How far a block's output moves when one position's value vectors are zero.
    ///
    /// - Parameters:
    ///   - tape: A stored pass.
    ///   - layer: The block.
    ///   - rows: Rows of the block's output.
    ///   - beginRow: Called before a row.
    /// - Returns: For each row, a cosine distance for each position up to it.
    /// - Throws: ``ModelFailure``.
    public func valueZeroing(
        of tape: GradientTape<Scalar>, layer: Int, rows: Range<Int>,
        beginRow: (Int) throws(ModelFailure) -> Void
    ) throws(ModelFailure) -> [[Double]] {
        precondition(
            rows.upperBound <= tape.tokenCount && (0...tape.layers.count).contains(layer),
            "a row or a layer outside the tape")
        try checkUnchanged()
        var buffers = WorkspaceBuffers<Scalar>(configuration)
        var input = tape.top.input
        var attention = tape.top.attention
        if layer < tape.layers.count {
            switch tape.layers[layer] {
            case .activations(let tape): (input, attention) = (tape.input, tape.attention)
            case .input(let rows):
                input = rows
                buffers.residual = rows
                attention = recordAttention(
                    weights.layers[layer], index: layer, textRotations(tape.tokenCount), &buffers)
            }
        }
        var distances: [[Double]] = []
        for row in rows {
            try beginRow(row)
            distances.append(
                distancesWithoutValues(input, attention, layer: layer, row: row, &buffers))
        }
        return distances
    }

    private func distancesWithoutValues(
        _ rows: Tensor<Scalar>, _ attention: AttentionTape<Scalar>, layer: Int, row: Int,
        _ buffers: inout WorkspaceBuffers<Scalar>
    ) -> [Double] {
        let width = configuration.valueDimension
        // The intact row first, then one for each position without its values.
        let count = row + 2
        var context = Tensor<Scalar>(rows: count, columns: buffers.context.columns)
        for head in 0..<configuration.queryHeadCount {
            let (weights, visible) = attentionWeights(
                attention, index: layer, row: row, head: head)
            let values = attention.values[head / groupSize]
            let columns = head * width..<(head + 1) * width
            var intact = [Scalar](repeating: 0, count: width)
            var span = intact.mutableSpan
            algebra.addWeightedRows(
                weights.span,
                values.span.extracting(visible.lowerBound * width..<visible.upperBound * width),
                to: &span)
            for place in 0..<count {
                context.storage.replaceSubrange(
                    place * context.columns + columns.lowerBound..<place * context.columns
                        + columns.upperBound, with: intact)
            }
            for (weight, position) in zip(weights, visible) {
                let start = (position + 1) * context.columns + columns.lowerBound
                for channel in 0..<width {
                    context.storage[start + channel] -= weight * values[position * width + channel]
                }
            }
        }
        let rowWidth = rows.columns
        let input = Array(rows.storage[row * rowWidth..<(row + 1) * rowWidth])
        let residual = Tensor(
            rows: count, columns: rowWidth, values: (0..<count).flatMap { _ in input })
        let output = output(ofLayer: layer, residual: residual, context: context, &buffers)
        return (1..<count).map { output.cosineDistance(0, $0) }
    }
}

extension Tensor {
    /// One minus the cosine of the angle between two rows, in `Double`; 0 or more.
    fileprivate func cosineDistance(_ left: Int, _ right: Int) -> Double {
        var (product, first, second) = (0.0, 0.0, 0.0)
        for column in 0..<columns {
            let (x, y) = (Double(self[left, column]), Double(self[right, column]))
            product += x * y
            first += x * x
            second += y * y
        }
        let length = (first * second).squareRoot()
        return length > 0 ? max(0, 1 - product / length) : 0
    }
}
