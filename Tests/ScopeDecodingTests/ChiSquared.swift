import TokenScope

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Pearson's test of counts against probabilities.
struct ChiSquared {
    let statistic: Double
    let degreesOfFreedom: Int

    init(statistic: Double, degreesOfFreedom: Int) {
        self.statistic = statistic
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// - Parameters:
    ///   - counts: How often each outcome came up.
    ///   - probabilities: The exact probabilities; outcomes that are expected fewer than five times
    ///     are counted together.
    init(_ counts: [Int: Int], against probabilities: [Int: Double]) {
        let draws = Double(counts.values.reduce(0, +))
        var statistic = 0.0
        var outcomes = 0
        var rare = (expected: 0.0, seen: 0.0)
        func add(_ seen: Double, _ expected: Double) {
            statistic += (seen - expected) * (seen - expected) / expected
            outcomes += 1
        }
        for (outcome, probability) in probabilities {
            let expected = probability * draws
            let seen = Double(counts[outcome] ?? 0)
            if expected < 5 {
                rare.expected += expected
                rare.seen += seen
            } else {
                add(seen, expected)
            }
        }
        if rare.expected > 0 { add(rare.seen, rare.expected) }
        for (outcome, count) in counts where count > 0 && probabilities[outcome] == nil {
            statistic = .infinity
        }
        self.statistic = statistic
        degreesOfFreedom = max(1, outcomes - 1)
    }

    /// The probability of a statistic at least as large, if the draws follow the probabilities: the
    /// closed forms of the upper incomplete gamma function at whole and half numbers.
    var pValue: Double {
        guard statistic.isFinite else { return 0 }
        let half = statistic / 2
        var term = degreesOfFreedom.isMultiple(of: 2) ? 1 : sqrt(half / .pi) * 2
        var sum = 0.0
        var order = degreesOfFreedom.isMultiple(of: 2) ? 0 : 1
        while order + 1 < degreesOfFreedom {
            sum += term
            order += 2
            term *= half / (Double(order) / 2)
        }
        let tail = degreesOfFreedom.isMultiple(of: 2) ? 0 : erfc(sqrt(half))
        return tail + exp(-half) * sum
    }
}

/// A sampler written from its definition, the slow way: every step a mask over the whole row.
struct ReferenceSampler {
    var parameters: GenerateParameters
    var prompt: [Int] = []
    var written: [Int] = []

    func probabilities(of logits: [Float]) -> [Int: Double] {
        var scores = logits.map(Double.init)
        for (id, bias) in parameters.logitBias { scores[id] += bias }
        for id in Set(prompt + written) {
            scores[id] =
                scores[id] < 0
                ? scores[id] * parameters.repetitionPenalty
                : scores[id] / parameters.repetitionPenalty
        }
        for id in written { scores[id] -= parameters.frequencyPenalty }
        for id in Set(written) { scores[id] -= parameters.presencePenalty }
        scores = scores.map { $0 / parameters.temperature }
        if parameters.topK > 0 {
            let least = scores.sorted(by: >)[min(parameters.topK, scores.count) - 1]
            scores = scores.map { $0 < least ? -.infinity : $0 }
        }
        if parameters.topP < 1 {
            let shares = softmax(scores)
            var below = 0.0
            for id in scores.indices.sorted(by: { shares[$0] < shares[$1] }).dropLast() {
                below += shares[id]
                if below <= 1 - parameters.topP { scores[id] = -.infinity }
            }
        }
        let shares = softmax(scores)
        let least = parameters.minP * (shares.max() ?? 0)
        for id in scores.indices where shares[id] < least { scores[id] = -.infinity }
        var probabilities: [Int: Double] = [:]
        for (id, share) in softmax(scores).enumerated() where share > 0 {
            probabilities[id] = share
        }
        return probabilities
    }

    private func softmax(_ scores: [Double]) -> [Double] {
        let weights = scores.map { exp($0) }
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
    }
}
