#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Where on the way from the baseline to the input gradients are taken, and how they are weighed.
public enum QuadratureRule: Hashable, Sendable {
    /// Gauss–Legendre nodes: exact for polynomials up to twice their number.
    case gaussLegendre(Int)
    /// The middles of parts that are equal on a logarithmic scale, from `first` to 1; what lies before
    /// `first` is left out. For a baseline of zeros, near which norms make the gradient grow like one
    /// over the distance.
    case logarithmic(Int, from: Double)
    /// The middles of equal parts.
    case midpoint(Int)

    /// The number of nodes.
    public var count: Int {
        switch self {
        case .gaussLegendre(let count), .logarithmic(let count, _), .midpoint(let count): count
        }
    }

    /// Refuses rules without nodes, and logarithms of nothing.
    func check() throws(AttributionFailure) {
        guard count > 0 else {
            throw .invalidSetting(name: "rule", reason: "must have at least 1 node")
        }
        if case .logarithmic(_, let first) = self, !(first > 0 && first < 1) {
            throw .invalidSetting(name: "rule", reason: "must begin between 0 and 1")
        }
    }

    var name: String {
        switch self {
        case .gaussLegendre: "gauss-legendre"
        case .logarithmic(_, let first): "logarithmic from \(first)"
        case .midpoint: "midpoint"
        }
    }

    /// Nodes between 0 and 1 with weights that sum to 1, or to what lies behind the first.
    var nodes: [(place: Double, weight: Double)] {
        switch self {
        case .logarithmic(let count, let first):
            let length = -log(first)
            return (0..<count).map {
                let place = exp(-length * (1 - (Double($0) + 0.5) / Double(count)))
                return (place: place, weight: place * length / Double(count))
            }
        case .midpoint(let count):
            return (0..<count).map {
                (place: (Double($0) + 0.5) / Double(count), weight: 1 / Double(count))
            }
        case .gaussLegendre(let count):
            return (0..<count).map { Self.legendreNode($0, of: count) }
        }
    }

    /// A root of the Legendre polynomial by Newton's method, moved to the interval from 0 to 1.
    private static func legendreNode(
        _ index: Int, of count: Int
    ) -> (place: Double, weight: Double) {
        var x = cos(Double.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
        var slope = 1.0
        for _ in 0..<100 {
            var (previous, value) = (1.0, x)
            for degree in stride(from: 2, through: count, by: 1) {
                let n = Double(degree)
                (previous, value) = (value, ((2 * n - 1) * x * value - (n - 1) * previous) / n)
            }
            slope = Double(count) * (x * value - previous) / (x * x - 1)
            let step = value / slope
            x -= step
            if abs(step) < 1e-15 { break }
        }
        return (place: (1 - x) / 2, weight: 1 / ((1 - x * x) * slope * slope))
    }
}
