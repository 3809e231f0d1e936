internal import ScopeTensor
internal import ScopeTransformer

/// The Fisher information of a next-token distribution, seen from the final hidden state, as rows
/// `a_v = √q_v (g_v − ḡ)` with `F = AᵀA` and `g_v` the gradient of a logit.
struct FisherInformation {
    /// Hidden size.
    private let width: Int
    /// One row a candidate.
    private let rows: [[Double]]
    /// `tr F` over the whole vocabulary.
    let trace: Double

    /// A direction to follow back, scaled so that the square of its gradient counts as it is.
    struct Direction {
        let direction: [Float]
        /// What it has of the trace.
        let weight: Double
    }

    init(
        hiddenState: Tensor<Float>, _ model: any DifferentiableModel<Float>,
        _ objective: AttributionObjective, _ candidates: Int?
    ) throws(AttributionFailure) {
        let size = model.configuration.vocabularySize
        width = hiddenState.columns
        let logits: Tensor<Float>
        var slopes = [Double](repeating: 1, count: size)
        if objective == .rawLogit {
            logits = try Self.rawLogits(hiddenState, model)
        } else {
            logits = model.logits(of: hiddenState)
            slopes = Self.slopes(of: logits, model.configuration)
        }
        let probabilities = softmax(logits.storage)
        // ḡ = Σ q g and Σ q ‖g‖² over the whole vocabulary, a block of rows at a time.
        var mean = [Double](repeating: 0, count: width)
        var squares = 0.0
        for start in stride(from: 0, to: size, by: 4096) {
            let ids = Array(start..<min(start + 4096, size))
            let table = try Self.headRows(ids, model)
            for (row, id) in ids.enumerated() where probabilities[id] > 0 {
                let factor = slopes[id]
                let share = probabilities[id] * factor
                var square = 0.0
                for column in 0..<width {
                    let value = Double(table[row, column])
                    mean[column] += share * value
                    square += value * value
                }
                squares += share * factor * square
            }
        }
        trace = max(squares - mean.reduce(0) { $0 + $1 * $1 }, 0)
        let order = probabilities.indices.sorted {
            (probabilities[$1], $0) < (probabilities[$0], $1)
        }
        let chosen = Array(order.prefix(candidates ?? size))
        let table = try Self.headRows(chosen, model)
        rows = chosen.enumerated().map { row, id in
            let root = probabilities[id].squareRoot()
            return (0..<table.columns).map { column in
                root * (slopes[id] * Double(table[row, column]) - mean[column])
            }
        }
    }

    /// The directions of the largest eigenvalues, or a set that stands for all of them.
    func directions(_ rank: FisherScope.Rank) -> [Direction] {
        let usesGram = rows.count < width
        let matrix = usesGram ? gram : information
        let (values, vectors) = SymmetricMatrix(matrix).eigen()
        let count: Int
        switch rank {
        case .full: count = values.count
        case .largest(let rank): count = min(rank, values.count)
        }
        return (0..<count).compactMap { place in
            guard values[place] > 0 else { return nil }
            let vector =
                usesGram ? combination(vectors[place]) : scaled(vectors[place], values[place])
            return Direction(direction: vector.map { Float($0) }, weight: values[place])
        }
    }

    /// `A Aᵀ`, whose eigenvalues are those of `F`.
    private var gram: [[Double]] {
        var gram = rows.map { _ in [Double](repeating: 0, count: rows.count) }
        for i in rows.indices {
            for j in 0...i {
                var sum = 0.0
                for column in 0..<width { sum += rows[i][column] * rows[j][column] }
                gram[i][j] = sum
                gram[j][i] = sum
            }
        }
        return gram
    }

    /// `F = Aᵀ A`.
    private var information: [[Double]] {
        var matrix = (0..<width).map { _ in [Double](repeating: 0, count: width) }
        for row in rows {
            for i in 0..<width where row[i] != 0 {
                for j in 0...i { matrix[i][j] += row[i] * row[j] }
            }
        }
        for i in 0..<width { for j in 0..<i { matrix[j][i] = matrix[i][j] } }
        return matrix
    }

    /// `Aᵀ u`: of length `√λ` for an eigenvector of the Gram matrix.
    private func combination(_ vector: [Double]) -> [Double] {
        var sum = [Double](repeating: 0, count: width)
        for (row, weight) in zip(rows, vector) {
            for column in 0..<width { sum[column] += weight * row[column] }
        }
        return sum
    }

    private func scaled(_ vector: [Double], _ value: Double) -> [Double] {
        vector.map { $0 * value.squareRoot() }
    }

    private static func headRows(
        _ ids: [Int], _ model: any DifferentiableModel<Float>
    ) throws(AttributionFailure) -> Tensor<Float> {
        try AttributionFailure.wrappingModel { () throws(ModelFailure) in
            try model.headRows(of: ids)
        }
    }

    private static func rawLogits(
        _ hiddenState: Tensor<Float>, _ model: any DifferentiableModel<Float>
    ) throws(AttributionFailure) -> Tensor<Float> {
        let size = model.configuration.vocabularySize
        var logits = Tensor<Float>(rows: 1, columns: size)
        for start in stride(from: 0, to: size, by: 4096) {
            let ids = Array(start..<min(start + 4096, size))
            let table = try headRows(ids, model)
            for (row, id) in ids.enumerated() {
                var sum = 0.0
                for column in 0..<table.columns {
                    sum += Double(table[row, column]) * Double(hiddenState.storage[column])
                }
                logits.storage[id] = Float(sum)
            }
        }
        return logits
    }

    /// What factor and cap make of a change of a raw logit.
    private static func slopes(
        of logits: Tensor<Float>, _ configuration: DecoderConfiguration
    ) -> [Double] {
        logits.storage.map { logit in
            guard let cap = configuration.logitSoftCap else { return configuration.logitScale }
            let part = Double(logit) / cap
            return configuration.logitScale * (1 - part * part)
        }
    }
}
