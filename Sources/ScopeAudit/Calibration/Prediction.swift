internal import ScopeTrace

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

/// How well confidences tell what comes true.
public struct CalibrationReport: Hashable, Sendable {
    /// Predictions of about the same confidence.
    public struct Bin: Hashable, Sendable {
        /// How many they are.
        public var count: Int
        /// Their mean confidence.
        public var confidence: Double
        /// The share of them that came true.
        public var accuracy: Double
    }

    /// The bins of equal width that hold a prediction, by confidence.
    public let bins: [Bin]
    /// How many predictions there are.
    public let count: Int
    /// The share of them that came true.
    public let accuracy: Double
    /// The expected calibration error, Σ n/N · |accuracy − confidence| over the bins (Naeini, Cooper and
    /// Hauskrecht, 2015).
    public let expectedError: Double
    /// The Brier score, the mean of (p − y)² (Brier, 1950).
    public let brier: Double
    /// The Brier skill score, 1 − BS / BS₀, where BS₀ is the score of always saying the share that came
    /// true; nil where all came true, or none.
    public let brierSkill: Double?

    /// Measures predictions.
    ///
    /// - Parameters:
    ///   - predictions: The predictions, at least one.
    ///   - binCount: Bins of equal width; bin *m* of *M* holds confidences above (m − 1)/M up to m/M.
    /// - Complexity: O(*n*).
    public init(_ predictions: [Prediction], binCount: Int = 15) {
        precondition(!predictions.isEmpty && binCount > 0, "there is something to measure")
        var sums = [(count: Int, confidence: Double, correct: Int)](
            repeating: (0, 0, 0), count: binCount)
        var squares = 0.0
        for prediction in predictions {
            let scaled = (prediction.confidence * Double(binCount)).rounded(.up)
            let bin = min(binCount - 1, max(0, Int(scaled) - 1))
            sums[bin].count += 1
            sums[bin].confidence += prediction.confidence
            sums[bin].correct += prediction.isCorrect ? 1 : 0
            let error = prediction.confidence - (prediction.isCorrect ? 1 : 0)
            squares += error * error
        }
        count = predictions.count
        bins = sums.filter { $0.count > 0 }.map { sum in
            Bin(
                count: sum.count, confidence: sum.confidence / Double(sum.count),
                accuracy: Double(sum.correct) / Double(sum.count))
        }
        let all = Double(predictions.count)
        accuracy = Double(predictions.count(where: \.isCorrect)) / all
        expectedError = bins.reduce(0) {
            $0 + Double($1.count) / all * abs($1.accuracy - $1.confidence)
        }
        brier = squares / all
        let reference = accuracy * (1 - accuracy)
        brierSkill = reference > 0 ? 1 - brier / reference : nil
    }
}
