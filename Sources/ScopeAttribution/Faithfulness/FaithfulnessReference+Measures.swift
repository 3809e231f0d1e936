internal import ScopeDecoding
internal import ScopeTensor
internal import ScopeTrace

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension FaithfulnessReference {
    /// Comprehensiveness and sufficiency (DeYoung et al., 2020, section 4), with their means over the
    /// shares and none at all: `1/(|B| + 1) Σ`, where nothing taken away costs nothing and nothing left
    /// costs what the text without any token does.
    func erasure(_ order: [Int]) throws(AttributionFailure) -> FaithfulnessReport.Erasure {
        let fractions = settings.erasureFractions
        let counts = fractions.map { Int((($0 * Double(order.count)) - 1e-9).rounded(.up)) }
        let without = counts.map { order.prefix($0).sorted() }
        let only = counts.map { order.dropFirst($0).sorted() }
        let values = try text.logProbabilities(
            of: prediction, checked, settings.replacement, without: without + only)
        let own = exp(intact)
        let comprehensiveness = values.prefix(counts.count).map { own - exp($0) }
        let sufficiency = values.suffix(counts.count).map { own - exp($0) }
        let divisor = Double(counts.count + 1)
        return .init(
            fractions: fractions, comprehensiveness: comprehensiveness, sufficiency: sufficiency,
            meanComprehensiveness: comprehensiveness.reduce(0, +) / divisor,
            meanSufficiency: sufficiency.reduce(own - exp(bare), +) / divisor)
    }

    /// Agreement with leave-one-out, as the Jacobian Scopes authors' benchmark has it, and rank
    /// correlations over all tokens.
    func agreement(_ scores: [Double]) -> FaithfulnessReport.Agreement {
        let best = settings.ordered(scores).first ?? 0
        let before = divergences.indices.filter {
            divergences[$0] > divergences[best]
                || (divergences[$0] == divergences[best] && $0 < best)
        }
        let share = Double(before.count) / Double(scores.count + 1)
        let sizes = scores.map(abs)
        return .init(
            rank: before.count + 1, percentile: 100 * share, isWithinFirstTwentieth: share < 0.05,
            kendall: RankCorrelation.kendall(sizes, divergences),
            spearman: RankCorrelation.spearman(sizes, divergences))
    }

    /// Infidelity (Yeh et al., 2019, arXiv 1901.09392) for the removal of sets of tokens: the
    /// perturbation times the explanation is the sum of the scores of the tokens taken away.
    func infidelity(_ scores: [Double]) -> FaithfulnessReport.Infidelity {
        let sums = removals.map { $0.tokens.reduce(0.0) { $0 + scores[$1] } }
        let losses = removals.map(\.loss)
        let (product, square) = zip(sums, losses).reduce((0.0, 0.0)) {
            ($0.0 + $1.0 * $1.1, $0.1 + $1.0 * $1.0)
        }
        let factor = square > 0 ? product / square : 0
        let count = Double(losses.count)
        func mean(_ factor: Double) -> Double {
            zip(sums, losses).reduce(0) {
                let error = factor * $1.0 - $1.1
                return $0 + error * error
            } / count
        }
        let size = mean(0)
        let scaled = mean(factor)
        return .init(
            samples: losses.count, value: mean(1), scaled: scaled,
            unexplained: size > 0 ? scaled / size : 0)
    }

    /// The largest sensitivity of a method (Yeh et al., 2019).
    ///
    /// The worst relative change of the scores, as lengths, under noise that is even within a share of
    /// each embedding row's range.
    ///
    /// - Parameter method: The method.
    /// - Returns: The change; 0 for scores that are all 0.
    /// - Throws: ``AttributionFailure``.
    /// - Complexity: The method, once and once for each noisy copy.
    public func sensitivity(
        of method: any AttributionMethod
    ) throws(AttributionFailure) -> Double {
        try sensitivity(of: method, method.attribute(target, in: text))
    }

    func sensitivity(
        of method: any AttributionMethod, _ attribution: Attribution
    ) throws(AttributionFailure) -> Double {
        let draws = CounterNoise(seed: settings.seed &+ 1)
        let length = attribution.scores.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard length > 0 else { return 0 }
        var worst = 0.0
        for sample in 0..<settings.sensitivitySamples {
            var moved = text.embeddings
            for row in 0..<moved.rows {
                let values = text.embeddings.slice(row)
                let range = Double(values.max() ?? 0) - Double(values.min() ?? 0)
                for place in values.indices {
                    let share = 2 * draws.uniform(index: sample, id: place) - 1
                    moved.storage[place] += Float(settings.sensitivityRadius * range * share)
                }
            }
            let other = try method.attribute(target, in: text.moved(to: moved))
            let change = zip(other.scores, attribution.scores).reduce(0.0) {
                $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
            }.squareRoot()
            worst = max(worst, change / length)
        }
        return worst
    }
}
