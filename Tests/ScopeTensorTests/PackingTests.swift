import ScopeTensor
import Testing

/// One way to multiply with packed weights.
struct PackedCase: CustomTestStringConvertible, Sendable {
    var level: KernelLevel
    var type: ElementType
    var arithmetic: ArithmeticClass

    var testDescription: String { "\(level), \(type), \(arithmetic)" }

    static let all: [PackedCase] = KernelLevel.supported.flatMap { level in
        ElementType.allCases.flatMap { type in
            ArithmeticClass.allCases.map { arithmetic in
                PackedCase(level: level, type: type, arithmetic: arithmetic)
            }
        }
    }

    var algebra: HostAlgebra { HostAlgebra(level: level, threads: 1, arithmetic: arithmetic) }

    /// What a product may be off by, as a share of Σ |x · w|, for inputs of like size.
    var tolerance: Double {
        switch type.isBlockQuantized ? arithmetic : arithmetic == .bfloat16 ? .bfloat16 : .float32 {
        case .float32, .fixed24: 2e-6
        case .fixed16: 4e-5
        case .int8: 0.008
        case .bfloat16: 0.008
        }
    }
}

@Suite struct PackingTests {
    @Test(arguments: KernelLevel.supported, ElementType.allCases)
    func `packing keeps every weight`(_ level: KernelLevel, _ type: ElementType) {
        var random = RandomNumbers(seed: 31)
        let algebra = HostAlgebra(level: level, threads: 2)
        for (outputs, inputs) in [(1, 256), (47, 512), (48, 256), (49, 256), (100, 1024)] {
            let weights = random.weights(
                outputs: outputs, inputs: inputs, type: type, layout: .outputMajor)
            let packed = algebra.packed(weights)
            #expect(packed.panelLevel == level)
            #expect(packed.values(as: Float.self) == weights.values(as: Float.self))
            #expect(
                packed.transposed.values(as: Float.self)
                    == weights.transposed.values(as: Float.self))
            var rows = Tensor<Float>(rows: 0, columns: inputs)
            var expected = rows
            let indices = [outputs - 1, 0, outputs / 2]
            algebra.lookUp(indices, in: packed, into: &rows)
            algebra.lookUp(indices, in: weights, into: &expected)
            #expect(rows.bits == expected.bits)
        }
    }

    @Test(arguments: KernelLevel.supported, ElementType.plain)
    func `odd shapes and columns of plain weights are packed`(
        _ level: KernelLevel, _ type: ElementType
    ) {
        var random = RandomNumbers(seed: 32)
        for layout in WeightMatrix.Layout.allCases {
            for (outputs, inputs) in [(1, 1), (3, 17), (50, 129), (97, 131)] {
                let weights = random.weights(
                    outputs: outputs, inputs: inputs, type: type, layout: layout)
                let packed = HostAlgebra(level: level, threads: 1).packed(weights)
                #expect(packed.values(as: Float.self) == weights.values(as: Float.self))
                let input = random.tensor(rows: 11, columns: inputs)
                checkProduct(input, packed, nil, level)
            }
        }
    }

    @Test(arguments: PackedCase.all)
    func `products keep to the contract of their class`(_ variant: PackedCase) {
        var random = RandomNumbers(seed: 33)
        let twin = ScalarAlgebra<Double>()
        for (outputs, inputs) in [(5, 256), (101, 768)] {
            let weights = random.weights(
                outputs: outputs, inputs: inputs, type: variant.type, layout: .outputMajor)
            let packed = variant.algebra.packed(weights)
            let bias = random.tensor(rows: 1, columns: outputs)
            let input = random.tensor(rows: 5, columns: inputs)
            var output = Tensor<Float>(rows: 0, columns: outputs)
            variant.algebra.multiply(input, by: packed, bias: bias, into: &output)
            var expected = Tensor<Double>(rows: 0, columns: outputs)
            var sizes = expected
            twin.multiply(input.wide, by: weights, bias: bias.wide, into: &expected)
            twin.multiply(
                input.wide.magnitudes,
                by: WeightMatrix(
                    weights.values(as: Float.self).map(abs), outputs: outputs, inputs: inputs),
                bias: bias.wide.magnitudes, into: &sizes)
            var worst = 0.0
            for row in 0..<5 {
                for o in 0..<outputs {
                    let error = abs(Double(output[row, o]) - expected[row, o])
                    worst = max(worst, error / sizes[row, o])
                }
            }
            #expect(worst <= variant.tolerance)
        }
    }

    @Test(arguments: PackedCase.all)
    func `a row has the same bits among any others`(_ variant: PackedCase) {
        var random = RandomNumbers(seed: 34)
        let (outputs, inputs) = (70, 512)
        let packed = variant.algebra.packed(
            random.weights(
                outputs: outputs, inputs: inputs, type: variant.type, layout: .outputMajor))
        let input = random.tensor(rows: 67, columns: inputs)
        var together = Tensor<Float>(rows: 0, columns: outputs)
        variant.algebra.multiply(input, by: packed, bias: nil, into: &together)
        for rows in [1, 2, 3, 4, 5, 6, 7, 8, 9, 17, 64, 66] {
            for first in [0, 67 - rows] {
                let part = Tensor(
                    rows: rows, columns: inputs,
                    values: Array(input.storage[first * inputs..<(first + rows) * inputs]))
                var output = Tensor<Float>(rows: 0, columns: outputs)
                variant.algebra.multiply(part, by: packed, bias: nil, into: &output)
                #expect(
                    output.bits == Array(together.bits[first * outputs..<(first + rows) * outputs]))
            }
        }
    }

    @Test(arguments: PackedCase.all)
    func `the number of threads changes no bit`(_ variant: PackedCase) {
        var random = RandomNumbers(seed: 35)
        let weights = random.weights(
            outputs: 300, inputs: 256, type: variant.type, layout: .outputMajor)
        let input = random.tensor(rows: 3, columns: 256)
        let bits = [1, 2, 3].map { threads in
            var algebra = HostAlgebra(
                level: variant.level, threads: threads, arithmetic: variant.arithmetic)
            algebra.leastShare = 64
            var output = Tensor<Float>(rows: 0, columns: 300)
            algebra.multiply(input, by: algebra.packed(weights), bias: nil, into: &output)
            return output.bits
        }
        #expect(bits[0] == bits[1] && bits[0] == bits[2])
    }

    @Test(arguments: KernelLevel.supported, ElementType.allCases)
    func `gradients go through the transposed panels`(_ level: KernelLevel, _ type: ElementType) {
        var random = RandomNumbers(seed: 36)
        let (outputs, inputs) = (101, 512)
        let weights = random.weights(
            outputs: outputs, inputs: inputs, type: type, layout: .outputMajor)
        let packed = HostAlgebra(level: level, threads: 2).packed(weights)
        for rows in [1, 3, 16, 70] {
            checkProduct(
                random.tensor(rows: rows, columns: outputs), packed.transposed, nil, level)
        }
    }

    @Test(arguments: PackedCase.all)
    func `inputs that are no numbers give no numbers`(_ variant: PackedCase) {
        var random = RandomNumbers(seed: 37)
        let packed = variant.algebra.packed(
            random.weights(
                outputs: 3, inputs: 256, type: variant.type, layout: .outputMajor))
        for wrong in [Float.nan, .infinity, -.infinity] {
            var input = random.tensor(rows: 2, columns: 256)
            input.storage[100] = wrong
            var output = Tensor<Float>(rows: 0, columns: 3)
            variant.algebra.multiply(input, by: packed, bias: nil, into: &output)
            #expect(output.storage[0..<3].allSatisfy { !$0.isFinite })
            #expect(output.storage[3..<6].allSatisfy { $0.isFinite })
        }
    }
}
