internal import ScopeTensor

extension DecoderModel where Algebra: DifferentiableAlgebra {
    /// The positions that a row sees in a layer.
    func visible(_ row: Int, index: Int) -> Range<Int> {
        let window = configuration.layers[index].window ?? row + 1
        return max(0, row + 1 - window)..<row + 1
    }

    /// One row's scores over the positions it sees, capped and biased, before softmax.
    func attentionScores(
        _ tape: AttentionTape<Scalar>, index: Int, row: Int, head: Int
    ) -> (scores: [Scalar], capped: [Scalar]?, visible: Range<Int>) {
        let visible = visible(row, index: index)
        let width = configuration.headDimension
        var scores = [Scalar](repeating: 0, count: visible.count)
        var span = scores.mutableSpan
        let keys = tape.keys[head / groupSize]
        algebra.dotRows(
            tape.query.row(row).extracting(head * width..<(head + 1) * width),
            keys.span.extracting(visible.lowerBound * width..<visible.upperBound * width),
            scale: Scalar(configuration.attentionScale), into: &span)
        if let cap = configuration.attentionSoftCap { algebra.softCap(&span, cap: cap) }
        let capped = configuration.attentionSoftCap == nil ? nil : scores
        addBias(to: &scores, visible, head: head)
        return (scores: scores, capped: capped, visible: visible)
    }

    /// One row's attention over the positions it sees.
    func attentionWeights(
        _ tape: AttentionTape<Scalar>, index: Int, row: Int, head: Int
    ) -> (weights: [Scalar], visible: Range<Int>) {
        var (weights, _, visible) = attentionScores(tape, index: index, row: row, head: head)
        var span = weights.mutableSpan
        algebra.softmax(&span)
        return (weights: weights, visible: visible)
    }

    private func addBias(to scores: inout [Scalar], _ visible: Range<Int>, head: Int) {
        guard case .linearBias(let bias) = configuration.positions else { return }
        if bias.roundsToBFloat16 {
            for (place, position) in visible.enumerated() {
                scores[place] += Scalar(bias.value(head: head, position: position))
            }
        } else {
            var span = scores.mutableSpan
            algebra.addSlope(
                &span, slope: bias.slopes[head] * bias.scale, firstDistance: 1 - visible.count)
        }
    }
}
