import ScopeFiles
import ScopeTensor
import TestFixtures
import Testing

@testable import ScopeTransformer

/// Edges and heads that are knocked out, and interventions that are refused.
@Suite struct KnockoutTests {
    @Test(arguments: GoldenModel.all)
    func cutEdgesHaveNoWeightAndTheRestIsRenormalised(_ fixture: GoldenModel) throws {
        let model = try fixture.load(HostAlgebra())
        let ids = try fixture.golden.ids
        let heads = model.configuration.queryHeadCount
        let plain = try model.run(ids, attention: .all)
        let cut = try model.run(
            ids,
            [
                .knockOut(
                    layers: .layers([0]), heads: .heads([QueryHead(heads - 1)]),
                    queries: 3..<ids.count - 1, keys: 1..<3)
            ], attention: .all)
        for row in ids.indices {
            for head in 0..<heads {
                let before = try plain.attention(layer: 0, head: head, row: row)
                let after = try cut.attention(layer: 0, head: head, row: row)
                guard head == heads - 1, (3..<ids.count - 1).contains(row) else {
                    #expect(after == before)
                    continue
                }
                #expect(after[1] == 0 && after[2] == 0)
                var kept = before
                (kept[1], kept[2]) = (0, 0)
                let mass = kept.reduce(0, +)
                #expect(difference(after, kept.map { $0 / mass }) <= 1e-6)
                #expect(abs(after.reduce(0, +) - 1) <= 1e-5)
            }
        }
    }

    @Test(arguments: GoldenModel.all)
    func aHeadThatSeesNothingGivesNothing(_ fixture: GoldenModel) throws {
        let model = try fixture.load(HostAlgebra())
        let ids = Array(try fixture.golden.ids.prefix(6))
        let out: Set<QueryHead> = [QueryHead(0)]
        let cut = try model.run(
            ids, [.knockOut(out, layers: .layers([1]))], states: [.headOutputs],
            attention: .layers([1]))
        let width = model.configuration.valueDimension
        let outputs = try cut.state(.headOutputs, layer: 1)
        for row in ids.indices {
            #expect(try cut.attention(layer: 1, head: 0, row: row).allSatisfy { $0 == 0 })
            #expect((0..<width).allSatisfy { outputs[row, $0] == 0 })
        }
        let scaled = try model.run(
            ids,
            [.scale(.headOutputs, layers: .layers([1]), part: .queryHeads(out), by: 0)])
        #expect(scaled.logits == cut.logits)
        #expect(cut.logits.joined().allSatisfy { $0.isFinite })
        #expect(try model.run(ids).logits != cut.logits)
    }

    /// Only models whose one file holds the matrix under a known name.
    @Test(arguments: GoldenModel.all)
    func aHeadTakenOutEqualsAMatrixWithoutItsRows(_ fixture: GoldenModel) throws {
        let model = try fixture.load(HostAlgebra())
        let shape = model.configuration
        let head = shape.queryHeadCount - 1
        let width = shape.valueDimension
        guard
            let changed = try fixture.clearingInputs(
                head * width..<(head + 1) * width, layer: 1,
                ofMatricesOf: shape.queryHeadCount * width)
        else { return }
        let ids = Array(try fixture.golden.ids.prefix(9))
        let expected = try DecoderModel(from: changed, algebra: HostAlgebra()).run(ids)
        let scaled = try model.run(
            ids,
            [
                .scale(
                    .headOutputs, layers: .layers([1]), part: .queryHeads([QueryHead(head)]),
                    by: 0)
            ])
        let (own, truth) = (Array(scaled.logits.joined()), Array(expected.logits.joined()))
        #expect(difference(own, truth) <= 1e-5 * peak(truth))
        #expect(try difference(Array(model.run(ids).logits.joined()), truth) > 1e-3 * peak(truth))
    }

    @Test func mostFamiliesAreComparedWithAMatrixWithoutRows() throws {
        let compared = try GoldenModel.all.filter { fixture in
            let shape = try fixture.load(HostAlgebra()).configuration
            return try fixture.clearingInputs(
                0..<1, layer: 1, ofMatricesOf: shape.queryHeadCount * shape.valueDimension) != nil
        }
        #expect(compared.count * 10 > GoldenModel.all.count * 9)
    }

    @Test func whatHasNoPlaceIsRefused() throws {
        let fixture = try #require(GoldenModel.all.first { $0.fixture.name == "llama" })
        let model = try fixture.load(HostAlgebra())
        let shape = model.configuration
        let row = Tensor<Float>(rows: 1, columns: shape.hiddenSize)
        var broken = row
        broken.storage[3] = .nan
        let limit = shape.contextLength
        let cases: [(Intervention<Float>, InterventionFault)] = [
            (
                .replace(.residualAfter, layer: shape.layerCount, rows: 0..<1, with: row),
                .layerOutOfRange(shape.layerCount, count: shape.layerCount)
            ),
            (
                .scale(.attentionOutput, rows: -1..<2, by: 1),
                .rowsOutOfRange(-1..<2, limit: limit)
            ),
            (
                .scale(.attentionOutput, rows: 0..<limit + 1, by: 1),
                .rowsOutOfRange(0..<limit + 1, limit: limit)
            ),
            (
                .knockOut(queries: limit..<Int.max, keys: 0..<1),
                .rowsOutOfRange(limit..<Int.max, limit: limit)
            ),
            (
                .replace(
                    .residualBefore, layer: 0, rows: 0..<1,
                    with: Tensor(rows: 1, columns: shape.hiddenSize + 1)),
                .wrongWidth(shape.hiddenSize + 1, expected: shape.hiddenSize)
            ),
            (
                .add(
                    Tensor(rows: 1, columns: 1), to: .headOutputs, layer: 0, rows: 0..<1,
                    part: .queryHeads([QueryHead(0)])),
                .wrongWidth(1, expected: shape.valueDimension)
            ),
            (
                .replace(
                    .residualBefore, layer: 0, rows: 0..<3,
                    with: Tensor(rows: 2, columns: shape.hiddenSize)),
                .wrongRowCount(2, expected: 3)
            ),
            (.add(broken, to: .residualBefore, layer: 0), .notFinite(place: 3)),
            (.scale(.keys, by: .infinity), .notFinite(place: 0)),
            (
                .scale(.queries, part: .queryHeads([QueryHead(shape.queryHeadCount)]), by: 0),
                .headOutOfRange(shape.queryHeadCount, count: shape.queryHeadCount)
            ),
            (
                .scale(
                    .values, part: .keyValueHeads([KeyValueHead(shape.keyValueHeadCount)]), by: 0),
                .headOutOfRange(shape.keyValueHeadCount, count: shape.keyValueHeadCount)
            ),
            (
                .scale(.residualAfter, part: .queryHeads([QueryHead(0)]), by: 0),
                .partOfOtherHeads(.residualAfter)
            ),
            (
                .scale(.keys, part: .queryHeads([QueryHead(0)]), by: 0), .partOfOtherHeads(.keys)
            ),
            (.knockOut(heads: .mean, queries: 0..<1, keys: 0..<1), .meanIsNoHead),
            (
                .knockOut([QueryHead(-1)], layers: .all),
                .headOutOfRange(-1, count: shape.queryHeadCount)
            ),
        ]
        var lanes = [
            Lane(tokens: [1], cache: model.makeCache()),
            Lane(tokens: [2], cache: model.makeCache()),
        ]
        var workspace = Workspace<Float>()
        var collector = Collector<Float>()
        for (edit, fault) in cases {
            lanes[1].edits = [.scale(.keys, by: 1), edit]
            #expect(throws: ModelFailure.intervention(lane: 1, index: 1, fault)) {
                try model.forward(&lanes, in: &workspace, into: &collector)
            }
            #expect(lanes.allSatisfy { $0.cache.count == 0 } && collector.logits.isEmpty)
            #expect(!fault.description.isEmpty)
        }
    }

    @Test func aPlaceThatParallelBlocksLackIsRefused() throws {
        let parallel = try GoldenModel.all.filter {
            try $0.load(HostAlgebra()).configuration.residual == .parallel
        }
        try #require(!parallel.isEmpty)
        for fixture in parallel {
            let model = try fixture.load(HostAlgebra())
            #expect(
                throws: ModelFailure.intervention(
                    lane: 0, index: 0, .missingSite(.residualMiddle))
            ) {
                try model.run([1, 2], [.scale(.residualMiddle, by: 1)])
            }
        }
    }

    @Test func interventionsMoveWithTheirWindow() {
        let rows = Tensor<Float>(rows: 4, columns: 1, values: [0, 1, 2, 3])
        let edit = Intervention.replace(.values, layer: 0, rows: 3..<7, with: rows)
        #expect(edit.shifted(by: 0) == edit)
        #expect(edit.shifted(by: 2) == .replace(.values, layer: 0, rows: 1..<5, with: rows))
        let rest = Tensor<Float>(rows: 2, columns: 1, values: [2, 3])
        #expect(edit.shifted(by: 5) == .replace(.values, layer: 0, rows: 0..<2, with: rest))
        #expect(edit.shifted(by: 7) == nil)
        let cut = Intervention<Float>.knockOut(queries: 4..<Int.max, keys: 2..<6)
        #expect(cut.shifted(by: 3) == .knockOut(queries: 1..<Int.max, keys: 0..<3))
        #expect(cut.shifted(by: 6) == nil)
    }
}

extension GoldenModel {
    /// The folder with inputs of a layer's attention output matrix set to zero; nil where there is
    /// no one file that holds it under one of the known names.
    fileprivate func clearingInputs(
        _ inputs: Range<Int>, layer: Int, ofMatricesOf width: Int
    ) throws -> FileFolder? {
        let folder = try fixture.folder()
        guard folder.fileNames.contains("model.safetensors") else { return nil }
        let contents = try folder.contents(of: "model.safetensors")
        let file = try SafetensorsFile(contents)
        let names = [
            "self_attn.o_proj", "self_attn.out_proj", "self_attn.dense", "attn.c_proj",
            "attn.out_proj", "attention.dense", "self_attention.dense", "attn.attention.out_proj",
        ]
        let entry = file.entries.first { entry in
            entry.name.contains(".\(layer).")
                && names.contains { entry.name.hasSuffix(".\(layer).\($0).weight") }
        }
        guard let entry else { return nil }
        // Zero has no other bits than 0 in any of the formats.
        let size = entry.byteRange.count / entry.shape.reduce(1, *)
        var bytes = contents.copy(0..<contents.byteCount)
        // GPT-2 keeps its matrices inputs first.
        let isTransposed = try modelType == "gpt2"
        let (rows, columns) = (entry.shape[0], entry.shape[1])
        #expect((isTransposed ? rows : columns) == width)
        for row in 0..<rows {
            for column in 0..<columns where inputs.contains(isTransposed ? row : column) {
                let start = entry.byteRange.lowerBound + size * (row * columns + column)
                for byte in start..<start + size { bytes[byte] = 0 }
            }
        }
        return FileFolder(
            name: folder.name,
            files: [
                try folder.contents(of: "config.json"),
                FileContents(copying: bytes, name: "model.safetensors"),
            ])
    }
}
