import TokenScope

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

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
