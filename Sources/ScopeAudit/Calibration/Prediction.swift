public import ScopeTrace

/// A prediction with its confidence, and whether it came true.
public struct Prediction: Hashable, Codable, Sendable {
    /// The probability that was given to it, from 0 to 1.
    public var confidence: Double
    /// Whether it came true.
    public var isCorrect: Bool

    /// Makes a prediction.
    public init(confidence: Double, isCorrect: Bool) {
        self.confidence = confidence
        self.isCorrect = isCorrect
    }

    /// ln (p / (1 − p)), with p kept from 0 and 1 by 10⁻¹².
    static func logOdds(_ confidence: Double) -> Double {
        let bounded = min(1 - 1e-12, max(1e-12, confidence))
        return ElementaryFunctions.log(bounded) - ElementaryFunctions.log(1 - bounded)
    }
}

extension Calibration {
    /// Measures predictions.
    ///
    /// - Parameters:
    ///   - predictions: The predictions; without any there is nothing to measure.
    ///   - binCount: The number of intervals of equal width.
    /// - Complexity: O(*n* + bins).
    public init?(_ predictions: [Prediction], binCount: Int = 15) {
        self.init(
            probabilities: predictions.map(\.confidence), outcomes: predictions.map(\.isCorrect),
            binCount: binCount)
    }
}
