public import ScopeDecoding

extension DecodingSession {
    /// Attaches the metrics most people ask for: confidence, surprisal, entropy, margin, rank and
    /// perplexity.
    public mutating func attachStandardMetrics() {
        attach(ConfidenceObserver())
        attach(SurprisalObserver())
        attach(EntropyObserver())
        attach(MarginObserver())
        attach(RankObserver())
        attach(PerplexityObserver())
    }
}
