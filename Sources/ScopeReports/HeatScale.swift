public import ScopeTrace

/// How the values of a metric turn into heat, from 0 (expected) to 1 (surprising).
public struct HeatScale: Hashable, Sendable {
    /// How values between the ends are spread.
    public enum Spacing: String, Hashable, Sendable {
        /// Evenly.
        case linear
        /// By their logarithm; both ends must be positive.
        case logarithmic
    }

    /// The metric's name.
    public let name: String

    /// The unit of the values.
    public let unit: MetricUnit

    /// The value that is coldest; values beyond it are as cold.
    public let cold: Double

    /// The value that is hottest, which may be the smaller one; values beyond it are as hot.
    public let hot: Double

    /// How values between the ends are spread.
    public let spacing: Spacing

    /// Makes a scale.
    ///
    /// - Parameters:
    ///   - name: The metric's name.
    ///   - unit: The unit of the values.
    ///   - cold: The value that is coldest, finite.
    ///   - hot: The value that is hottest, finite and another than `cold`.
    ///   - spacing: How values between the ends are spread.
    public init(
        _ name: String, unit: MetricUnit, cold: Double, hot: Double, spacing: Spacing = .linear
    ) {
        precondition(cold.isFinite && hot.isFinite && cold != hot, "a scale needs two ends")
        precondition(
            spacing == .linear || (cold > 0 && hot > 0), "a logarithmic scale needs positive ends")
        self.name = name
        self.unit = unit
        self.cold = cold
        self.hot = hot
        self.spacing = spacing
    }

    /// Surprisal from 0 to 8 nats: at 8 the model gave the token 1 in 3 000.
    public static let surprisal = HeatScale("surprisal", unit: .nats, cold: 0, hot: 8)
    /// Entropy from 0 to 5 nats: at 5 the model wavers as between 150 equal tokens.
    public static let entropy = HeatScale("entropy", unit: .nats, cold: 0, hot: 5)
    /// Confidence, the greatest probability, from 1 down to 0.
    public static let confidence = HeatScale("confidence", unit: .probability, cold: 1, hot: 0)
    /// Margin, the difference of the two greatest probabilities, from 1 down to 0.
    public static let margin = HeatScale("margin", unit: .probability, cold: 1, hot: 0)
    /// Rank from 1 to 1 000, by its logarithm.
    public static let rank = HeatScale(
        "rank", unit: .rank, cold: 1, hot: 1_000, spacing: .logarithmic)

    /// The divergence of two models' distributions, from 0.001 to 10 nats by its logarithm.
    public static let divergence = HeatScale(
        "kl", unit: .nats, cold: 0.001, hot: 10, spacing: .logarithmic)

    /// The scales of the metrics that every session can record.
    public static let standard: [HeatScale] = [.surprisal, .entropy, .confidence, .margin, .rank]

    /// The standard scale of a metric, nil where there is none.
    ///
    /// - Parameter name: The metric's name.
    /// - Returns: The scale.
    public static func standard(named name: String) -> HeatScale? {
        standard.first { $0.name == name }
    }

    /// The heat of a value, from 0 to 1.
    ///
    /// - Parameter value: A value of the metric, possibly infinite, not NaN.
    /// - Returns: 0 at the cold end and beyond, 1 at the hot end and beyond.
    public func heat(of value: Double) -> Double {
        let (start, end) = (position(of: cold), position(of: hot))
        let heat = (position(of: value) - start) / (end - start)
        return min(1, max(0, heat))
    }

    private func position(of value: Double) -> Double {
        switch spacing {
        case .linear: value
        case .logarithmic: value > 0 ? DecimalText.logarithm(value) : -.infinity
        }
    }
}
