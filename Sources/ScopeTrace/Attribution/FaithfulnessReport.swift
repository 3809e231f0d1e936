/// How faithful an attribution is to the model it explains, by several measures.
///
/// None of them is the truth: each asks what happens when tokens that the attribution names are taken
/// away, and they differ in what "away" means and in what they compare with. Drops and gaps are in
/// natural logarithm where not said otherwise.
public struct FaithfulnessReport: Hashable, Codable, Sendable {
    /// Drops of a prediction as more of the best tokens are taken away.
    public struct Ablation: Hashable, Codable, Sendable {
        /// Shares of the text that were taken away.
        public var fractions: [Double]
        /// What the logarithm of the prediction's probability lost at each of them, in nats.
        public var drops: [Double]
        /// The trapezoids under the drops, between the first share and the last; larger is better.
        public var area: Double

        /// Makes a curve.
        public init(fractions: [Double], drops: [Double], area: Double) {
            self.fractions = fractions
            self.drops = drops
            self.area = area
        }
    }

    /// Where the attribution stands among orders of the same tokens by chance.
    public struct Chance: Hashable, Codable, Sendable {
        /// Orders that were drawn.
        public var orderings: Int
        /// The mean of their areas.
        public var mean: Double
        /// The deviation of their areas, with one less than their number as divisor.
        public var deviation: Double
        /// How many deviations the attribution's area lies above the mean; 0 where all areas are equal.
        ///
        /// Areas by chance are skewed, as few tokens matter much: this is not to be read as if they were
        /// normal.
        public var standardized: Double
        /// The place among the areas by chance as a number that is normal for orders by chance.
        ///
        /// The normal quantile of the share of areas below (van der Waerden's score); beyond the most
        /// extreme of them it goes on by one for each deviation.
        public var zScore: Double

        /// Makes a comparison.
        public init(
            orderings: Int, mean: Double, deviation: Double, standardized: Double, zScore: Double
        ) {
            self.orderings = orderings
            self.mean = mean
            self.deviation = deviation
            self.standardized = standardized
            self.zScore = zScore
        }
    }

    /// What a prediction loses without the best tokens, and with nothing but them.
    public struct Erasure: Hashable, Codable, Sendable {
        /// Shares of the tokens that were taken.
        public var fractions: [Double]
        /// What the prediction's probability loses without them; larger is better.
        public var comprehensiveness: [Double]
        /// What the prediction's probability loses with only them; smaller is better.
        public var sufficiency: [Double]
        /// The mean of ``comprehensiveness`` over the shares and none at all.
        public var meanComprehensiveness: Double
        /// The mean of ``sufficiency`` over the shares and none at all.
        public var meanSufficiency: Double

        /// Makes a pair of curves.
        public init(
            fractions: [Double], comprehensiveness: [Double], sufficiency: [Double],
            meanComprehensiveness: Double, meanSufficiency: Double
        ) {
            self.fractions = fractions
            self.comprehensiveness = comprehensiveness
            self.sufficiency = sufficiency
            self.meanComprehensiveness = meanComprehensiveness
            self.meanSufficiency = meanSufficiency
        }
    }

    /// How far the attribution agrees with taking each token away by itself.
    public struct Agreement: Hashable, Codable, Sendable {
        /// The place of the attribution's best token among all, by the divergence that its absence
        /// makes; from 1.
        public var rank: Int
        /// `(rank − 1)` as a percentage of the text's tokens, the target included; 0 is best.
        public var percentile: Double
        /// Whether the best token is within the first twentieth.
        public var isWithinFirstTwentieth: Bool
        /// Kendall's τ-b of the scores' sizes and the divergences.
        public var kendall: Double
        /// Spearman's ρ of the scores' sizes and the divergences.
        public var spearman: Double

        /// Makes a comparison.
        public init(
            rank: Int, percentile: Double, isWithinFirstTwentieth: Bool, kendall: Double,
            spearman: Double
        ) {
            self.rank = rank
            self.percentile = percentile
            self.isWithinFirstTwentieth = isWithinFirstTwentieth
            self.kendall = kendall
            self.spearman = spearman
        }
    }

    /// How badly the scores' sums predict what happens when tokens are taken away together.
    public struct Infidelity: Hashable, Codable, Sendable {
        /// Sets of tokens that were taken away.
        public var samples: Int
        /// The mean squared difference between the scores' sum and the objective's drop.
        public var value: Double
        /// The same after the factor on the scores that makes it least.
        public var scaled: Double
        /// ``scaled`` as a share of the drops' mean square: from 0, all told, to 1, nothing.
        public var unexplained: Double

        /// Makes a measure.
        public init(samples: Int, value: Double, scaled: Double, unexplained: Double) {
            self.samples = samples
            self.value = value
            self.scaled = scaled
            self.unexplained = unexplained
        }
    }

    /// The attribution's method.
    public var method: String
    /// The token whose prediction is explained.
    public var target: TokenIndex
    /// The id whose probability was watched by ablation and erasure.
    public var prediction: Int
    /// What was asked for, by name.
    public var settings: [String: String]
    /// The ablation curve.
    public var ablation: Ablation
    /// The curve's area against chance.
    public var chance: Chance
    /// Comprehensiveness and sufficiency.
    public var erasure: Erasure
    /// Agreement with leave-one-out.
    public var agreement: Agreement
    /// Infidelity.
    public var infidelity: Infidelity
    /// The largest relative change of the scores under small noise; nil where it was not measured.
    public var sensitivity: Double?

    /// Makes a report.
    public init(
        method: String, target: TokenIndex, prediction: Int, settings: [String: String],
        ablation: Ablation, chance: Chance, erasure: Erasure, agreement: Agreement,
        infidelity: Infidelity, sensitivity: Double? = nil
    ) {
        self.method = method
        self.target = target
        self.prediction = prediction
        self.settings = settings
        self.ablation = ablation
        self.chance = chance
        self.erasure = erasure
        self.agreement = agreement
        self.infidelity = infidelity
        self.sensitivity = sensitivity
    }
}
