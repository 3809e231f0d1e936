internal import ScopeTensor

/// A norm whose mean and scale are held at those of one row, which makes it an affine map:
/// `y = (x − mean(x)) ∘ factors + shift`, without the mean for root-mean-square norms.
///
/// At the row itself it is the norm; of a sum of parts it makes the sum of what it makes of each, and its
/// shift once (Elhage et al., 2021, "A Mathematical Framework for Transformer Circuits").
public struct FrozenNorm: Equatable, Sendable {
    /// What each place is multiplied by: the learned factor over the row's scale.
    public let factors: [Double]
    /// What is added to each place; none for a norm without.
    public let shift: [Double]?
    /// Whether the mean is taken off.
    public let isCentred: Bool

    /// Makes a map of given numbers.
    public init(factors: [Double], shift: [Double]? = nil, isCentred: Bool = false) {
        self.factors = factors
        self.shift = shift
        self.isCentred = isCentred
    }

    /// What the map makes of a part of the row, without the shift.
    ///
    /// - Parameter part: As many numbers as there are ``factors``.
    /// - Returns: The part's share of the result.
    /// - Complexity: O(numbers).
    public func share(of part: [Double]) -> [Double] {
        precondition(part.count == factors.count, "the part does not fit the norm")
        let mean = isCentred ? part.reduce(0, +) / Double(part.count) : 0
        return part.indices.map { (part[$0] - mean) * factors[$0] }
    }

    /// What the map makes of the whole.
    ///
    /// - Parameter row: As many numbers as there are ``factors``.
    /// - Returns: The result with the shift.
    /// - Complexity: O(numbers).
    public func callAsFunction(_ row: [Double]) -> [Double] {
        var result = share(of: row)
        if let shift { for place in result.indices { result[place] += shift[place] } }
        return result
    }

    /// The direction whose product with a part is that of `direction` with the part's share.
    ///
    /// - Parameter direction: A direction behind the map.
    /// - Returns: The direction before it.
    /// - Complexity: O(numbers).
    public func pulledBack(_ direction: [Double]) -> [Double] {
        precondition(direction.count == factors.count, "the direction does not fit the norm")
        let scaled = direction.indices.map { direction[$0] * factors[$0] }
        guard isCentred else { return scaled }
        let mean = scaled.reduce(0, +) / Double(scaled.count)
        return scaled.map { $0 - mean }
    }

    /// The map that is then multiplied by a factor.
    func scaled(by factor: Double) -> FrozenNorm {
        guard factor != 1 else { return self }
        return FrozenNorm(
            factors: factors.map { $0 * factor }, shift: shift?.map { $0 * factor },
            isCentred: isCentred)
    }
}

extension FrozenNorm {
    init<Scalar: TensorScalar>(
        _ norm: NormWeights<Scalar>, at row: Span<Scalar>, _ shape: DecoderConfiguration
    ) {
        let count = Double(row.count)
        var mean = 0.0
        if shape.norm == .layer {
            for place in row.indices { mean += Double(row[place]) }
            mean /= count
        }
        var squares = 0.0
        for place in row.indices {
            let centred = Double(row[place]) - mean
            squares += centred * centred
        }
        let inverse = 1 / (squares / count + shape.normEpsilon).squareRoot()
        self.init(
            factors: norm.scale.storage.map { Double($0) * inverse },
            shift: norm.shift?.storage.map { Double($0) }, isCentred: shape.norm == .layer)
    }
}
