import ScopeTensor
import Testing

/// Checks a product against double precision: `|error| ≤ 2e-6 · (Σ |x · w| + |bias|)`.
///
/// Of many rows it looks at the first, the second, a middle and the last.
func checkProduct(
    _ input: Tensor<Float>, _ weights: WeightMatrix, _ bias: Tensor<Float>?,
    _ level: KernelLevel
) {
    let outputs = weights.outputs
    var output = Tensor<Float>(rows: 0, columns: outputs)
    HostAlgebra(level: level).multiply(input, by: weights, bias: bias, into: &output)
    #expect(output.rows == input.rows)

    let last = input.rows - 1
    let rows = last < 4 ? Array(0..<input.rows) : [0, 1, last / 2, last]
    let sample = Tensor(
        rows: rows.count, columns: input.columns,
        values: rows.flatMap { input.storage[$0 * input.columns..<($0 + 1) * input.columns] })
    let twin = ScalarAlgebra<Double>()
    var expected = Tensor<Double>(rows: 0, columns: outputs)
    twin.multiply(sample.wide, by: weights, bias: bias?.wide, into: &expected)
    var sizes = expected
    twin.multiply(
        sample.wide.magnitudes,
        by: WeightMatrix(
            weights.values(as: Float.self).map(abs), outputs: outputs, inputs: weights.inputs),
        bias: bias?.wide.magnitudes, into: &sizes)

    var worst = 0.0
    for (index, row) in rows.enumerated() {
        for o in 0..<outputs {
            let error = abs(Double(output[row, o]) - expected[index, o])
            worst = max(worst, error / max(sizes[index, o], 1e-30))
        }
    }
    #expect(worst <= 2e-6, "\(input.rows) rows of \(weights.inputs) to \(outputs)")
}
