internal import ScopeTrace

/// Logistic regression with a quadratic penalty: ln (p / (1 − p)) = b + Σ w·x.
///
/// Fitted by Newton's method on standardised features, so the same rows give the same numbers; the penalty
/// is on the weights of standardised features and not on the intercept.
public struct LogisticRegression: Hashable, Codable, Sendable {
    /// The logarithm of the odds where all features are 0.
    public var intercept: Double
    /// The weights, one for each feature, in the features' own units.
    public var weights: [Double]

    /// Makes a regression that was fitted before.
    public init(intercept: Double, weights: [Double]) {
        self.intercept = intercept
        self.weights = weights
    }

    /// Fits a regression.
    ///
    /// - Parameters:
    ///   - rows: The features of each case, as many for each.
    ///   - labels: Whether each case is one.
    ///   - penalty: λ of λ/2 · Σ w² on standardised features; above 0.
    /// - Complexity: O(iterations × cases × features²); at most 60 iterations.
    public init(fitting rows: [[Double]], to labels: [Bool], penalty: Double = 1) {
        precondition(rows.count == labels.count, "each case has features and a label")
        precondition(penalty > 0, "a penalty is above 0")
        let width = rows.first?.count ?? 0
        precondition(rows.allSatisfy { $0.count == width }, "all cases have the same features")
        var scaling = (means: [Double](), deviations: [Double]())
        for column in 0..<width {
            let mean = rows.reduce(0) { $0 + $1[column] } / Double(max(1, rows.count))
            let squares = rows.reduce(0) { $0 + ($1[column] - mean) * ($1[column] - mean) }
            let deviation = (squares / Double(max(1, rows.count))).squareRoot()
            scaling.means.append(mean)
            // A feature that never changes says nothing.
            scaling.deviations.append(deviation > 1e-12 ? deviation : .infinity)
        }
        let cases = rows.map { row in
            [1] + (0..<width).map { (row[$0] - scaling.means[$0]) / scaling.deviations[$0] }
        }
        let solution = Self.newton(cases, labels, penalty: penalty)
        weights = (0..<width).map { solution[$0 + 1] / scaling.deviations[$0] }
        var intercept = solution[0]
        for column in 0..<width { intercept -= weights[column] * scaling.means[column] }
        self.intercept = intercept
    }

    /// ln (p / (1 − p)) of a case.
    public func logOdds(of row: [Double]) -> Double {
        precondition(row.count == weights.count, "a case has as many features as there are weights")
        return zip(row, weights).reduce(intercept) { $0 + $1.0 * $1.1 }
    }

    /// The probability that a case is one.
    public func probability(of row: [Double]) -> Double { Self.sigmoid(logOdds(of: row)) }

    /// 1 / (1 + e^−x).
    static func sigmoid(_ value: Double) -> Double {
        value >= 0
            ? 1 / (1 + ElementaryFunctions.exp(-value))
            : ElementaryFunctions.exp(value) / (1 + ElementaryFunctions.exp(value))
    }

    private static func newton(
        _ cases: [[Double]], _ labels: [Bool], penalty: Double
    ) -> [Double] {
        let width = cases.first?.count ?? 1
        var solution = [Double](repeating: 0, count: width)
        for _ in 0..<60 {
            var gradient = [Double](repeating: 0, count: width)
            var curvature = [Double](repeating: 0, count: width * width)
            for column in 1..<max(1, width) {
                gradient[column] = -penalty * solution[column]
                curvature[column * width + column] = penalty
            }
            // Separable cases without an intercept's penalty still have a finite step.
            curvature[0] = 1e-9
            for (row, label) in zip(cases, labels) {
                let odds = zip(row, solution).reduce(0) { $0 + $1.0 * $1.1 }
                let probability = sigmoid(odds)
                let residual = (label ? 1 : 0) - probability
                let weight = probability * (1 - probability)
                for column in 0..<width {
                    gradient[column] += residual * row[column]
                    let scaled = weight * row[column]
                    for other in 0...column {
                        curvature[column * width + other] += scaled * row[other]
                    }
                }
            }
            let step = solve(curvature, gradient)
            var size = 0.0
            for column in 0..<width {
                // Far from the solution a whole step may leap over it.
                let bounded = min(4, max(-4, step[column]))
                solution[column] += bounded
                size = max(size, bounded.magnitude)
            }
            if size < 1e-10 { break }
        }
        return solution
    }

    /// Solves a system whose matrix is symmetric and positive, given by its lower half.
    private static func solve(_ matrix: [Double], _ right: [Double]) -> [Double] {
        let width = right.count
        var lower = matrix
        for column in 0..<width {
            for row in column..<width {
                var value = lower[row * width + column]
                for other in 0..<column {
                    value -= lower[row * width + other] * lower[column * width + other]
                }
                if row == column {
                    lower[row * width + column] = max(value, 1e-300).squareRoot()
                } else {
                    lower[row * width + column] = value / lower[column * width + column]
                }
            }
        }
        var result = right
        for row in 0..<width {
            for other in 0..<row { result[row] -= lower[row * width + other] * result[other] }
            result[row] /= lower[row * width + row]
        }
        for row in (0..<width).reversed() {
            for other in (row + 1)..<max(row + 1, width) {
                result[row] -= lower[other * width + row] * result[other]
            }
            result[row] /= lower[row * width + row]
        }
        return result
    }
}
