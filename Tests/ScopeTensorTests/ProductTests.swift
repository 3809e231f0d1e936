import ScopeTensor
import Testing

/// One way to multiply.
struct ProductCase: CustomTestStringConvertible, Sendable {
    var level: KernelLevel
    var type: ElementType
    var layout: WeightMatrix.Layout

    var testDescription: String { "\(level), \(type), \(layout)" }

    static let all: [ProductCase] = KernelLevel.supported.flatMap { level in
        ElementType.plain.flatMap { type in
            WeightMatrix.Layout.allCases.map { layout in
                ProductCase(level: level, type: type, layout: layout)
            }
        }
    }
}

@Suite struct ProductTests {
    @Test(arguments: ProductCase.all)
    func `every shape agrees with double precision`(_ variant: ProductCase) {
        let border = HostAlgebra(level: variant.level).blasRowCount
        var random = RandomNumbers(seed: 1)
        let shapes = [
            (1, 1), (3, 17), (17, 3), (16, 16), (63, 65), (64, 64), (65, 63), (130, 7), (7, 150),
            (300, 33), (896, 3),
        ]
        for (inputs, outputs) in shapes {
            let weights = random.weights(
                outputs: outputs, inputs: inputs, type: variant.type, layout: variant.layout)
            let bias = random.tensor(rows: 1, columns: outputs)
            for rows in [1, 2, 3, 4, 5, border - 1, border] {
                let input = random.tensor(rows: rows, columns: inputs)
                checkProduct(input, weights, rows % 2 == 0 ? bias : nil, variant.level)
            }
        }
    }

    @Test(arguments: ProductCase.all)
    func `every number of rows to 49 is computed`(_ variant: ProductCase) {
        var random = RandomNumbers(seed: 2)
        let weights = random.weights(
            outputs: 21, inputs: 37, type: variant.type, layout: variant.layout)
        for rows in 0...49 {
            checkProduct(random.tensor(rows: rows, columns: 37), weights, nil, variant.level)
        }
    }

    /// Sizes at which the kernels split a sum or a row of outputs into parts.
    @Test(arguments: ProductCase.all)
    func `large shapes agree, and rows keep their bits`(_ variant: ProductCase) {
        var random = RandomNumbers(seed: 8)
        let shapes = [
            (1100, 18), (1500, 5), (2200, 34), (4300, 17), (3, 1100), (5, 4200),
        ]
        for (inputs, outputs) in shapes {
            let weights = random.weights(
                outputs: outputs, inputs: inputs, type: variant.type, layout: variant.layout)
            let input = random.tensor(rows: 5, columns: inputs)
            let two = Tensor(
                rows: 2, columns: inputs, values: Array(input.storage[..<(2 * inputs)]))
            checkProduct(two, weights, nil, variant.level)
            let bits = [1, 2, 3, 5].map { rows in
                let part = Tensor(
                    rows: rows, columns: inputs, values: Array(input.storage[..<(rows * inputs)]))
                var output = Tensor<Float>(rows: 0, columns: outputs)
                HostAlgebra(level: variant.level).multiply(
                    part, by: weights, bias: nil, into: &output)
                return output.bits
            }
            for (shorter, longer) in zip(bits, bits.dropFirst()) {
                #expect(Array(longer[..<shorter.count]) == shorter)
            }
        }
    }

    @Test(arguments: ProductCase.all)
    func `below the border to OpenBLAS a row has the same bits alone`(_ variant: ProductCase) {
        let algebra = HostAlgebra(level: variant.level)
        #expect(algebra.blasRowCount >= 16)
        var random = RandomNumbers(seed: 3)
        for (inputs, outputs) in [(1, 5), (65, 150), (300, 17), (513, 33)] {
            let weights = random.weights(
                outputs: outputs, inputs: inputs, type: variant.type, layout: variant.layout)
            let bias = random.tensor(rows: 1, columns: outputs)
            let input = random.tensor(rows: algebra.blasRowCount - 1, columns: inputs)
            var together = Tensor<Float>(rows: 0, columns: outputs)
            var alone = together
            for rows in [1, 2, 3, 4, 5, 6, 7, 8, 13, algebra.blasRowCount - 1] {
                let part = Tensor(
                    rows: rows, columns: inputs, values: Array(input.storage[..<(rows * inputs)]))
                algebra.multiply(part, by: weights, bias: bias, into: &together)
                let last = Tensor(
                    vector: Array(part.storage[((rows - 1) * inputs)...]))
                algebra.multiply(last, by: weights, bias: bias, into: &alone)
                #expect(Array(together.bits[((rows - 1) * outputs)...]) == alone.bits)
            }
        }
    }

    @Test(arguments: ProductCase.all)
    func `a slice computes its outputs`(_ variant: ProductCase) {
        var random = RandomNumbers(seed: 4)
        let weights = random.weights(
            outputs: 96, inputs: 70, type: variant.type, layout: variant.layout)
        for range in [0..<32, 32..<64, 64..<96, 1..<96, 5..<5, 40..<77] {
            let slice = weights.slice(outputs: range)
            #expect(slice.outputs == range.count && slice.inputs == 70)
            let all = weights.values(as: Float.self)
            #expect(
                slice.values(as: Float.self)
                    == Array(all[(range.lowerBound * 70)..<(range.upperBound * 70)]))
            for rows in [1, 5, 50] {
                checkProduct(random.tensor(rows: rows, columns: 70), slice, nil, variant.level)
            }
            let nested = slice.slice(outputs: range.count / 3..<range.count)
            checkProduct(random.tensor(rows: 3, columns: 70), nested, nil, variant.level)
            checkProduct(random.tensor(rows: 48, columns: 70), nested, nil, variant.level)
        }
    }

    @Test(arguments: ProductCase.all)
    func `the transposed matrix computes gradients`(_ variant: ProductCase) {
        var random = RandomNumbers(seed: 5)
        let weights = random.weights(
            outputs: 24, inputs: 70, type: variant.type, layout: variant.layout
        ).slice(outputs: 3..<22)
        let transposed = weights.transposed
        let (values, flipped) = (
            weights.values(as: Float.self), transposed.values(as: Float.self)
        )
        #expect(transposed.outputs == 70 && transposed.inputs == 19)
        let places = (0..<19).flatMap { output in (0..<70).map { (output, $0) } }
        #expect(places.allSatisfy { values[$0 * 70 + $1] == flipped[$1 * 19 + $0] })
        for rows in [1, 6, 48] {
            checkProduct(random.tensor(rows: rows, columns: 19), transposed, nil, variant.level)
        }
    }

    @Test(arguments: ProductCase.all)
    func `misaligned data is read all the same`(_ variant: ProductCase) {
        for offset in 0..<variant.type.bytesPerBlock {
            var random = RandomNumbers(seed: 6)
            var reference = RandomNumbers(seed: 6)
            let weights = random.weights(
                outputs: 9, inputs: 40, type: variant.type, layout: variant.layout,
                misalignedBy: offset)
            let aligned = reference.weights(
                outputs: 9, inputs: 40, type: variant.type, layout: variant.layout)
            #expect(weights.values(as: Float.self) == aligned.values(as: Float.self))
            checkProduct(random.tensor(rows: 4, columns: 40), weights, nil, variant.level)
            checkProduct(random.tensor(rows: 48, columns: 40), weights, nil, variant.level)
        }
    }

    /// So wide that 16-bit weights go to OpenBLAS in several blocks.
    @Test(arguments: [ElementType.float16, .bfloat16], WeightMatrix.Layout.allCases)
    func `wide weights are widened in blocks`(_ type: ElementType, _ layout: WeightMatrix.Layout) {
        var random = RandomNumbers(seed: 7)
        let weights = random.weights(outputs: 50, inputs: 6000, type: type, layout: layout)
        let bias = random.tensor(rows: 1, columns: 50)
        checkProduct(random.tensor(rows: 48, columns: 6000), weights, bias, .best)
    }

    @Test(arguments: ProductCase.all)
    func `a slice is packed without its neighbours`(_ variant: ProductCase) {
        var random = RandomNumbers(seed: 9)
        let weights = random.weights(
            outputs: 60, inputs: 70, type: variant.type, layout: variant.layout)
        let algebra = HostAlgebra(level: variant.level)
        for part in [weights, weights.slice(outputs: 7..<50), weights.slice(outputs: 3..<3)] {
            let packed = algebra.packed(part)
            #expect(packed.values(as: Float.self) == part.values(as: Float.self))
            checkProduct(random.tensor(rows: 3, columns: 70), packed, nil, variant.level)
        }
    }

    /// Large enough for huge pages, and packed weights that outlive what they were made from.
    @Test func `large packed weights keep their numbers`() {
        var matrix = WeightMatrix(
            (0..<(1 << 20)).map { Float($0) }, outputs: 1 << 10, inputs: 1 << 10)
        matrix = HostAlgebra().packed(matrix.slice(outputs: 5..<1023))
        #expect(matrix.values(as: Float.self) == (5 << 10..<1023 << 10).map { Float($0) })
    }

    @Test func `products in many tasks at once agree`() async {
        var random = RandomNumbers(seed: 10)
        let weights = random.weights(
            outputs: 65, inputs: 70, type: .bfloat16, layout: .outputMajor)
        let input = random.tensor(rows: 50, columns: 70)
        let results = await withTaskGroup(of: Tensor<Float>.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var output = Tensor<Float>(rows: 0, columns: 65)
                    HostAlgebra().multiply(input, by: weights, bias: nil, into: &output)
                    return output
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count == 8 && results.allSatisfy { $0 == results[0] })
    }

    @Test func `a product over no inputs is the bias`() {
        for rows in [2, 50] {
            let weights = WeightMatrix([], outputs: 3, inputs: 0)
            var output = Tensor<Float>(rows: 1, columns: 3)
            let input = Tensor<Float>(rows: rows, columns: 0)
            HostAlgebra().multiply(
                input, by: weights, bias: Tensor(vector: [1, 2, 3]), into: &output)
            #expect(output.rows == rows)
            #expect(Array(output.storage[3..<6]) == [1, 2, 3])
        }
    }
}
