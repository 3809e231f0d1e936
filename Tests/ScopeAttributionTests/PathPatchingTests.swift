import ScopeAttribution
import ScopeDecoding
import ScopeFiles
import ScopeTensor
import ScopeTestKit
import ScopeTrace
import ScopeTransformer
import TestFixtures
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Path patching against a calculation by hand: matrices from the file, in double precision, with the
/// plain twin's states of the two runs.
@Suite struct PathPatchingTests {
    private static let clean = [5, 17, 3, 12, 7]
    private static let corrupted = [5, 17, 8, 12, 9]
    private static let measure = PatchingMeasure.logitDifference(3, against: 11)
    private static let tiny = TinyModel(seed: 21)

    /// What one run of the twin computes.
    private struct TwinRun: SignalSink {
        typealias Scalar = Double
        var states: [StateSite: [Int: [[Double]]]] = [:]
        var attention: [Int: [Int: [[Double]]]] = [:]
        var logits: [Double] = []
        mutating func state(
            _ row: Span<Double>, site: StateSite, layer: Int, at place: RowPlace
        ) {
            states[site, default: [:]][layer, default: []].append(Self.copy(row))
        }
        mutating func attention(
            _ weights: Span<Double>, layer: Int, head: QueryHead, at place: RowPlace
        ) {
            attention[layer, default: [:]][head.index, default: []].append(Self.copy(weights))
        }
        mutating func logits(_ row: Span<Double>, at place: RowPlace) { logits = Self.copy(row) }
        private static func copy(_ span: Span<Double>) -> [Double] {
            var values: [Double] = []
            for index in span.indices { values.append(span[index]) }
            return values
        }
    }

    /// The model by hand: two layers, four query heads of width 8, two key-value heads.
    private struct ByHand {
        let tensors: SafetensorsFile
        let base: TwinRun
        let source: TwinRun

        init(base: [Int], source: [Int]) throws {
            let folder = tiny.folder
            tensors = try SafetensorsFile(folder.contents(of: "model.safetensors"))
            let twin = try DecoderModel(from: folder, algebra: ScalarAlgebra<Double>())
            func run(_ ids: [Int]) throws -> TwinRun {
                var signals = SignalRequest(attention: .all)
                for site in StateSite.allCases { signals.states[site] = .all }
                var lanes = [Lane(tokens: ids, cache: twin.makeCache(), signals: signals)]
                var workspace = Workspace<Double>()
                var sink = TwinRun()
                try twin.forward(&lanes, in: &workspace, into: &sink)
                return sink
            }
            self.base = try run(base)
            self.source = try run(source)
        }

        func rows(_ run: TwinRun, _ site: StateSite, _ layer: Int) throws -> [[Double]] {
            try #require(run.states[site]?[layer])
        }

        /// `x Wᵀ` with a matrix of the file, of which only some inputs count.
        func multiply(_ x: [Double], _ name: String, inputs: Range<Int>? = nil) throws -> [Double] {
            let values = try tensors.floats(name)
            let columns = x.count
            let inputs = inputs ?? 0..<columns
            return (0..<values.count / columns).map { row in
                inputs.reduce(0.0) { $0 + x[$1] * Double(values[row * columns + $1]) }
            }
        }

        /// The norm, whose factors are all 1.
        func norm(_ x: [Double]) -> [Double] {
            let mean = x.reduce(0) { $0 + $1 * $1 } / Double(x.count)
            return x.map { $0 / (mean + 1e-5).squareRoot() }
        }

        func feedForward(_ x: [Double], layer: Int) throws -> [Double] {
            let input = norm(x)
            let prefix = "model.layers.\(layer).mlp."
            let gate = try multiply(input, prefix + "gate_proj.weight")
            let up = try multiply(input, prefix + "up_proj.weight")
            let inner = zip(gate, up).map { $0 / (1 + exp(-$0)) * $1 }
            return try multiply(inner, prefix + "down_proj.weight")
        }

        func difference(_ final: [Double]) throws -> Double {
            let logits = try multiply(norm(final), "lm_head.weight")
            return logits[3] - logits[11]
        }

        /// What a head adds to the residual stream when it gives its output of the other run.
        func change(_ head: Int, layer: Int, row: Int) throws -> [Double] {
            let before = try rows(base, .headOutputs, layer)[row]
            let after = try rows(source, .headOutputs, layer)[row]
            return try multiply(
                zip(after, before).map { $0 - $1 }, "model.layers.\(layer).self_attn.o_proj.weight",
                inputs: head * 8..<(head + 1) * 8)
        }
    }

    private static func add(_ left: [Double], _ right: [Double]) -> [Double] {
        zip(left, right).map { $0 + $1 }
    }

    private func patching(
        _ direction: PatchingDirection, _ frozen: PathPatching.Frozen
    ) throws -> PathPatching {
        var patching = try PathPatching(
            Self.tiny.load(), clean: Self.clean, corrupted: Self.corrupted, measure: Self.measure,
            direction: direction)
        patching.frozen = frozen
        return patching
    }

    private func byHand(_ direction: PatchingDirection) throws -> ByHand {
        direction == .noising
            ? try ByHand(base: Self.clean, source: Self.corrupted)
            : try ByHand(base: Self.corrupted, source: Self.clean)
    }

    @Test(arguments: PatchingDirection.allCases)
    func theDirectWayToTheLogits(_ direction: PatchingDirection) throws {
        let hand = try byHand(direction)
        let matrix = try patching(direction, .headsAndFeedForward).sweep(to: .logits)
        let last = Self.clean.count - 1
        #expect(matrix.columns == .heads(4) && matrix.layers == [0, 1])
        #expect(
            abs(
                try hand.difference(hand.rows(hand.base, .residualAfter, 1)[last])
                    - matrix.baseValue) <= 1e-5)
        for layer in 0..<2 {
            for head in 0..<4 {
                let final = Self.add(
                    try hand.rows(hand.base, .residualAfter, 1)[last],
                    try hand.change(head, layer: layer, row: last))
                let expected = try hand.difference(final)
                #expect(abs(matrix.values[layer][head] - expected) <= 1e-5)
                #expect(abs(expected - matrix.baseValue) > 1e-4)
            }
        }
    }

    @Test(arguments: PatchingDirection.allCases)
    func theWayToTheLogitsThroughFeedForward(_ direction: PatchingDirection) throws {
        let hand = try byHand(direction)
        let matrix = try patching(direction, .heads).sweep(to: .logits)
        let last = Self.clean.count - 1
        for head in 0..<4 {
            // Layer 0: both feed-forward parts answer; layer 1: the second alone.
            var state = Self.add(
                try hand.rows(hand.base, .residualMiddle, 0)[last],
                try hand.change(head, layer: 0, row: last))
            state = Self.add(state, try hand.feedForward(state, layer: 0))
            state = Self.add(state, try hand.rows(hand.base, .attentionOutput, 1)[last])
            state = Self.add(state, try hand.feedForward(state, layer: 1))
            #expect(abs(matrix.values[0][head] - (try hand.difference(state))) <= 1e-5)
            var later = Self.add(
                try hand.rows(hand.base, .residualMiddle, 1)[last],
                try hand.change(head, layer: 1, row: last))
            later = Self.add(later, try hand.feedForward(later, layer: 1))
            #expect(abs(matrix.values[1][head] - (try hand.difference(later))) <= 1e-5)
        }
    }

    @Test(arguments: PatchingDirection.allCases, PathPatching.Frozen.allCases)
    func theWayToTheValuesOfTwoHeads(
        _ direction: PatchingDirection, _ frozen: PathPatching.Frozen
    ) throws {
        let hand = try byHand(direction)
        // Query heads 2 and 3 share key-value head 1.
        let receiver = PathPatching.Receiver.values([
            HeadPlace(layer: 1, head: 2), HeadPlace(layer: 1, head: 3),
        ])
        let patching = try patching(direction, frozen)
        let matrix = try patching.sweep(to: receiver)
        let last = Self.clean.count - 1
        for head in 0..<4 {
            // The values that reach layer 1 of each row.
            let values = try Self.clean.indices.map { row -> [Double] in
                let change = try hand.change(head, layer: 0, row: row)
                var state = Self.add(try hand.rows(hand.base, .residualMiddle, 0)[row], change)
                state = Self.add(
                    state,
                    frozen == .heads
                        ? try hand.feedForward(state, layer: 0)
                        : try hand.rows(hand.base, .feedForwardOutput, 0)[row])
                let all = try hand.multiply(
                    hand.norm(state), "model.layers.1.self_attn.v_proj.weight")
                return Array(all[8..<16])
            }
            var context = try hand.rows(hand.base, .headOutputs, 1)[last]
            for receiving in 2..<4 {
                let weights = try #require(hand.base.attention[1]?[receiving]?[last])
                for column in 0..<8 {
                    context[receiving * 8 + column] = weights.indices.reduce(0.0) {
                        $0 + weights[$1] * values[$1][column]
                    }
                }
            }
            var state = Self.add(
                try hand.rows(hand.base, .residualBefore, 1)[last],
                try hand.multiply(context, "model.layers.1.self_attn.o_proj.weight"))
            state = Self.add(state, try hand.feedForward(state, layer: 1))
            let expected = try hand.difference(state)
            #expect(abs(matrix.values[0][head] - expected) <= 1e-5)
            #expect(abs(expected - matrix.baseValue) > 1e-5)
            let alone = try patching.effect(
                of: [HeadPlace(layer: 0, head: head)], on: receiver)
            #expect(alone.value == matrix.values[0][head])
            #expect(alone.normalized == matrix.effects[0][head])
        }
        // Nothing leads from a layer to itself.
        #expect(matrix.values[1] == Array(repeating: matrix.baseValue, count: 4))
        let estimate = try patching.estimate(to: receiver)
        #expect(estimate.forwardTokens == 2 * 5 + 4 * 2 * 3)
    }

    /// A way to queries, keys and values at once is a way to attention alone: by hand, queries and keys
    /// of the twin with its input replaced.
    @Test(arguments: ["queries", "keys"])
    func theWayToScores(_ kind: String) throws {
        let hand = try byHand(.noising)
        let all = Set((0..<4).map { HeadPlace(layer: 1, head: $0) })
        let matrix = try patching(.noising, .headsAndFeedForward).sweep(
            to: kind == "keys" ? .keys(all) : .queries(all))
        let twin = try DecoderModel(from: Self.tiny.folder, algebra: ScalarAlgebra<Double>())
        func run(
            _ edits: [Intervention<Double>], keeping site: StateSite? = nil
        ) throws -> TwinRun {
            var signals = SignalRequest()
            if let site { signals.states[site] = .layers([1]) }
            var lanes = [
                Lane(tokens: Self.clean, cache: twin.makeCache(), signals: signals, edits: edits)
            ]
            var workspace = Workspace<Double>()
            var sink = TwinRun()
            try twin.forward(&lanes, in: &workspace, into: &sink)
            return sink
        }
        let site: StateSite = kind == "keys" ? .keys : .queries
        for head in 0..<4 {
            let input = try Self.clean.indices.flatMap { row in
                Self.add(
                    try hand.rows(hand.base, .residualBefore, 1)[row],
                    try hand.change(head, layer: 0, row: row))
            }
            let reached = try run(
                [
                    .replace(
                        .residualBefore, layer: 1, rows: 0..<5,
                        with: Tensor(rows: 5, columns: 32, values: input))
                ], keeping: site)
            let rows = try hand.rows(reached, site, 1)
            let result = try run([
                .replace(
                    site, layer: 1, rows: 0..<5,
                    with: Tensor(rows: 5, columns: rows[0].count, values: Array(rows.joined())))
            ])
            #expect(
                abs(matrix.values[0][head] - (result.logits[3] - result.logits[11])) <= 1e-5)
            #expect(abs(matrix.values[0][head] - matrix.baseValue) > 1e-6)
        }
    }

    @Test func whatHasNoWayIsRefused() throws {
        let patching = try patching(.noising, .heads)
        let shared = PathPatching.Receiver.values([HeadPlace(layer: 1, head: 2)])
        #expect {
            try patching.sweep(to: shared)
        } throws: { error in
            "\(error)".contains("head 3 of layer 1")
        }
        #expect(throws: AttributionFailure.self) { try patching.sweep(to: .keys([])) }
        #expect(throws: AttributionFailure.self) {
            try patching.sweep(to: .queries([HeadPlace(layer: 2, head: 0)]))
        }
        #expect(throws: AttributionFailure.self) {
            try patching.effect(
                of: [HeadPlace(layer: 1, head: 0)], on: .queries([HeadPlace(layer: 1, head: 0)]))
        }
    }

    /// Every family goes the whole way, and all heads of all layers together, nothing else frozen,
    /// make up what attention does.
    @Test(arguments: Fixtures.folders("models"))
    func everyFamilyHasWays(_ folder: FixtureFolder) throws {
        let context = try PatchingTests.context(folder)
        let shape = context.configuration
        var patching = try PathPatching(
            context, clean: PatchingTests.clean, corrupted: PatchingTests.corrupted,
            measure: PatchingTests.measure)
        patching.frozen = .heads
        let all = Set(
            (0..<shape.layerCount).flatMap { layer in
                (0..<shape.queryHeadCount).map { HeadPlace(layer: layer, head: $0) }
            })
        // Every head gives what it gives in the other run, and so does every feed-forward part behind
        // it but for what the embedding itself brings: at the last row the prompts are equal.
        let effect = try patching.effect(of: all, on: .logits)
        let scale = abs(effect.cleanValue) + abs(effect.corruptedValue)
        #expect(abs(effect.value - effect.corruptedValue) <= 1e-4 * scale)
        let last = shape.layerCount - 1
        let heads = Set((0..<shape.queryHeadCount).map { HeadPlace(layer: last, head: $0) })
        for receiver in [PathPatching.Receiver.queries(heads), .keys(heads), .values(heads)] {
            let matrix = try patching.sweep(to: receiver)
            #expect(matrix.values.joined().allSatisfy { $0.isFinite })
            #expect(matrix.values.joined().contains { $0 != matrix.baseValue })
        }
    }
}
