#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The twin of the fast path: plain loops that can be checked by reading.
///
/// Over `Double` it is the reference that error bounds are stated against; over `Float` it shows
/// what rounding alone does. Transcendental functions are those of the C library in `Double`.
public struct ScalarAlgebra<Scalar: TensorScalar>: LinearAlgebra {
    /// The name a trace states: `scalar`.
    public var name: String { "scalar" }

    /// Makes the twin; it holds nothing.
    public init() {}

    /// Matrix product with weights: each sum in order of the inputs, then the bias.
    ///
    /// - Parameters:
    ///   - input: rows × `weights.inputs`.
    ///   - weights: the matrix; widened anew in each call.
    ///   - bias: 1 × `weights.outputs`, or none.
    ///   - output: rows × `weights.outputs`.
    /// - Complexity: O(rows × inputs × outputs).
    public func multiply(
        _ input: Tensor<Scalar>, by weights: WeightMatrix, bias: Tensor<Scalar>?,
        into output: inout Tensor<Scalar>
    ) {
        checkProduct(input, weights, bias, output)
        output.resize(rows: input.rows)
        let matrix = Tensor(
            rows: weights.outputs, columns: weights.inputs, values: weights.values(as: Scalar.self))
        for row in 0..<input.rows {
            for o in 0..<weights.outputs {
                let sum = Scalar.sumOfProducts(input.row(row), matrix.row(o))
                output[row, o] = sum + (bias?.storage[o] ?? 0)
            }
        }
    }

    /// Embedding: one row of the matrix for each index.
    ///
    /// - Parameters:
    ///   - rows: the rows wanted, each below `weights.outputs`.
    ///   - weights: an output-major matrix.
    ///   - output: `rows.count` × `weights.inputs`.
    /// - Complexity: O(rows × inputs).
    public func lookUp(
        _ rows: [Int], in weights: WeightMatrix, into output: inout Tensor<Scalar>
    ) {
        checkLookUp(rows, weights, output)
        output.resize(rows: rows.count)
        for (row, id) in rows.enumerated() {
            let values = weights.slice(outputs: id..<id + 1).values(as: Scalar.self)
            for column in 0..<weights.inputs { output[row, column] = values[column] }
        }
    }

    /// Multiplies every value of `x` by the value of `y` at its place.
    ///
    /// - Complexity: O(values).
    public func multiply(_ x: inout Tensor<Scalar>, elementwiseBy y: Tensor<Scalar>) {
        checkSameShape(x, y)
        for i in x.storage.indices { x.storage[i] *= y.storage[i] }
    }

    /// Adds every value of `x` to the value of `y` at its place.
    ///
    /// - Complexity: O(values).
    public func add(_ x: Tensor<Scalar>, to y: inout Tensor<Scalar>) {
        checkSameShape(x, y)
        for i in y.storage.indices { y.storage[i] += x.storage[i] }
    }

    /// Applies the activation to every value, in `Double`.
    ///
    /// - Complexity: O(values).
    public func activate(_ x: inout Tensor<Scalar>, with activation: Activation) {
        for i in x.storage.indices {
            x.storage[i] = Scalar(Self.value(of: activation, at: Double(x.storage[i])))
        }
    }

    private static func value(of activation: Activation, at x: Double) -> Double {
        switch activation {
        case .silu: x / (1 + exp(-x))
        case .gelu: x * erfc(-x / 2.0.squareRoot()) / 2
        // (1 + tanh u) / 2 is the logistic function of 2u, which does not cancel.
        case .geluTanh:
            x / (1 + exp(-2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
        case .quickGelu: x / (1 + exp(-1.702 * x))
        case .relu: x < 0 ? 0 : x
        case .squaredRelu: x < 0 ? 0 : x * x
        }
    }
}
