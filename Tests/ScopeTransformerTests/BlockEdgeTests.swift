import ScopeFiles
import ScopeTensor
import ScopeTransformer
import TestFixtures
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The edges of what a block does: where a window ends, which of equal experts are chosen, what a
/// soft cap does.
@Suite struct BlockEdgeTests {
    /// Models some of whose layers see only a window.
    private static let windowed = GoldenModel.all.filter { fixture in
        guard let folder = try? fixture.fixture.folder(),
            let configuration = try? DecoderConfiguration(from: folder)
        else { return false }
        return configuration.layers.contains { $0.window != nil }
    }

    @Test(arguments: windowed)
    func aQuerySeesExactlyItsWindow(_ fixture: GoldenModel) throws {
        let model = try fixture.load(HostAlgebra())
        let ids = try fixture.golden.ids
        var lanes = [
            Lane(
                tokens: ids, cache: model.makeCache(), logits: .none,
                signals: SignalRequest(attention: .all))
        ]
        var workspace = Workspace<Float>()
        var collector = Collector<Float>()
        try model.forward(&lanes, in: &workspace, into: &collector)
        for (layer, shape) in model.configuration.layers.enumerated() {
            let window = shape.window ?? ids.count
            #expect(shape.window == nil || window < ids.count)
            for head in 0..<model.configuration.queryHeadCount {
                for row in ids.indices {
                    let weights = try #require(
                        collector.attention[
                            .init(layer: layer, head: head, place: .init(lane: 0, row: row))])
                    let first = max(0, row + 1 - window)
                    #expect(weights.count == row + 1)
                    #expect(weights[..<first].allSatisfy { $0 == 0 })
                    #expect(weights[first...].allSatisfy { $0 > 0 })
                }
            }
        }
    }

    /// A router without preference chooses the experts of the lowest numbers; the others' weights
    /// do not matter.
    @Test(arguments: ["mixtral", "qwen2_moe", "qwen3_moe", "deepseek_v2"])
    func ofEqualExpertsTheFirstAreChosen(_ name: String) throws {
        let fixture = try #require(GoldenModel.all.first { $0.fixture.name == name })
        let ids = Array(try fixture.golden.ids.prefix(6))
        let shape = try fixture.load(HostAlgebra()).configuration
        let experts = try #require(shape.experts)
        func logits(clearing isCleared: @escaping (String) -> Bool) throws -> [[Float]] {
            try DecoderModel(
                from: try fixture.folder(clearing: isCleared), algebra: HostAlgebra()
            ).logits(ids, chunk: ids.count)
        }
        func isRouter(_ name: String) -> Bool {
            name.hasSuffix("mlp.gate.weight") || name.hasSuffix("block_sparse_moe.gate.weight")
        }
        func isExpert(_ name: String, _ number: Int) -> Bool {
            name.contains(".experts.\(number).")
        }
        let undecided = try logits(clearing: isRouter)
        for number in 0..<experts.count {
            let without = try logits { isRouter($0) || isExpert($0, number) }
            #expect((without == undecided) == (number >= experts.perToken))
        }
    }

    @Test func logitsAreCapped() throws {
        let model = try gemma2()
        let plain = try model.logits(with: "final_logit_softcapping", .null)
        for cap in [0.5, 6, 40] {
            let capped = try model.logits(with: "final_logit_softcapping", .number("\(cap)"))
            #expect(peak(capped) <= cap)
            let expected = plain.map { cap * tanh(Double($0) / cap) }
            #expect(difference(capped, expected) <= 1e-5 * cap)
        }
    }

    @Test func attentionScoresAreCapped() throws {
        let model = try gemma2()
        let plain = try model.logits(with: "attn_logit_softcapping", .null)
        // Far above every score a cap is none; far below every score attention is even.
        let wide = try model.logits(with: "attn_logit_softcapping", .number("1e5"))
        #expect(difference(wide, plain) <= 1e-5 * peak(plain))
        let tree = model.tree.replacing(
            [.key("attn_logit_softcapping")], with: .number("1e-6"))
        let loaded = try model.load(tree)
        var lanes = [
            Lane(
                tokens: [1, 2, 3, 4], cache: loaded.makeCache(), logits: .none,
                signals: SignalRequest(attention: .all))
        ]
        var workspace = Workspace<Float>()
        var collector = Collector<Float>()
        try loaded.forward(&lanes, in: &workspace, into: &collector)
        for (place, weights) in collector.attention {
            let even = 1 / Float(place.place.row + 1)
            #expect(weights.allSatisfy { abs($0 - even) < 1e-5 })
        }
    }

    private func gemma2() throws -> ChangedModel {
        try ChangedModel(try #require(GoldenModel.all.first { $0.fixture.name == "gemma2" }))
    }
}

extension ChangedModel {
    /// The logits of a short text, in one row, with another value of a field.
    fileprivate func logits(with field: String, _ value: JSONTree) throws -> [Float] {
        let changed = tree.replacing([.key(field)], with: value)
        return Array(try load(changed).logits([1, 2, 3, 4, 5], chunk: 5).joined())
    }
}

extension GoldenModel {
    /// The folder with some tensors of its one file set to zero.
    fileprivate func folder(clearing isCleared: (String) -> Bool) throws -> FileFolder {
        let folder = try fixture.folder()
        let contents = try folder.contents(of: "model.safetensors")
        var bytes = contents.copy(0..<contents.byteCount)
        let file = try SafetensorsFile(contents)
        var count = 0
        for entry in file.entries where isCleared(entry.name) {
            for index in entry.byteRange { bytes[index] = 0 }
            count += 1
        }
        try #require(count > 0)
        return FileFolder(
            name: folder.name,
            files: [
                try folder.contents(of: "config.json"),
                FileContents(copying: bytes, name: "model.safetensors"),
            ])
    }
}
