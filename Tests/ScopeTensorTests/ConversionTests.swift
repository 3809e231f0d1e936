import ScopeFiles
import ScopeTensor
import Testing

/// Widening is exact for each of the 65 536 patterns of a 16-bit element.
@Suite struct ConversionTests {
    /// All patterns in order, as a matrix of one column or one row.
    private func allPatterns(_ type: ElementType, columns: Int) -> WeightMatrix {
        var bytes: [UInt8] = []
        for bits in UInt16.min...UInt16.max { bytes.append(littleEndian: bits) }
        return WeightMatrix(
            contents: FileContents(copying: bytes, name: "patterns"), byteRange: 0..<bytes.count,
            outputs: 65536 / columns, inputs: columns, elementType: type, layout: .outputMajor)
    }

    /// The meaning of a pattern by the definition of the format, in double precision.
    private func meaning(_ bits: UInt16, _ type: ElementType) -> Double {
        let fractionBits = type == .float16 ? 10 : 7
        let bias = type == .float16 ? 15 : 127
        let exponent = Int(bits & 0x7FFF) >> fractionBits
        let fraction = Int(bits) & ((1 << fractionBits) - 1)
        let largest = type == .float16 ? 31 : 255
        let sign: Double = bits & 0x8000 == 0 ? 1 : -1
        if exponent == largest { return fraction == 0 ? sign * .infinity : .nan }
        let mantissa = exponent == 0 ? fraction : fraction + 1 << fractionBits
        let power = max(exponent, 1) - bias - fractionBits
        return sign * Double(sign: .plus, exponent: power, significand: 1) * Double(mantissa)
    }

    private func check(_ values: [Float], _ type: ElementType) {
        var wrong: [UInt16] = []
        for bits in UInt16.min...UInt16.max {
            let (value, expected) = (values[Int(bits)], meaning(bits, type))
            let same =
                expected.isNaN
                ? value.isNaN
                : Double(value) == expected && value.sign == expected.sign
            if !same { wrong.append(bits) }
        }
        #expect(wrong.isEmpty)
    }

    @Test(arguments: [ElementType.float16, .bfloat16])
    func `the plain conversion is exact`(_ type: ElementType) {
        check(allPatterns(type, columns: 256).values(as: Float.self), type)
    }

    @Test(arguments: [ElementType.float16, .bfloat16], KernelLevel.supported)
    func `the kernels' conversion is exact`(_ type: ElementType, _ level: KernelLevel) {
        var output = Tensor<Float>(rows: 0, columns: 128)
        HostAlgebra(level: level).lookUp(
            Array(0..<512), in: allPatterns(type, columns: 128), into: &output)
        check(output.storage, type)
    }

    @Test(arguments: [ElementType.float16, .bfloat16], KernelLevel.supported)
    func `products widen exactly too`(_ type: ElementType, _ level: KernelLevel) {
        // One input of 1, so each output is its weight; the transpose takes the other layout.
        var output = Tensor<Float>(rows: 0, columns: 65536)
        HostAlgebra(level: level).multiply(
            Tensor(vector: [1]), by: allPatterns(type, columns: 65536).transposed, bias: nil,
            into: &output)
        let wrong = (UInt16.min...UInt16.max).filter { bits in
            let expected = meaning(bits, type)
            return !expected.isNaN && Double(output.storage[Int(bits)]) != expected
        }
        #expect(wrong.isEmpty)
    }

    @Test(arguments: KernelLevel.supported, ElementType.plain)
    func `embedding rows come in the order asked for`(_ level: KernelLevel, _ type: ElementType) {
        var random = RandomNumbers(seed: 11)
        let weights = random.weights(outputs: 9, inputs: 67, type: type, layout: .outputMajor)
        let rows = [8, 0, 3, 3, 5]
        var output = Tensor<Float>(rows: 1, columns: 67)
        HostAlgebra(level: level).lookUp(rows, in: weights, into: &output)
        var twin = Tensor<Float>(rows: 0, columns: 67)
        ScalarAlgebra<Float>().lookUp(rows, in: weights, into: &twin)
        #expect(output == twin)
        let values = weights.values(as: Float.self)
        #expect(Array(output.storage[..<67]) == Array(values[(8 * 67)...]))
    }
}
