/// A floating-point type that tensors are made of: `Float` for work, `Double` for reference.
///
/// The requirements beside the arithmetic are the loops in which plain code spends its time.
/// Each type writes them out, so that code generic over the scalar stays usable in a debug build.
public protocol TensorScalar: BinaryFloatingPoint, Sendable {
    /// The sum of `x[i] * y[i]`, from the first element to the last.
    ///
    /// - Complexity: O(n).
    static func sumOfProducts(_ x: Span<Self>, _ y: Span<Self>) -> Self

    /// Adds `scale * x[i]` to `y[i]`.
    ///
    /// - Complexity: O(n).
    static func add(_ x: Span<Self>, scaledBy scale: Self, to y: inout MutableSpan<Self>)

    /// The values widened to this type; exact.
    ///
    /// - Complexity: O(n); no copy for `Float`.
    static func widened(_ values: [Float]) -> [Self]

    /// As many zeros.
    ///
    /// - Complexity: O(n).
    static func zeros(_ count: Int) -> [Self]
}

extension Float: TensorScalar {
    /// The sum of `x[i] * y[i]`, from the first element to the last.
    ///
    /// - Complexity: O(n).
    public static func sumOfProducts(_ x: Span<Float>, _ y: Span<Float>) -> Float {
        precondition(x.count == y.count, "vectors of different length")
        var sum: Float = 0
        for i in x.indices { sum += x[i] * y[i] }
        return sum
    }

    /// Adds `scale * x[i]` to `y[i]`.
    ///
    /// - Complexity: O(n).
    public static func add(
        _ x: Span<Float>, scaledBy scale: Float, to y: inout MutableSpan<Float>
    ) {
        precondition(x.count == y.count, "vectors of different length")
        for i in x.indices { y[i] += scale * x[i] }
    }

    /// The values themselves.
    public static func widened(_ values: [Float]) -> [Float] { values }

    /// As many zeros.
    ///
    /// - Complexity: O(n).
    public static func zeros(_ count: Int) -> [Float] { Array(repeating: 0, count: count) }
}

extension Double: TensorScalar {
    /// The sum of `x[i] * y[i]`, from the first element to the last.
    ///
    /// - Complexity: O(n).
    public static func sumOfProducts(_ x: Span<Double>, _ y: Span<Double>) -> Double {
        precondition(x.count == y.count, "vectors of different length")
        var sum: Double = 0
        for i in x.indices { sum += x[i] * y[i] }
        return sum
    }

    /// Adds `scale * x[i]` to `y[i]`.
    ///
    /// - Complexity: O(n).
    public static func add(
        _ x: Span<Double>, scaledBy scale: Double, to y: inout MutableSpan<Double>
    ) {
        precondition(x.count == y.count, "vectors of different length")
        for i in x.indices { y[i] += scale * x[i] }
    }

    /// The values in double precision; exact.
    ///
    /// - Complexity: O(n).
    public static func widened(_ values: [Float]) -> [Double] { values.map { Double($0) } }

    /// As many zeros.
    ///
    /// - Complexity: O(n).
    public static func zeros(_ count: Int) -> [Double] { Array(repeating: 0, count: count) }
}
