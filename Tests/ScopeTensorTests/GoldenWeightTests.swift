import ScopeFiles
import ScopeTensor
import TestFixtures
import Testing

/// Tensors of every format of GGUF files, against the values that the reference package gives.
@Suite struct GoldenWeightTests {
    @Test(arguments: Fixtures.roots)
    func `weights have the reference's bits`(_ root: FixtureRoot) throws {
        let folder = root.category("gguf")
        let file = try GGUFFile(folder.contents("dequant.gguf"))
        let golden = try folder.tensors("dequant.golden.safetensors")
        var seen: Set<ElementType> = []
        for entry in file.entries {
            guard let type = ElementType(entry.type) else { continue }
            seen.insert(type)
            let (outputs, inputs) = (entry.shape[0], entry.shape[1])
            let weights = WeightMatrix(
                contents: file.contents, byteRange: entry.byteRange, outputs: outputs,
                inputs: inputs, elementType: type, layout: .outputMajor)
            let expected = try golden.floats(entry.name).map(\.bitPattern)
            #expect(weights.values(as: Float.self).map(\.bitPattern) == expected, "\(type)")
            for level in KernelLevel.supported {
                var output = Tensor<Float>(rows: 0, columns: inputs)
                HostAlgebra(level: level).lookUp(Array(0..<outputs), in: weights, into: &output)
                #expect(output.bits == expected, "\(type), \(level)")
            }
        }
        #expect(seen == Set(ElementType.allCases))
    }

    @Test func `formats have the sizes that files give them`() {
        let types = GGUFType.allCases.compactMap { type in ElementType(type).map { (type, $0) } }
        #expect(types.count == ElementType.allCases.count)
        for (stored, type) in types {
            #expect(stored.elementsPerBlock == type.elementsPerBlock)
            #expect(stored.bytesPerBlock == type.bytesPerBlock)
            #expect(
                stored.name.lowercased() == type.rawValue.lowercased() || !type.isBlockQuantized)
        }
    }
}
