internal import ScopeTrace

/// What a comparison holds of its tokens, column by column.
struct DifferentialColumns {
    let divergence: MetricColumn<Double>?
    let jensenShannon: MetricColumn<Double>?
    let surprisals: (a: MetricColumn<Double>?, b: MetricColumn<Double>?)
    let choices: (a: MetricColumn<Int>?, b: MetricColumn<Int>?)
    let parts: MetricColumn<MetricRow>?

    init(_ trace: TokenTrace) {
        divergence = trace[.divergence]
        jensenShannon = trace[.jensenShannon]
        surprisals = (trace[.surprisalA], trace[.surprisalB])
        choices = (trace[.argmaxA], trace[.argmaxB])
        parts = trace[.partDifferences]
    }

    /// What was measured of one token; nil where nothing was.
    subscript(token: TokenIndex) -> DifferentialSums? {
        guard let divergence = divergence?[token], let jensenShannon = jensenShannon?[token],
            let surprisalA = surprisals.a?[token], let surprisalB = surprisals.b?[token]
        else { return nil }
        var sums = DifferentialSums()
        sums.tokens = 1
        sums.divergence = divergence
        sums.jensenShannon = jensenShannon
        sums.disagreements = choices.a?[token] == choices.b?[token] ? 0 : 1
        // Both impossible: no change.
        sums.surprisalChange = surprisalA == surprisalB ? 0 : surprisalB - surprisalA
        sums.parts = parts?[token]?.values ?? []
        return sums
    }
}

/// What is added up of the tokens of one category of a file.
struct DifferentialSums: Sendable {
    var tokens = 0.0
    var divergence = 0.0
    var jensenShannon = 0.0
    var disagreements = 0.0
    var surprisalChange = 0.0
    /// By part; empty where parts are not compared.
    var parts: [Double] = []

    mutating func add(_ other: DifferentialSums, times: Double = 1) {
        tokens += times * other.tokens
        divergence += times * other.divergence
        jensenShannon += times * other.jensenShannon
        disagreements += times * other.disagreements
        surprisalChange += times * other.surprisalChange
        if parts.isEmpty { parts = Array(repeating: 0, count: other.parts.count) }
        for place in other.parts.indices { parts[place] += times * other.parts[place] }
    }
}
