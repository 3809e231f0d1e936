internal import ScopeTensor
internal import ScopeTransformer

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The number whose gradient is taken.
public enum AttributionObjective: String, CaseIterable, Sendable {
    /// The logarithm of the probability the model gives the target, in nats.
    case logProbability
    /// The logit of the target as the model returns it, bias, factor and cap included.
    case logit
    /// The product of the head's row with the final hidden state: without bias, factor and cap, as
    /// the Jacobian Scopes authors' code has it.
    case rawLogit
}

extension AttributionObjective {
    /// Where the gradient of a target's objective begins; with a contrast, that of the difference.
    func probe(
        _ target: CheckedTarget, _ text: AttributedText
    ) throws(AttributionFailure) -> GradientProbe<Float> {
        try probe(target, hiddenState: text.hiddenState(target.row), text.model)
    }

    func probe(
        _ target: CheckedTarget, hiddenState: Tensor<Float>,
        _ model: any DifferentiableModel<Float>
    ) throws(AttributionFailure) -> GradientProbe<Float> {
        if self == .rawLogit {
            return GradientProbe(row: target.row, direction: try headDirection(target, model))
        }
        let size = model.configuration.vocabularySize
        var gradient = Tensor<Float>(rows: 1, columns: size)
        let logits = model.logits(of: hiddenState)
        // The normaliser cancels in a difference.
        if self == .logProbability, target.contrast == nil {
            for (id, probability) in softmax(logits.storage).enumerated() {
                gradient.storage[id] = Float(-probability)
            }
        }
        gradient.storage[target.id] += 1
        if let contrast = target.contrast { gradient.storage[contrast] -= 1 }
        return GradientProbe(
            row: target.row, direction: model.headGradient(gradient, logits: logits).storage)
    }

    /// The target's row of the head's matrix, less that of what it is contrasted with.
    private func headDirection(
        _ target: CheckedTarget, _ model: any DifferentiableModel<Float>
    ) throws(AttributionFailure) -> [Float] {
        let ids = [target.id, target.contrast].compactMap(\.self)
        let rows = try AttributionFailure.wrappingModel { () throws(ModelFailure) in
            try model.headRows(of: ids)
        }
        guard ids.count == 2 else { return rows.storage }
        return zip(rows.slice(0), rows.slice(1)).map { $0 - $1 }
    }

    /// The objective itself.
    func value(
        _ target: CheckedTarget, hiddenState: Tensor<Float>,
        _ model: any DifferentiableModel<Float>
    ) throws(AttributionFailure) -> Double {
        if self == .rawLogit {
            let rows = try AttributionFailure.wrappingModel { () throws(ModelFailure) in
                try model.headRows(of: [target.id, target.contrast ?? target.id])
            }
            let products = (0..<2).map { row in
                (0..<rows.columns).reduce(0.0) { sum, column in
                    sum + Double(rows[row, column]) * Double(hiddenState.storage[column])
                }
            }
            return target.contrast == nil ? products[0] : products[0] - products[1]
        }
        return value(target, logits: model.logits(of: hiddenState).storage)
    }

    /// The objective at several hidden states, which go through the head together.
    func values(
        _ pairs: [(target: CheckedTarget, state: Tensor<Float>)],
        _ model: any DifferentiableModel<Float>
    ) throws(AttributionFailure) -> [Double] {
        var values: [Double] = []
        if self == .rawLogit {
            for pair in pairs {
                values.append(try value(pair.target, hiddenState: pair.state, model))
            }
            return values
        }
        for start in stride(from: 0, to: pairs.count, by: 32) {
            let some = pairs[start..<min(start + 32, pairs.count)]
            let rows = Tensor(
                rows: some.count, columns: model.configuration.hiddenSize,
                values: some.flatMap(\.state.storage))
            let logits = model.logits(of: rows)
            for (row, pair) in some.enumerated() {
                values.append(value(pair.target, logits: Array(logits.slice(row))))
            }
        }
        return values
    }

    private func value(_ target: CheckedTarget, logits: [Float]) -> Double {
        let own = Double(logits[target.id])
        if let contrast = target.contrast { return own - Double(logits[contrast]) }
        return self == .logit ? own : own - logSumExp(logits)
    }
}

/// The logarithm of the sum of exponentials, in `Double`.
func logSumExp(_ logits: [Float]) -> Double {
    let largest = Double(logits.max() ?? 0)
    return largest + log(logits.reduce(0) { $0 + exp(Double($1) - largest) })
}

/// Probabilities in `Double`.
func softmax(_ logits: [Float]) -> [Double] {
    let normalizer = logSumExp(logits)
    return logits.map { exp(Double($0) - normalizer) }
}
