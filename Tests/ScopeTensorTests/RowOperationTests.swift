import ScopeTensor
import Testing

@Suite struct RowOperationTests {
    private static let widths = [1, 3, 17, 31, 32, 63, 64, 65, 896]

    /// The largest error, in units of `scale`.
    private func worstError(
        _ values: [Float], _ expected: [Double], scale: (Double) -> Double = { max(abs($0), 1e-30) }
    ) -> Double {
        #expect(values.count == expected.count)
        return zip(values, expected).map { abs(Double($0) - $1) / scale($1) }.max() ?? 0
    }

    @Test(arguments: KernelLevel.supported)
    func `root-mean-square norm`(_ level: KernelLevel) {
        var random = RandomNumbers(seed: 21)
        for width in Self.widths {
            let input = random.tensor(rows: 3, columns: width, in: -100...100)
            let weight = random.tensor(rows: 1, columns: width)
            var output = Tensor<Float>(rows: 0, columns: width)
            HostAlgebra(level: level).rmsNorm(input, weight: weight, epsilon: 1e-5, into: &output)
            var expected = Tensor<Double>(rows: 0, columns: width)
            ScalarAlgebra<Double>().rmsNorm(
                input.wide, weight: weight.wide, epsilon: 1e-5, into: &expected)
            // Three roundings: the scale, and two products.
            #expect(worstError(output.storage, expected.storage) < 2e-7)
        }
    }

    @Test(
        arguments: KernelLevel.supported,
        [(true, false), (true, true), (false, true), (false, false)])
    func `layer norm`(_ level: KernelLevel, _ parts: (hasWeight: Bool, hasBias: Bool)) {
        var random = RandomNumbers(seed: 22)
        let (hasWeight, hasBias) = parts
        for width in Self.widths {
            let input = random.tensor(rows: 3, columns: width, in: 90...100)
            let weight = hasWeight ? random.tensor(rows: 1, columns: width) : nil
            let bias = hasBias ? random.tensor(rows: 1, columns: width) : nil
            var output = Tensor<Float>(rows: 0, columns: width)
            HostAlgebra(level: level).layerNorm(
                input, weight: weight, bias: bias, epsilon: 1e-5, into: &output)
            var expected = Tensor<Double>(rows: 0, columns: width)
            ScalarAlgebra<Double>().layerNorm(
                input.wide, weight: weight?.wide, bias: bias?.wide, epsilon: 1e-5, into: &expected)
            // Normalised values are of the order of one, so absolute errors of a few roundings.
            #expect(
                worstError(output.storage, expected.storage, scale: { max(1, abs($0)) }) < 3e-7)
        }
    }

    @Test(arguments: KernelLevel.supported, RotaryPairing.allCases)
    func `rotary positions`(_ level: KernelLevel, _ pairing: RotaryPairing) {
        var random = RandomNumbers(seed: 23)
        for (head, half) in [(2, 1), (8, 3), (16, 8), (64, 32), (80, 16), (6, 0)] {
            let angles = random.values(3 * half, in: 0...6)
            let cosines = angles.map { Float(cosine(Double($0))) }
            let sines = angles.map { Float(sine(Double($0))) }
            var x = random.tensor(rows: 3, columns: head * 5)
            var expected = x.wide
            let rotation = Rotation(
                cosines: Tensor(rows: 3, columns: half, values: cosines),
                sines: Tensor(rows: 3, columns: half, values: sines), pairing: pairing)
            #expect(rotation.rotaryDimension == 2 * half)
            HostAlgebra(level: level).rotate(&x, headDimension: head, by: rotation)
            ScalarAlgebra<Double>().rotate(
                &expected, headDimension: head,
                by: Rotation(
                    cosines: rotation.cosines.wide, sines: rotation.sines.wide,
                    pairing: pairing))
            #expect(worstError(x.storage, expected.storage, scale: { _ in 1 }) < 2e-7)
        }
    }

    // Taylor series: enough for test angles and free of a dependency on the C library.
    private func sine(_ x: Double) -> Double {
        var (term, total) = (x, x)
        for n in 1...40 {
            term *= -x * x / Double(2 * n * (2 * n + 1))
            total += term
        }
        return total
    }

    private func cosine(_ x: Double) -> Double { sine(x + .pi / 2) }

    @Test(arguments: KernelLevel.supported, Activation.allCases)
    func activations(_ level: KernelLevel, _ activation: Activation) {
        var random = RandomNumbers(seed: 24)
        let corners: [Float] = [0, -0.0, 1e-30, -1e-30, 1e-8, 30, -30, 100, -100, 1e4, -1e4, 3e38]
        for count in [1, 15, 16, 17, 1000] {
            let values = (corners + random.values(1000, in: -12...12)).prefix(count + 12)
            var x = Tensor(vector: Array(values))
            var expected = x.wide
            HostAlgebra(level: level).activate(&x, with: activation)
            ScalarAlgebra<Double>().activate(&expected, with: activation)
            let wrong = values.indices.filter { index in
                let (result, truth) = (Double(x.storage[index]), expected.storage[index])
                // The tails fall off exponentially: there the exponent's rounding, |x|²·2⁻²⁴ at
                // most, is the relative error; the absolute one is far below.
                if Float(truth).isInfinite { return result != Double(Float(truth)) }
                let square = Double(values[index]) * Double(values[index])
                let relative = 6e-7 + 1.3e-7 * min(square, 200)
                return abs(result - truth) > relative * abs(truth) + 1e-37
            }
            #expect(wrong.isEmpty, "at \(wrong.map { values[$0] })")
        }
    }

    @Test(arguments: KernelLevel.supported)
    func `elementwise product and sum`(_ level: KernelLevel) {
        var random = RandomNumbers(seed: 25)
        for width in Self.widths {
            let (x, y) = (
                random.tensor(rows: 2, columns: width), random.tensor(rows: 2, columns: width)
            )
            var product = x
            HostAlgebra(level: level).multiply(&product, elementwiseBy: y)
            #expect(product.storage == zip(x.storage, y.storage).map { $0 * $1 })
            var sum = x
            HostAlgebra(level: level).add(y, to: &sum)
            #expect(sum.storage == zip(x.storage, y.storage).map { $0 + $1 })
        }
    }
}
