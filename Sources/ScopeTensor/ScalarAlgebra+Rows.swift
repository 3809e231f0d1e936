// Norms and positions, row by row.

extension ScalarAlgebra {
    /// Root-mean-square norm, row by row, the mean in `Double`.
    ///
    /// - Parameters:
    ///   - input: rows × columns.
    ///   - weight: 1 × columns.
    ///   - epsilon: what keeps the root from zero.
    ///   - output: of the input's shape.
    /// - Complexity: O(rows × columns).
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

    /// Layer norm, row by row, both moments in `Double`.
    ///
    /// - Parameters:
    ///   - input: rows × columns.
    ///   - weight: 1 × columns, or none for a factor of 1.
    ///   - bias: 1 × columns, or none.
    ///   - epsilon: what keeps the root from zero.
    ///   - output: of the input's shape.
    /// - Complexity: O(rows × columns).
    public func layerNorm(
        _ input: Tensor<Scalar>, weight: Tensor<Scalar>?, bias: Tensor<Scalar>?, epsilon: Double,
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
                    normal * (weight?.storage[column] ?? 1) + (bias?.storage[column] ?? 0)
            }
        }
    }

    /// Rotary position embedding, in place: row `r` of `x` turns by row `r` of the rotation.
    ///
    /// - Parameters:
    ///   - x: rows × (heads × `headDimension`).
    ///   - headDimension: the values of one head, at least the rotary dimension.
    ///   - rotation: the angles, with as many rows as `x`.
    /// - Complexity: O(rows × columns).
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
