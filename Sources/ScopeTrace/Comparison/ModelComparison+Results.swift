extension ModelComparison {
    /// The tokens whose predictions were compared: all but the first.
    ///
    /// - Complexity: O(*n*) in the number of tokens.
    public var comparedCount: Int { divergences.count { $0 != nil } }

    /// The mean of KL(A‖B) over the tokens, in nats; nil where none was compared.
    ///
    /// - Complexity: O(*n*) in the number of tokens.
    public var meanDivergence: Double? { trace[.divergence]?.mean }

    /// The token with the largest KL(A‖B), the first of equals, with its value in nats.
    ///
    /// - Complexity: O(*n*) in the number of tokens.
    public var largestDivergence: (token: TokenIndex, value: Double)? {
        var largest: (token: TokenIndex, value: Double)?
        for (index, value) in divergences.enumerated() {
            guard let value, value > largest?.value ?? -1 else { continue }
            largest = (TokenIndex(index), value)
        }
        return largest
    }

    /// The exponential of A's mean surprisal; nil where no token was compared.
    ///
    /// - Complexity: O(*n*) in the number of tokens.
    public var perplexityA: Double? { perplexity(.surprisalA) }

    /// The exponential of B's mean surprisal; nil where no token was compared.
    ///
    /// - Complexity: O(*n*) in the number of tokens.
    public var perplexityB: Double? { perplexity(.surprisalB) }

    /// The tokens for which the models hold different tokens most probable.
    ///
    /// - Complexity: O(*n*) in the number of tokens.
    public var disagreements: [TokenIndex] {
        guard let a = trace[.argmaxA], let b = trace[.argmaxB] else { return [] }
        return trace.tokens.map(\.index).filter { a[$0] != b[$0] }
    }

    /// The first token for which the models hold different tokens most probable; nil where there is
    /// none.
    ///
    /// - Complexity: O(*n*) in the number of tokens.
    public var firstDisagreement: TokenIndex? {
        guard let a = trace[.argmaxA], let b = trace[.argmaxB] else { return nil }
        return trace.tokens.first { a[$0.index] != b[$0.index] }?.index
    }

    /// The first layer that lies further apart than ``layerThreshold``; nil where none does, or layers
    /// were not compared.
    ///
    /// - Complexity: O(layers).
    public var departingLayer: Int? {
        layers?.first { $0.relativeDifference > layerThreshold }?.layer
    }

    private var divergences: [Double?] { trace[.divergence].map(Array.init) ?? [] }

    private func perplexity(_ key: MetricKey<Double>) -> Double? {
        trace[key]?.mean.map(ElementaryFunctions.exp)
    }
}
