import ScopeTensor
import Testing

/// The twin is anchored to numbers worked out by hand or to many digits elsewhere, so that the
/// reference of all other tests rests on something.
@Suite struct ScalarAlgebraTests {
    private let algebra = ScalarAlgebra<Double>()

    @Test func `a product by hand`() {
        let input = Tensor<Double>(rows: 2, columns: 3, values: [1, 2, 3, -1, 0, 4])
        let expected = Tensor<Double>(rows: 2, columns: 2, values: [24, -12, 21, -20])
        var output = Tensor<Double>(rows: 0, columns: 2)
        let rows = WeightMatrix([1, 2, 3, -4, 5, -6], outputs: 2, inputs: 3)
        let bias = Tensor<Double>(vector: [10, 0])
        algebra.multiply(input, by: rows, bias: bias, into: &output)
        #expect(output == expected)
        let columns = WeightMatrix(
            [1, -4, 2, 5, 3, -6], outputs: 2, inputs: 3, layout: .inputMajor)
        algebra.multiply(input, by: columns, bias: bias, into: &output)
        #expect(output == expected)
    }

    @Test func `norms by hand`() {
        let input = Tensor<Double>(vector: [3, 4, 0, 0])
        let weight = Tensor<Double>(vector: [1, 2, 3, 4])
        var output = Tensor<Double>(rows: 0, columns: 4)
        // Mean square 25/4, and ε tops it up to 6.25 + 2.75 = 9.
        algebra.rmsNorm(input, weight: weight, epsilon: 2.75, into: &output)
        for (value, expected) in zip(output.storage, [1, 8.0 / 3, 0, 0]) {
            #expect(abs(value - expected) < 1e-15)
        }
        // Mean 2, variance (1 + 1 + 1 + 1)/4 = 1, and ε makes it 4.
        algebra.layerNorm(
            Tensor(vector: [1, 3, 1, 3]), weight: weight,
            bias: Tensor(vector: [0, 0, 0, 10]), epsilon: 3, into: &output)
        #expect(output.storage == [-0.5, 1, -1.5, 12])
        algebra.layerNorm(
            Tensor(vector: [1, 3, 1, 3]), weight: nil, bias: nil, epsilon: 3, into: &output)
        #expect(output.storage == [-0.5, 0.5, -0.5, 0.5])
    }

    @Test func `rotations by hand`() {
        // A quarter turn of the first pair, none of the second; the last value stays.
        let cosines = Tensor<Double>(vector: [0, 1])
        let sines = Tensor<Double>(vector: [1, 0])
        var x = Tensor<Double>(vector: [1, 2, 3, 4, 5])
        algebra.rotate(
            &x, headDimension: 5, by: Rotation(cosines: cosines, sines: sines, pairing: .halves))
        #expect(x.storage == [-3, 2, 1, 4, 5])
        x = Tensor(vector: [1, 2, 3, 4, 5])
        algebra.rotate(
            &x, headDimension: 5, by: Rotation(cosines: cosines, sines: sines, pairing: .adjacent))
        #expect(x.storage == [-2, 1, 3, 4, 5])
    }

    /// Values at 1 and −2, from an arbitrary-precision computation.
    @Test(arguments: [
        (Activation.silu, 0.7310585786300049, -0.2384058440442351),
        (.gelu, 0.8413447460685429, -0.04550026389635842),
        (.geluTanh, 0.8411919906082768, -0.04540230591222498),
        (.quickGelu, 0.8457957659328212, -0.06434137685579185),
        (.relu, 1, 0),
        (.squaredRelu, 1, 0),
    ])
    func `activations to many digits`(_ activation: Activation, _ one: Double, _ two: Double) {
        var x = Tensor<Double>(vector: [1, -2, 0])
        algebra.activate(&x, with: activation)
        #expect(abs(x.storage[0] - one) < 1e-15 && abs(x.storage[1] - two) < 1e-15)
        #expect(x.storage[2] == 0)
    }

    @Test func `factors, caps and slopes by hand`() {
        var x = Tensor<Double>(vector: [1, -3, 0, 8])
        algebra.scale(&x, by: -0.5)
        #expect(x.storage == [-0.5, 1.5, 0, -4])
        algebra.clamp(&x, to: 1)
        #expect(x.storage == [-0.5, 1, 0, -1])
        // tanh 1/2 to many digits.
        x = Tensor(vector: [15, -15, 0, .infinity])
        algebra.softCap(&x, cap: 30)
        #expect(abs(x.storage[0] - 30 * 0.46211715726000976) < 1e-14)
        #expect(x.storage[1] == -x.storage[0] && x.storage[2] == 0 && x.storage[3] == 30)
        var scores: [Double] = [1, 1, 1]
        var target = scores.mutableSpan
        algebra.addSlope(&target, slope: 0.25, firstDistance: -2)
        #expect(scores == [0.5, 0.75, 1])
    }

    @Test func `attention by hand`() {
        let keys: [Double] = [1, 2, 3, 4]
        let query: [Double] = [1, -1]
        var scores: [Double] = [9, 9]
        var target = scores.mutableSpan
        algebra.dotRows(query.span, keys.span, scale: 2, into: &target)
        #expect(scores == [-2, -2])
        target = scores.mutableSpan
        algebra.softmax(&target)
        #expect(scores == [0.5, 0.5])
        var output: [Double] = [10, 20]
        target = output.mutableSpan
        algebra.addWeightedRows(scores.span, keys.span, to: &target)
        #expect(output == [12, 23])
    }

    @Test func `single precision stays within rounding of double`() {
        var random = RandomNumbers(seed: 61)
        let weights = random.weights(
            outputs: 9, inputs: 65, type: .float16, layout: .inputMajor)
        let input = random.tensor(rows: 3, columns: 65)
        var (single, double) = (
            Tensor<Float>(rows: 0, columns: 9), Tensor<Double>(rows: 0, columns: 9)
        )
        ScalarAlgebra<Float>().multiply(input, by: weights, bias: nil, into: &single)
        algebra.multiply(input.wide, by: weights, bias: nil, into: &double)
        #expect(single.wide != double)
        for (value, expected) in zip(single.storage, double.storage) {
            #expect(abs(Double(value) - expected) < 65 * 65 * 6e-8)
        }
    }
}
