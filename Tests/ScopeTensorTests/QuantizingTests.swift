import ScopeFiles
import ScopeTensor
import TestFixtures
import Testing

@Suite struct QuantizingTests {
    @Test(arguments: ElementType.quantizationTargets)
    func `blocks are those of the reference package`(_ type: ElementType) throws {
        let file = try Fixtures.roots[0].category("gguf").tensors("quantize.golden.safetensors")
        let values = try file.floats("values")
        let expected = try file.integers(type.rawValue).map { UInt8($0) }
        let golden = WeightMatrix(
            contents: FileContents(copying: expected, name: "golden"),
            byteRange: 0..<expected.count, outputs: 32, inputs: 96, elementType: type,
            layout: .outputMajor)
        let weights = WeightMatrix(values, outputs: 32, inputs: 96).quantized(to: type)
        #expect(weights.elementType == type && weights.layout == .outputMajor)
        #expect(weights.storedBytes == expected)
        // The same from the transposed layout.
        var flipped: [Float] = []
        for input in 0..<96 { for output in 0..<32 { flipped.append(values[output * 96 + input]) } }
        let turned = WeightMatrix(flipped, outputs: 32, inputs: 96, layout: .inputMajor)
        #expect(turned.quantized(to: type).storedBytes == golden.storedBytes)
    }

    @Test(arguments: ElementType.quantizationTargets)
    func `weights are off by half a step`(_ type: ElementType) {
        var random = RandomNumbers(seed: 91)
        for size: Float in [1e-3, 1, 1000] {
            let values = random.values(64 * 32, in: -size...size)
            let result = WeightMatrix(values, outputs: 32, inputs: 64).quantized(to: type)
                .values(as: Float.self)
            for start in stride(from: 0, to: values.count, by: 32) {
                let block = values[start..<start + 32]
                let largest = block.map(abs).max() ?? 0
                let spread = (block.max() ?? 0) - (block.min() ?? 0)
                let (step, reach): (Float, Float) =
                    switch type {
                    case .q4_0: (largest / 8, largest)
                    case .q4_1: (spread / 15, spread + largest)
                    case .q5_0: (largest / 16, largest)
                    case .q5_1: (spread / 31, spread + largest)
                    default: (largest / 127, largest)
                    }
                // Binary16 holds the scale, and a least value, within 2⁻¹¹, or half its least step.
                let rounding = reach * 0x1p-11 + 128 * 0x1p-25
                let isCentred = type == .q4_0 || type == .q5_0
                let peak = block.first { abs($0) == largest } ?? 0
                let wrong = zip(block, result[start..<start + 32]).filter { value, found in
                    // The side of the largest magnitude has a code more than the other.
                    let isShort = isCentred && value * peak < 0 && abs(value) > largest - step
                    return !(abs(value - found) <= step * (isShort ? 1 : 0.5) + rounding)
                }
                #expect(wrong.isEmpty)
            }
        }
    }

    @Test(arguments: [ElementType.float16, .bfloat16])
    func `narrow weights are quantised by their values`(_ type: ElementType) {
        var random = RandomNumbers(seed: 92)
        let weights = random.weights(outputs: 70, inputs: 96, type: type, layout: .inputMajor)
        let wide = WeightMatrix(weights.values(as: Float.self), outputs: 70, inputs: 96)
        #expect(
            weights.quantized(to: .q8_0).storedBytes == wide.quantized(to: .q8_0).storedBytes)
    }

    @Test func `what does not fit stays as it is`() {
        var random = RandomNumbers(seed: 93)
        let uneven = random.weights(outputs: 4, inputs: 40, type: .bfloat16, layout: .outputMajor)
        #expect(uneven.quantized(to: .q8_0).elementType == .bfloat16)
        let blocks = random.weights(outputs: 4, inputs: 256, type: .q4_K, layout: .outputMajor)
        #expect(blocks.quantized(to: .q8_0).elementType == .q4_K)
        let nothing = WeightMatrix([], outputs: 0, inputs: 32).quantized(to: .q4_0)
        #expect(nothing.elementType == .q4_0 && nothing.values(as: Float.self).isEmpty)
    }

    @Test(arguments: ElementType.quantizationTargets)
    func `numbers that are not finite trap nowhere`(_ type: ElementType) {
        let odd: [Float] = [
            .nan, .infinity, -.infinity, 3e38, -3e38, .leastNonzeroMagnitude, 0, -0.0, -.nan,
        ]
        for (i, number) in odd.enumerated() {
            var values = [Float](repeating: 1, count: 64)
            values[i] = number
            values[32] = number
            values[63] = odd[odd.count - 1 - i]
            let result = WeightMatrix(values, outputs: 1, inputs: 64).quantized(to: type)
            #expect(result.values(as: Float.self).count == 64)
        }
    }

    @Test func `a format that cannot be quantised to traps`() async {
        await #expect(processExitsWith: .failure) {
            _ = WeightMatrix([Float](repeating: 0, count: 256), outputs: 1, inputs: 256)
                .quantized(to: .q4_K)
        }
    }
}
