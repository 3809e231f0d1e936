internal import ScopeTrace

/// What turns confidences into probabilities, learned from predictions whose outcome is known.
public enum CalibrationMap: Hashable, Sendable {
    /// σ(x / T) of the logarithm of the odds x (Guo et al., 2017, for two outcomes); T above 1 makes less
    /// sure.
    case temperature(Double)
    /// σ(a·x + b) of the logarithm of the odds x (Platt, 1999).
    case platt(slope: Double, offset: Double)
    /// A function that never falls, by steps (Zadrozny and Elkan, 2002).
    case isotonic(IsotonicSteps)

    /// The calibrated confidence.
    ///
    /// - Parameter confidence: A confidence from 0 to 1.
    /// - Returns: A probability.
    /// - Complexity: O(1), and O(log steps) of an isotonic map.
    public func calibrated(_ confidence: Double) -> Double {
        switch self {
        case .temperature(let temperature):
            LogisticRegression.sigmoid(Prediction.logOdds(confidence) / temperature)
        case .platt(let slope, let offset):
            LogisticRegression.sigmoid(slope * Prediction.logOdds(confidence) + offset)
        case .isotonic(let steps): steps.value(at: confidence)
        }
    }

    /// The predictions with calibrated confidences.
    public func calibrated(_ predictions: [Prediction]) -> [Prediction] {
        predictions.map {
            Prediction(confidence: calibrated($0.confidence), isCorrect: $0.isCorrect)
        }
    }

    /// The temperature of the greatest likelihood.
    ///
    /// - Parameter predictions: Predictions whose outcome is known.
    /// - Returns: The map. Temperatures are kept from 0.01 to 100, where the likelihood has no maximum
    ///   in between, as when all came true.
    /// - Complexity: O(*n*) for each of at most 200 halvings.
    public static func fittedTemperature(_ predictions: [Prediction]) -> CalibrationMap {
        let cases = predictions.map { (Prediction.logOdds($0.confidence), $0.isCorrect) }
        // The slope of the likelihood by 1/T falls, so its zero can be halved in on.
        func slope(_ inverse: Double) -> Double {
            cases.reduce(0) { sum, one in
                sum + one.0 * ((one.1 ? 1 : 0) - LogisticRegression.sigmoid(one.0 * inverse))
            }
        }
        var (low, high) = (0.01, 100.0)
        if slope(low) <= 0 { return .temperature(1 / low) }
        if slope(high) >= 0 { return .temperature(1 / high) }
        for _ in 0..<200 where high - low > 1e-15 * high {
            let middle = (low + high) / 2
            if slope(middle) > 0 { low = middle } else { high = middle }
        }
        return .temperature(2 / (low + high))
    }

    /// Slope and offset of the greatest likelihood, against targets that are drawn in from 0 and 1 as Platt
    /// has them: (N₊ + 1) / (N₊ + 2) for what came true and 1 / (N₋ + 2) for what did not.
    ///
    /// - Parameter predictions: Predictions whose outcome is known.
    /// - Returns: The map; with slope 0 where all confidences are the same.
    /// - Complexity: O(*n*) for each of at most 100 steps.
    public static func fittedPlatt(_ predictions: [Prediction]) -> CalibrationMap {
        let positives = Double(predictions.count(where: \.isCorrect))
        let negatives = Double(predictions.count) - positives
        let targets = [1 / (negatives + 2), (positives + 1) / (positives + 2)]
        let cases = predictions.map {
            (x: Prediction.logOdds($0.confidence), target: targets[$0.isCorrect ? 1 : 0])
        }
        func loss(_ slope: Double, _ offset: Double) -> Double {
            cases.reduce(0) { sum, one in
                let z = slope * one.x + offset
                // ln (1 + e^z) − t·z, without overflow.
                let positive = max(z, 0)
                let rest = ElementaryFunctions.log(1 + ElementaryFunctions.exp(-abs(z)))
                return sum + positive + rest - one.target * z
            }
        }
        var (slope, offset) = (0.0, 0.0)
        var value = loss(slope, offset)
        for _ in 0..<100 {
            var (g0, g1, h00, h01, h11) = (0.0, 0.0, 1e-12, 0.0, 1e-12)
            for one in cases {
                let p = LogisticRegression.sigmoid(slope * one.x + offset)
                let (residual, weight) = (one.target - p, p * (1 - p))
                g0 += residual * one.x
                g1 += residual
                h00 += weight * one.x * one.x
                h01 += weight * one.x
                h11 += weight
            }
            let determinant = h00 * h11 - h01 * h01
            guard determinant > 1e-18 * h00 * h11 else {
                // One confidence alone: only the offset can be told.
                guard abs(g1) > 1e-13 * max(1, h11) else { break }
                offset += g1 / h11
                continue
            }
            let step = ((h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant)
            var share = 1.0
            while share > 1e-10,
                loss(slope + share * step.0, offset + share * step.1) > value + 1e-14 * abs(value)
            {
                share /= 2
            }
            slope += share * step.0
            offset += share * step.1
            value = loss(slope, offset)
            if max(abs(step.0), abs(step.1)) < 1e-13 { break }
        }
        return .platt(slope: slope, offset: offset)
    }

    /// The function that never falls with the least sum of squares.
    ///
    /// - Parameter predictions: Predictions whose outcome is known, at least one.
    /// - Returns: The map.
    /// - Complexity: O(*n* log *n*).
    public static func fittedIsotonic(_ predictions: [Prediction]) -> CalibrationMap {
        .isotonic(IsotonicSteps(fitting: predictions))
    }
}
