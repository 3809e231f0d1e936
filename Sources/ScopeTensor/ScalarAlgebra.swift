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

    public func multiply(_ x: inout Tensor<Scalar>, elementwiseBy y: Tensor<Scalar>) {
        checkSameShape(x, y)
        for i in x.storage.indices { x.storage[i] *= y.storage[i] }
    }

    public func add(_ x: Tensor<Scalar>, to y: inout Tensor<Scalar>) {
        checkSameShape(x, y)
        for i in y.storage.indices { y.storage[i] += x.storage[i] }
    }

    public func activate(_ x: inout Tensor<Scalar>, with activation: Activation) {
        for i in x.storage.indices {
            x.storage[i] = Scalar(Self.value(of: activation, at: Double(x.storage[i])))
        }
    }

    private static func value(of activation: Activation, at x: Double) -> Double {
        switch activation {
        case .silu: x / (1 + exp(-x))
        case .gelu: x * erfc(-x / 2.0.squareRoot()) / 2
        case .geluTanh:
            x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))) / 2
        case .relu: x < 0 ? 0 : x
        }
    }
}

// Norms, positions.
extension ScalarAlgebra {
    public func rmsNorm(
        _ input: Tensor<Scalar>, weight: Tensor<Scalar>, epsilon: Double,
        into output: inout Tensor<Scalar>
    ) {
        checkNorm(input, weight, nil, output)
        output.resize(rows: input.rows)
        for row in 0..<input.rows {
            var squares = 0.0
            for column in 0..<input.columns {
                squares += Double(input[row, column]) * Double(input[row, column])
            }
            let scale = 1 / (squares / Double(input.columns) + epsilon).squareRoot()
            for column in 0..<input.columns {
                output[row, column] = input[row, column] * Scalar(scale) * weight.storage[column]
            }
        }
    }

    public func layerNorm(
        _ input: Tensor<Scalar>, weight: Tensor<Scalar>, bias: Tensor<Scalar>?, epsilon: Double,
        into output: inout Tensor<Scalar>
    ) {
        checkNorm(input, weight, bias, output)
        output.resize(rows: input.rows)
        for row in 0..<input.rows {
            var sum = 0.0
            for column in 0..<input.columns { sum += Double(input[row, column]) }
            let mean = sum / Double(input.columns)
            var squares = 0.0
            for column in 0..<input.columns {
                let distance = Double(input[row, column]) - mean
                squares += distance * distance
            }
            let scale = 1 / (squares / Double(input.columns) + epsilon).squareRoot()
            for column in 0..<input.columns {
                let normal = Scalar((Double(input[row, column]) - mean) * scale)
                output[row, column] =
                    normal * weight.storage[column] + (bias?.storage[column] ?? 0)
            }
        }
    }

    public func rotate(
        _ x: inout Tensor<Scalar>, headDimension: Int, by rotation: Rotation<Scalar>
    ) {
        checkRotation(x, headDimension, rotation)
        let half = rotation.rotaryDimension / 2
        for row in 0..<x.rows {
            for start in stride(from: 0, to: x.columns, by: headDimension) {
                for i in 0..<half {
                    let (first, second) =
                        switch rotation.pairing {
                        case .halves: (start + i, start + i + half)
                        case .adjacent: (start + 2 * i, start + 2 * i + 1)
                        }
                    let (a, b) = (x[row, first], x[row, second])
                    let (cosine, sine) = (rotation.cosines[row, i], rotation.sines[row, i])
                    x[row, first] = a * cosine - b * sine
                    x[row, second] = b * cosine + a * sine
                }
            }
        }
    }
}

// Attention.
extension ScalarAlgebra {
    public func dotRows(
        _ query: Span<Scalar>, _ keys: Span<Scalar>, scale: Scalar,
        into scores: inout MutableSpan<Scalar>
    ) {
        let width = query.count
        checkRows(keys.count, scores.count, width)
        for j in scores.indices {
            let key = keys.extracting(j * width..<(j + 1) * width)
            scores[j] = scale * Scalar.sumOfProducts(query, key)
        }
    }

    public func softmax(_ scores: inout MutableSpan<Scalar>) {
        var largest = -Scalar.infinity
        for i in scores.indices { largest = max(largest, scores[i]) }
        var sum = 0.0
        for i in scores.indices {
            let power = exp(Double(scores[i]) - Double(largest))
            sum += power
            scores[i] = Scalar(power)
        }
        for i in scores.indices { scores[i] = Scalar(Double(scores[i]) / sum) }
    }

    public func addWeightedRows(
        _ weights: Span<Scalar>, _ values: Span<Scalar>, to output: inout MutableSpan<Scalar>
    ) {
        let width = output.count
        checkRows(values.count, weights.count, width)
        for j in weights.indices {
            let row = values.extracting(j * width..<(j + 1) * width)
            Scalar.add(row, scaledBy: weights[j], to: &output)
        }
    }
}
