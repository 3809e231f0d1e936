/// A real symmetric matrix of moderate size.
struct SymmetricMatrix {
    private var values: [[Double]]

    init(_ values: [[Double]]) {
        self.values = values
    }

    /// The eigenvalues, largest first, with their unit eigenvectors.
    ///
    /// Jacobi's method: rotations that clear one pair of entries after the other (Golub and Van Loan,
    /// Matrix Computations, section 8.5).
    ///
    /// - Complexity: O(n³) a sweep; some ten sweeps.
    func eigen() -> (values: [Double], vectors: [[Double]]) {
        let size = values.count
        var matrix = values
        // Row `i` is the vector that belongs to entry `i` of the diagonal.
        var vectors = (0..<size).map { row in
            (0..<size).map { $0 == row ? 1.0 : 0.0 }
        }
        let scale = matrix.joined().reduce(0) { max($0, abs($1)) }
        for _ in 0..<60 {
            var largest = 0.0
            for i in 0..<size {
                for j in 0..<i {
                    largest = max(largest, abs(matrix[i][j]))
                    Self.rotate(&matrix, &vectors, j, i)
                }
            }
            if largest <= 1e-15 * scale { break }
        }
        let order = (0..<size).sorted { matrix[$0][$0] > matrix[$1][$1] }
        return (values: order.map { matrix[$0][$0] }, vectors: order.map { vectors[$0] })
    }

    /// Clears the entry of a pair of rows.
    private static func rotate(
        _ matrix: inout [[Double]], _ vectors: inout [[Double]], _ p: Int, _ q: Int
    ) {
        let entry = matrix[p][q]
        if entry == 0 { return }
        let ratio = (matrix[q][q] - matrix[p][p]) / (2 * entry)
        let tangent = (ratio >= 0 ? 1.0 : -1.0) / (abs(ratio) + (1 + ratio * ratio).squareRoot())
        let cosine = 1 / (1 + tangent * tangent).squareRoot()
        let sine = tangent * cosine
        for k in matrix.indices {
            let (left, right) = (matrix[k][p], matrix[k][q])
            matrix[k][p] = cosine * left - sine * right
            matrix[k][q] = sine * left + cosine * right
        }
        mix(&matrix, p, q, cosine, sine)
        mix(&vectors, p, q, cosine, sine)
    }

    private static func mix(
        _ rows: inout [[Double]], _ p: Int, _ q: Int, _ cosine: Double, _ sine: Double
    ) {
        for k in rows.indices {
            let (left, right) = (rows[p][k], rows[q][k])
            rows[p][k] = cosine * left - sine * right
            rows[q][k] = sine * left + cosine * right
        }
    }
}
