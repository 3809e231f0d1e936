internal import ScopeTensor

extension [Float] {
    /// The logarithm of probability of an entry of a row of logits, in nats; −∞ where there is no row.
    func logProbability(of id: Int) -> Double {
        guard indices.contains(id), let summary = LogitSummary(span) else { return -.infinity }
        return Double(self[id]) - summary.logSumExp
    }

    /// The most probable entries of a row of logits with their logarithms of probability, in nats.
    func mostProbable(_ count: Int) -> [(id: Int, logProbability: Double)] {
        guard let summary = LogitSummary(span) else { return [] }
        return RankedLogit.largest(count, of: span).map {
            ($0.index, Double($0.logit) - summary.logSumExp)
        }
    }
}
