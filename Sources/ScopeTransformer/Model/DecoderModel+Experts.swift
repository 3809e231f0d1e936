internal import ScopeTensor

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension DecoderModel {
    /// A mixture of experts: each row goes through the few that its router prefers.
    ///
    /// Experts are taken in the order of their numbers, so that a row's sum does not depend on the
    /// rows beside it.
    func apply(
        _ weights: ExpertWeights<Scalar>, _ mixture: ExpertConfiguration,
        to input: Tensor<Scalar>, _ buffers: inout ExpertBuffers<Scalar>,
        into output: inout Tensor<Scalar>
    ) {
        output.resize(rows: input.rows)
        for index in output.storage.indices { output.storage[index] = 0 }
        algebra.multiply(input, by: weights.router, bias: nil, into: &buffers.scores)
        let choices = (0..<input.rows).map { row in
            choose(mixture, &buffers.scores, row: row)
        }
        for (number, expert) in weights.experts.enumerated() {
            let rows = choices.indices.filter { choices[$0].contains { $0.expert == number } }
            if rows.isEmpty { continue }
            buffers.input.gather(rows: rows, of: input)
            apply(expert, to: buffers.input, &buffers.dense, into: &buffers.output)
            for (part, row) in rows.enumerated() {
                guard let choice = choices[row].first(where: { $0.expert == number }) else {
                    continue
                }
                add(buffers.output, row: part, times: choice.weight, to: &output, row: row)
            }
        }
        guard let shared = weights.shared else { return }
        apply(shared, to: input, &buffers.shared, into: &buffers.output)
        if let gate = weights.sharedGate {
            algebra.multiply(input, by: gate, bias: nil, into: &buffers.gate)
        }
        for row in 0..<input.rows {
            let weight = weights.sharedGate == nil ? 1 : logistic(buffers.gate[row, 0])
            add(buffers.output, row: row, times: weight, to: &output, row: row)
        }
    }

    /// The experts of one row with their weights; of equal ones those with the lower numbers.
    func choose(
        _ mixture: ExpertConfiguration, _ scores: inout Tensor<Scalar>, row: Int
    ) -> [(expert: Int, weight: Scalar)] {
        var probabilities = scores.mutableRow(row)
        algebra.softmax(&probabilities)
        let span = scores.row(row)
        let order = (0..<mixture.count).sorted {
            span[$0] == span[$1] ? $0 < $1 : span[$0] > span[$1]
        }
        let chosen = order.prefix(mixture.perToken)
        var factor = Scalar(mixture.weightScale)
        if mixture.normalizesWeights {
            factor /= chosen.reduce(Scalar(0)) { $0 + span[$1] }
        }
        return chosen.map { (expert: $0, weight: span[$0] * factor) }
    }

    private func add(
        _ source: Tensor<Scalar>, row: Int, times weight: Scalar, to target: inout Tensor<Scalar>,
        row targetRow: Int
    ) {
        var span = target.mutableRow(targetRow)
        let one = [weight]
        algebra.addWeightedRows(one.span, source.row(row), to: &span)
    }

    func logistic(_ x: Scalar) -> Scalar {
        Scalar(1 / (1 + exp(-Double(x))))
    }
}

extension Tensor {
    /// Takes some rows of another tensor.
    mutating func gather(rows: [Int], of source: Tensor) {
        resize(rows: rows.count)
        for (target, row) in rows.enumerated() {
            storage.replaceSubrange(
                target * columns..<(target + 1) * columns,
                with: source.storage[row * columns..<(row + 1) * columns])
        }
    }
}
