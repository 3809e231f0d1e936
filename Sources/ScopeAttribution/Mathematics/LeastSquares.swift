/// Weighted least squares with a penalty on the squares of the solution.
struct LeastSquares {
    private var normal: [[Double]]
    private var right: [Double]

    /// Creates a problem without equations.
    init(unknowns: Int) {
        normal = Array(repeating: Array(repeating: 0, count: unknowns), count: unknowns)
        right = Array(repeating: 0, count: unknowns)
    }

    /// Adds an equation.
    mutating func add(_ row: [Double], equals value: Double, weight: Double) {
        for i in row.indices where row[i] != 0 {
            right[i] += weight * row[i] * value
            for j in 0...i { normal[i][j] += weight * row[i] * row[j] }
        }
    }

    /// The solution, by Cholesky's decomposition.
    ///
    /// - Parameter penalties: What each unknown's square is weighed by. The smallest part of the
    ///   largest diagonal entry is added to all, so that equations that leave something open have a
    ///   solution, too: the least one.
    /// - Returns: The unknowns.
    func solution(penalties: [Double]) -> [Double] {
        let count = right.count
        var lower = normal
        let largest = (0..<count).reduce(0) { max($0, normal[$1][$1]) }
        for i in 0..<count { lower[i][i] += penalties[i] + 1e-12 * max(largest, 1e-300) }
        for i in 0..<count {
            for j in 0...i {
                var sum = lower[i][j]
                for k in 0..<j { sum -= lower[i][k] * lower[j][k] }
                lower[i][j] = i == j ? max(sum, 1e-300).squareRoot() : sum / lower[j][j]
            }
        }
        var solution = right
        for i in 0..<count {
            for k in 0..<i { solution[i] -= lower[i][k] * solution[k] }
            solution[i] /= lower[i][i]
        }
        for i in (0..<count).reversed() {
            for k in i + 1..<count { solution[i] -= lower[k][i] * solution[k] }
            solution[i] /= lower[i][i]
        }
        return solution
    }
}
