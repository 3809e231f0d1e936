import ScopeFiles
import ScopeTensor
import TestFixtures
import Testing

@testable import ScopeTransformer

/// Reading lenses from files, and reading hidden states through them.
@Suite struct TunedLensTests {
    /// A shape of two layers of width 2.
    private var shape: DecoderConfiguration {
        var shape = DecoderConfiguration(modelType: "test")
        shape.layerCount = 2
        shape.hiddenSize = 2
        return shape
    }

    private typealias Entry = (name: String, shape: [Int], values: [Float])

    private static func entries(prefix: String = "", biases: Bool = true) -> [Entry] {
        (0..<2).flatMap { layer -> [Entry] in
            let base = Float(10 * layer)
            var entries: [Entry] = [
                (prefix + "\(layer).weight", [2, 2], [base + 1, base + 2, base + 3, base + 4])
            ]
            if biases { entries.append((prefix + "\(layer).bias", [2], [0.5, -0.5])) }
            return entries
        }
    }

    private func contents(_ entries: [Entry]) throws -> FileContents {
        let folder = try TemporaryFolder()
        var writer = SafetensorsWriter()
        for entry in entries { writer.add(entry.name, shape: entry.shape) { entry.values } }
        let path = folder.path(of: "lens.safetensors")
        try writer.write(to: path)
        let file = try FileContents.open(path)
        return FileContents(copying: file.copy(0..<file.byteCount), name: "lens.safetensors")
    }

    @Test(arguments: ["", "layer_translators."])
    func bothSpellingsAreRead(_ prefix: String) throws {
        let lens = try TunedLens(contents(Self.entries(prefix: prefix)), for: shape)
        #expect(lens.layerCount == 2 && lens.hiddenSize == 2)
        #expect(lens.maps[1].weights.values(as: Float.self) == [11, 12, 13, 14])
        #expect(lens.maps[0].bias == [0.5, -0.5])
        let plain = try TunedLens(contents(Self.entries(prefix: prefix, biases: false)), for: shape)
        #expect(plain.maps[0].bias.isEmpty)
    }

    @Test func whatDoesNotFitIsRefusedByName() throws {
        func fault(_ change: (inout [Entry]) -> Void) throws -> FileError? {
            var entries = Self.entries()
            change(&entries)
            let contents = try contents(entries)
            do {
                _ = try TunedLens(contents, for: shape)
                return nil
            } catch {
                return error
            }
        }
        let faults: [(String, (inout [Entry]) -> Void)] = [
            ("0.weight", { $0.removeAll { $0.name == "0.weight" } }),
            ("1.weight", { $0.removeAll { $0.name == "1.weight" } }),
            ("1.bias", { $0.removeAll { $0.name == "1.bias" } }),
            ("0.weight", { $0[0].shape = [1, 4] }),
            ("0.bias", { $0[1] = ("0.bias", [1], [1]) }),
            ("1.weight", { $0[2].values[3] = .nan }),
            ("0.bias", { $0[1].values[0] = .infinity }),
            ("2.weight", { $0.append(("2.weight", [2, 2], [1, 2, 3, 4])) }),
            ("stranger", { $0.append(("stranger", [1], [1])) }),
        ]
        #expect(try fault { _ in } == nil)
        for (field, change) in faults {
            let error = try #require(try fault(change), "\(field)")
            #expect(error.file == "lens.safetensors")
            #expect(error.field == field)
        }
        // The head that the whole lens's dictionary brings along is the model's own.
        #expect(try fault { $0.append(("unembed.unembedding.weight", [1], [1])) } == nil)
    }

    /// A lens of zeros changes nothing, and another reads `h + A h + b`.
    @Test(arguments: GoldenModel.all.prefix(4))
    func statesAreMappedBeforeTheyAreRead(_ golden: GoldenModel) throws {
        let algebra = CountingAlgebra(HostAlgebra())
        let model = try golden.load(algebra)
        let shape = model.configuration
        let width = shape.hiddenSize
        func lens(_ weight: (Int, Int, Int) -> Float, _ bias: (Int, Int) -> Float) throws
            -> TunedLens
        {
            var entries: [Entry] = []
            for layer in 0..<shape.layerCount {
                let values = (0..<width * width).map { weight(layer, $0 / width, $0 % width) }
                entries.append(("\(layer).weight", [width, width], values))
                entries.append(("\(layer).bias", [width], (0..<width).map { bias(layer, $0) }))
            }
            return try TunedLens(contents(entries), for: shape)
        }
        let layers = Array(0..<shape.layerCount)
        var states = Tensor<Float>(rows: layers.count, columns: width)
        for place in states.storage.indices { states.storage[place] = Float(place % 11) - 4.5 }
        var plain = Tensor<Float>(rows: 0, columns: shape.vocabularySize)
        model.readOut(states, into: &plain)
        var logits = Tensor<Float>(rows: 0, columns: shape.vocabularySize)
        model.readOut(
            states, through: try lens({ _, _, _ in 0 }, { _, _ in 0 }), layers: layers,
            into: &logits)
        #expect(logits == plain)

        // Each place takes in twice its neighbour and the number of its layer.
        let shifting = try lens(
            { _, output, input in input == (output + 1) % width ? 2 : 0 },
            { layer, _ in Float(layer) })
        var mapped = states
        for layer in layers {
            for place in 0..<width {
                mapped[layer, place] += 2 * states[layer, (place + 1) % width] + Float(layer)
            }
        }
        model.readOut(mapped, into: &plain)
        algebra.reset()
        model.readOut(states, through: shifting, layers: layers, into: &logits)
        #expect(algebra.products == layers.count + 1)
        #expect(difference(logits.storage, plain.storage) <= 1e-5 * peak(plain.storage))
    }
}
