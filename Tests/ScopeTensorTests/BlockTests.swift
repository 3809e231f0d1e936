import ScopeFiles
import ScopeTensor
import Testing

/// Weights in blocks: the kernels against the twin, and products against those of the same weights
/// in binary32.
@Suite struct BlockTests {
    /// A kernel level and a format.
    static let cases = KernelLevel.supported.flatMap { level in
        ElementType.blocks.map { (level, $0) }
    }

    @Test func `blocks have the sizes of ggml's formats`() {
        let sizes: [ElementType: (Int, Int)] = [
            .q4_0: (32, 18), .q4_1: (32, 20), .q5_0: (32, 22), .q5_1: (32, 24), .q8_0: (32, 34),
            .q2_K: (256, 84), .q3_K: (256, 110), .q4_K: (256, 144), .q5_K: (256, 176),
            .q6_K: (256, 210), .iq4_nl: (32, 18), .iq4_xs: (256, 136), .mxfp4: (32, 17),
            .float32: (1, 4), .float16: (1, 2), .bfloat16: (1, 2),
        ]
        #expect(sizes.count == ElementType.allCases.count)
        for (type, (elements, bytes)) in sizes {
            #expect(type.elementsPerBlock == elements && type.bytesPerBlock == bytes)
            #expect(type.byteCount(ofElements: 3 * elements) == 3 * bytes)
        }
    }

    /// Any bytes at all, among them infinite scales and ones that are no numbers.
    @Test(arguments: cases)
    func `the kernels expand what the twin does`(_ level: KernelLevel, _ type: ElementType) {
        var random = RandomNumbers(seed: 81)
        let columns = 512
        let bytes = (0..<8 * type.byteCount(ofElements: columns) + 1).map { _ in
            UInt8(truncatingIfNeeded: random.next())
        }
        for start in 0...1 {
            let weights = WeightMatrix(
                contents: FileContents(copying: bytes, name: "blocks"),
                byteRange: start..<start + bytes.count - 1, outputs: 8, inputs: columns,
                elementType: type, layout: .outputMajor)
            let rows = [7, 0, 3, 3] + Array(0..<8)
            var (output, twin) = (
                Tensor<Float>(rows: 0, columns: columns), Tensor<Float>(rows: 0, columns: columns)
            )
            HostAlgebra(level: level).lookUp(rows, in: weights, into: &output)
            ScalarAlgebra<Float>().lookUp(rows, in: weights, into: &twin)
            #expect(same(output.storage, twin.storage))
            #expect(same(Array(twin.storage[(4 * columns)...]), weights.values(as: Float.self)))
        }
    }

    @Test(arguments: cases)
    func `products have the bits of those with binary32`(_ level: KernelLevel, _ type: ElementType)
    {
        var random = RandomNumbers(seed: 82)
        let algebra = HostAlgebra(level: level)
        let unit = type.elementsPerBlock
        for (outputs, inputs, rowCounts) in [
            (1, unit, [1, 4, 5]), (7, 3 * unit, [1, 2, 3, 4, 5, algebra.blasRowCount - 1]),
            (18, 1280, [1, 3, 18]), (2, 4608, [1, 2]),
        ] {
            let weights = random.weights(
                outputs: outputs, inputs: inputs, type: type, layout: .outputMajor)
            let plain = WeightMatrix(
                weights.values(as: Float.self), outputs: outputs, inputs: inputs)
            for rows in rowCounts {
                for (matrix, twin) in [(weights, plain), (weights.transposed, plain.transposed)] {
                    let input = random.tensor(rows: rows, columns: matrix.inputs)
                    let bias = random.tensor(rows: 1, columns: matrix.outputs)
                    var output = Tensor<Float>(rows: 0, columns: matrix.outputs)
                    var expected = output
                    algebra.multiply(input, by: matrix, bias: bias, into: &output)
                    algebra.multiply(input, by: twin, bias: bias, into: &expected)
                    #expect(output.bits == expected.bits, "\(rows) rows, \(outputs) × \(inputs)")
                }
            }
        }
    }

    /// The twin sums blocks in double precision; the host goes through OpenBLAS.
    @Test(arguments: ElementType.blocks)
    func `products of many rows agree with double precision`(_ type: ElementType) {
        var random = RandomNumbers(seed: 83)
        let weights = random.weights(
            outputs: 33, inputs: 768, type: type, layout: .outputMajor)
        checkProduct(random.tensor(rows: 50, columns: 768), weights, nil, .best)
        let bias = random.tensor(rows: 1, columns: 768)
        checkProduct(random.tensor(rows: 50, columns: 33), weights.transposed, bias, .best)
    }

    /// So large that a tile of the transposed matrix holds only some of its inputs.
    @Test func `gradients of many rows are computed tile by tile`() {
        var random = RandomNumbers(seed: 84)
        let weights = random.weights(
            outputs: 1100, inputs: 512, type: .q4_K, layout: .outputMajor)
        checkProduct(random.tensor(rows: 50, columns: 1100), weights.transposed, nil, .best)
    }

    @Test(arguments: ElementType.blocks)
    func `slices, packed ones and transposes keep their values`(_ type: ElementType) {
        var random = RandomNumbers(seed: 85)
        let columns = 512
        let weights = random.weights(
            outputs: 12, inputs: columns, type: type, layout: .outputMajor)
        let values = weights.values(as: Float.self)
        let slice = weights.slice(outputs: 3..<10)
        #expect(slice.values(as: Float.self) == Array(values[3 * columns..<10 * columns]))
        #expect(HostAlgebra().packed(slice).values(as: Float.self) == slice.values(as: Float.self))
        let turned = slice.transposed
        #expect(turned.outputs == columns && turned.inputs == 7)
        let flipped = turned.values(as: Float.self)
        #expect(
            flipped
                == (0..<columns).flatMap { column in
                    (3..<10).map { values[$0 * columns + column] }
                })
        // A slice of the transposed matrix lies between blocks.
        let part = turned.slice(outputs: 256..<512)
        #expect(part.values(as: Float.self) == Array(flipped[(256 * 7)...]))
        // Blocks that run along outputs are not packed.
        #expect(HostAlgebra().packed(part).panelLevel == nil)
        #expect(weights.elementType == type && part.elementType == type)
    }

    /// What a hostile file may hold; the result does not matter, but there is one.
    @Test(arguments: cases)
    func `scales that are no numbers trap nowhere`(_ level: KernelLevel, _ type: ElementType) {
        var random = RandomNumbers(seed: 86)
        let algebra = HostAlgebra(level: level)
        for scale: UInt16 in [0, 0x8000, 1, 0x83FF, 0x7BFF, 0x7C00, 0xFC01] {
            var bytes: [UInt8] = []
            for _ in 0..<6 * 256 / type.elementsPerBlock {
                var block = random.block(of: type)
                for offset in type.scaleOffsets {
                    block[offset] = UInt8(scale & 0xFF)
                    block[offset + 1] = UInt8(scale >> 8)
                }
                if type == .mxfp4 { block[0] = UInt8(scale >> 8) }
                bytes += block
            }
            let weights = WeightMatrix(
                contents: FileContents(copying: bytes, name: "hostile"),
                byteRange: 0..<bytes.count, outputs: 6, inputs: 256, elementType: type,
                layout: .outputMajor)
            let values = weights.values(as: Float.self)
            for rows in [1, 3, 6, 50] {
                for (matrix, columns) in [(weights, 256), (weights.transposed, 6)] {
                    var output = Tensor<Float>(rows: 0, columns: matrix.outputs)
                    algebra.multiply(
                        random.tensor(rows: rows, columns: columns), by: matrix, bias: nil,
                        into: &output)
                    #expect(output.rows == rows)
                    if values.allSatisfy({ $0 == 0 }) {
                        #expect(output.storage.allSatisfy { $0 == 0 })
                    }
                }
            }
        }
    }

    @Test(arguments: ElementType.blocks, [0, 1, 2, 31])
    func `blocks are read where they lie`(_ type: ElementType, _ offset: Int) {
        let count = type.byteCount(ofElements: 512)
        let contents = FileContents(
            copying: [UInt8](repeating: 7, count: count + offset), name: "blocks")
        let weights = WeightMatrix(
            contents: contents, byteRange: offset..<count + offset, outputs: 2, inputs: 256,
            elementType: type, layout: .outputMajor)
        #expect(weights.address == contents.address + UInt(offset))
        #expect(weights.transposed.address == weights.address)
        #expect(weights.slice(outputs: 1..<2).address == weights.address + UInt(count / 2))
        #expect(HostAlgebra().packed(weights).address != weights.address)
    }

    @Test func `blocks that do not fit trap`() async {
        await #expect(processExitsWith: .failure) {
            let contents = FileContents(copying: [UInt8](repeating: 0, count: 34), name: "short")
            _ = WeightMatrix(
                contents: contents, byteRange: 0..<34, outputs: 2, inputs: 16, elementType: .q8_0,
                layout: .outputMajor)
        }
        await #expect(processExitsWith: .failure) {
            let contents = FileContents(copying: [UInt8](repeating: 0, count: 68), name: "blocks")
            let weights = WeightMatrix(
                contents: contents, byteRange: 0..<68, outputs: 2, inputs: 32, elementType: .q8_0,
                layout: .outputMajor)
            _ = weights.transposed.slice(outputs: 3..<19)
        }
    }

    /// The same bits, or both no number.
    private func same(_ a: [Float], _ b: [Float]) -> Bool {
        a.count == b.count
            && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN) }
    }
}
