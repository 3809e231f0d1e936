internal import ScopeTensor

extension DecoderModel where Algebra: DifferentiableAlgebra {
    /// From the gradient of what feed-forward adds to that of what it reads, behind its norm.
    func feedForwardAdjoint(
        _ gradient: Tensor<Scalar>, _ tape: FeedForwardTape<Scalar>, index: Int
    ) -> Tensor<Scalar> {
        switch (tape, weights.layers[index].feedForward) {
        case (.dense(let tape), .dense(let weights)):
            return adjoint(gradient, tape, weights)
        case (.experts(let tape), .experts(let weights)):
            return adjoint(gradient, tape, weights)
        default:
            preconditionFailure("the tape belongs to another model")
        }
    }

    private func adjoint(
        _ gradient: Tensor<Scalar>, _ tape: DenseTape<Scalar>, _ weights: DenseWeights<Scalar>
    ) -> Tensor<Scalar> {
        var up = back(gradient, through: weights.down)
        guard let opening = tape.gate, let map = weights.gate else {
            algebra.activationAdjoint(&up, input: tape.up, activation: configuration.activation)
            return back(up, through: weights.up)
        }
        let gate = algebra.gatedAdjoint(
            &up, up: tape.up, gate: opening, activation: configuration.activation)
        var result = back(up, through: weights.up)
        algebra.add(back(gate, through: map), to: &result)
        return result
    }

    /// Stores a mixture's pass; see ``DecoderModel/apply(_:_:to:_:into:)`` for what it computes.
    func record(
        _ weights: ExpertWeights<Scalar>, _ input: Tensor<Scalar>
    ) -> (tape: ExpertTape<Scalar>, output: Tensor<Scalar>) {
        let mixture = configuration.experts ?? ExpertConfiguration()
        var output = Tensor<Scalar>(rows: input.rows, columns: configuration.hiddenSize)
        var scores = Tensor<Scalar>(rows: 0, columns: mixture.count)
        algebra.multiply(input, by: weights.router, bias: nil, into: &scores)
        let choices = (0..<input.rows).map { choose(mixture, &scores, row: $0) }
        var parts: [ExpertTape<Scalar>.Part] = []
        for (number, expert) in weights.experts.enumerated() {
            let rows = choices.indices.filter { choices[$0].contains { $0.expert == number } }
            if rows.isEmpty { continue }
            var some = Tensor<Scalar>(rows: 0, columns: input.columns)
            some.gather(rows: rows, of: input)
            let (dense, result) = record(expert, some)
            for (place, row) in rows.enumerated() {
                output.addRow(
                    row, of: result, row: place,
                    times: choices[row].weight(of: number))
            }
            parts.append(.init(expert: number, rows: rows, dense: dense, output: result))
        }
        guard let common = weights.shared else {
            return (
                ExpertTape(probabilities: scores, choices: choices, parts: parts, shared: nil),
                output
            )
        }
        let (dense, result) = record(common, input)
        var gates = [Scalar](repeating: 1, count: input.rows)
        if let map = weights.sharedGate {
            var openings = Tensor<Scalar>(rows: 0, columns: 1)
            algebra.multiply(input, by: map, bias: nil, into: &openings)
            gates = openings.storage.map(logistic)
        }
        for row in 0..<input.rows { output.addRow(row, of: result, row: row, times: gates[row]) }
        let tape = ExpertTape(
            probabilities: scores, choices: choices, parts: parts,
            shared: (dense: dense, output: result, gates: gates))
        return (tape, output)
    }

    private func adjoint(
        _ gradient: Tensor<Scalar>, _ tape: ExpertTape<Scalar>, _ weights: ExpertWeights<Scalar>
    ) -> Tensor<Scalar> {
        let rows = tape.probabilities.rows
        let probes = gradient.rows / max(rows, 1)
        var result = Tensor<Scalar>(rows: gradient.rows, columns: gradient.columns)
        // With respect to the experts' weights.
        var slopes = Tensor<Scalar>(
            rows: gradient.rows, columns: tape.probabilities.columns)
        for part in tape.parts {
            let all = (0..<probes).flatMap { probe in part.rows.map { probe * rows + $0 } }
            var some = Tensor<Scalar>(rows: all.count, columns: gradient.columns)
            for (place, row) in all.enumerated() {
                let stored = place % part.rows.count
                slopes[row, part.expert] = Scalar.sumOfProducts(
                    gradient.row(row), part.output.row(stored))
                some.addRow(
                    place, of: gradient, row: row,
                    times: tape.choices[row % rows].weight(of: part.expert))
            }
            let inner = adjoint(some, part.dense, weights.experts[part.expert])
            for (place, row) in all.enumerated() {
                result.addRow(row, of: inner, row: place, times: 1)
            }
        }
        routingAdjoint(&slopes, tape)
        algebra.add(back(slopes, through: weights.router), to: &result)
        if let shared = tape.shared, let map = weights.shared {
            addSharedAdjoint(gradient, shared, map, weights.sharedGate, to: &result)
        }
        return result
    }

    /// From the gradients of the chosen experts' weights to those of the router's scores.
    private func routingAdjoint(_ slopes: inout Tensor<Scalar>, _ tape: ExpertTape<Scalar>) {
        guard let mixture = configuration.experts else { return }
        let factor = Scalar(mixture.weightScale)
        for row in 0..<slopes.rows {
            let stored = row % tape.probabilities.rows
            let probabilities = tape.probabilities.row(stored)
            let chosen = tape.choices[stored].map(\.expert)
            var sum = Scalar(1)
            var shift = Scalar(0)
            if mixture.normalizesWeights {
                sum = chosen.reduce(Scalar(0)) { $0 + probabilities[$1] }
                for expert in chosen { shift += slopes[row, expert] * probabilities[expert] / sum }
            }
            for expert in chosen {
                slopes[row, expert] = factor * (slopes[row, expert] - shift) / sum
            }
            var span = slopes.mutableRow(row)
            algebra.softmaxAdjoint(&span, probabilities: probabilities)
        }
    }

    private func addSharedAdjoint(
        _ gradient: Tensor<Scalar>,
        _ shared: (dense: DenseTape<Scalar>, output: Tensor<Scalar>, gates: [Scalar]),
        _ weights: DenseWeights<Scalar>, _ gate: WeightMatrix?, to result: inout Tensor<Scalar>
    ) {
        let rows = shared.gates.count
        var gated = Tensor<Scalar>(rows: gradient.rows, columns: gradient.columns)
        var openings = Tensor<Scalar>(rows: gradient.rows, columns: 1)
        for row in 0..<gradient.rows {
            let opening = shared.gates[row % rows]
            gated.addRow(row, of: gradient, row: row, times: opening)
            openings[row, 0] =
                opening * (1 - opening)
                * Scalar.sumOfProducts(gradient.row(row), shared.output.row(row % rows))
        }
        algebra.add(adjoint(gated, shared.dense, weights), to: &result)
        if let gate { algebra.add(back(openings, through: gate), to: &result) }
    }
}

extension Array {
    /// The weight of an expert among a row's choices; 0 where it is none of them.
    fileprivate func weight<Scalar: TensorScalar>(
        of expert: Int
    ) -> Scalar where Element == (expert: Int, weight: Scalar) {
        first { $0.expert == expert }?.weight ?? 0
    }
}

extension Tensor {
    /// Adds a row of another tensor, times a factor.
    mutating func addRow(_ row: Int, of other: Tensor, row source: Int, times factor: Scalar) {
        for column in 0..<columns {
            storage[row * columns + column] += factor * other.storage[source * columns + column]
        }
    }
}
