import ScopeAttribution
import ScopeDecoding
import ScopeTensor
import ScopeTestKit
import ScopeTrace
import ScopeTransformer
import TestFixtures
import Testing

/// Activation patching: every family, against plain passes, and its own laws.
@Suite struct PatchingTests {
    private static let folders = Fixtures.folders("models")

    static func context(_ folder: FixtureFolder) throws -> ModelContext {
        let model = try DecoderModel(from: try folder.folder(), algebra: HostAlgebra())
        return ModelContext(
            model: model, tokenizer: ByteTokenizer(),
            identity: ModelIdentity(
                name: folder.name, family: model.configuration.modelType, fingerprint: "",
                parameterCount: 0))
    }

    /// Two prompts that differ at token 2 alone.
    static let clean = [5, 17, 3, 12, 7, 9]
    static let corrupted = [5, 17, 8, 12, 7, 9]
    static let measure = PatchingMeasure.logitDifference(3, against: 11)

    /// What one row of states and logits a plain pass gives.
    struct Plain: SignalSink {
        typealias Scalar = Float
        var values: [Float] = []
        var logits: [Float] = []
        mutating func state(
            _ row: Span<Float>, site: StateSite, layer: Int, at place: RowPlace
        ) {
            for index in row.indices { values.append(row[index]) }
        }
        mutating func logits(_ row: Span<Float>, at place: RowPlace) {
            logits = []
            for index in row.indices { logits.append(row[index]) }
        }
    }

    static func pass(
        _ model: any LanguageModel<Float>, _ ids: [Int], _ edits: [Intervention<Float>] = [],
        keeping site: StateSite? = nil, layer: Int = 0
    ) throws -> Plain {
        var signals = SignalRequest()
        if let site { signals.states[site] = .layers([layer]) }
        var lanes = [Lane(tokens: ids, cache: model.makeCache(), signals: signals, edits: edits)]
        var workspace = Workspace<Float>()
        var sink = Plain()
        try model.forward(&lanes, in: &workspace, into: &sink)
        return sink
    }

    private static func difference(_ logits: [Float]) -> Double {
        Double(logits[3]) - Double(logits[11])
    }

    @Test(arguments: folders)
    func patchingTheOnlyDifferenceGivesTheCleanRunExactly(_ folder: FixtureFolder) throws {
        let context = try Self.context(folder)
        var patching = try ActivationPatching(
            context, clean: Self.clean, corrupted: Self.corrupted, measure: Self.measure)
        patching.rowsAtOnce = 12
        let matrix = try patching.sweep(over: .residual)
        #expect(matrix.layers == Array(0..<context.configuration.layerCount))
        #expect(matrix.columns == .tokens((0..<6).map { TokenIndex($0) }))
        let clean = Self.difference(try Self.pass(context.model, Self.clean).logits)
        let corrupted = Self.difference(try Self.pass(context.model, Self.corrupted).logits)
        #expect(matrix.cleanValue == clean && matrix.corruptedValue == corrupted)
        #expect(matrix.baseValue == corrupted && matrix.baseEffect == 0)
        // What enters the first block differs at token 2 alone.
        #expect(matrix.values[0] == [corrupted, corrupted, clean, corrupted, corrupted, corrupted])
        #expect(matrix.effects[0][2] == 1)
        for row in matrix.values { #expect(row[..<2].allSatisfy { $0 == corrupted }) }
        #expect(matrix.values.last?.last != corrupted)
    }

    @Test(arguments: folders)
    func everyCellIsAPlainPassWithOneChange(_ folder: FixtureFolder) throws {
        let context = try Self.context(folder)
        let shape = context.configuration
        let patching = try ActivationPatching(
            context, clean: Self.clean, corrupted: Self.corrupted, measure: Self.measure)
        for component in ActivationPatching.Component.allCases {
            let matrix = try patching.sweep(over: component, positions: 1..<6)
            let site: StateSite =
                switch component {
                case .residual: .residualBefore
                case .attention: .attentionOutput
                case .feedForward: .feedForwardOutput
                case .heads: .headOutputs
                }
            let width = site.width(in: shape)
            let layer = shape.layerCount - 1
            let states = try Self.pass(
                context.model, Self.clean, keeping: site, layer: layer
            ).values
            for column in 0..<matrix.columns.count {
                var edits: [Intervention<Float>] = []
                if component == .heads {
                    let part = shape.valueDimension
                    var values: [Float] = []
                    for row in 1..<6 {
                        let start = row * width + column * part
                        values += states[start..<start + part]
                    }
                    edits.append(
                        .replace(
                            site, layer: layer, rows: 1..<6,
                            part: .queryHeads([QueryHead(column)]),
                            with: Tensor(rows: 5, columns: part, values: values)))
                } else {
                    let row = column + 1
                    edits.append(
                        .replace(
                            site, layer: layer, rows: row..<row + 1,
                            with: Tensor(vector: Array(states[row * width..<(row + 1) * width]))))
                }
                let logits = try Self.pass(context.model, Self.corrupted, edits).logits
                let peak = Double(logits.map(abs).max() ?? 0)
                #expect(
                    abs(matrix.values[layer][column] - Self.difference(logits)) <= 2e-5 * peak,
                    "\(component) \(column)")
            }
        }
    }

    @Test func theOtherDirectionIsTheOtherRun() throws {
        let context = try TinyModel(seed: 8).load()
        let there = try ActivationPatching(
            context, clean: Self.clean, corrupted: Self.corrupted, measure: .logProbability(4))
        let back = try ActivationPatching(
            context, clean: Self.corrupted, corrupted: Self.clean, measure: .logProbability(4),
            direction: .noising)
        for component in ActivationPatching.Component.allCases {
            let (left, right) = (
                try there.sweep(over: component), try back.sweep(over: component)
            )
            #expect(left.values == right.values)
            #expect(right.baseEffect == 1)
            for (one, other) in zip(left.effects.joined(), right.effects.joined()) {
                #expect(abs(one + other - 1) <= 1e-9)
            }
        }
    }

    @Test func batchesChangeNothingButTheLastBits() throws {
        let context = try TinyModel(seed: 9, layerCount: 3).load()
        let clean = (0..<40).map { 97 + $0 % 9 }
        var corrupted = clean
        (corrupted[4], corrupted[20]) = (65, 66)
        var patching = try ActivationPatching(
            context, clean: clean, corrupted: corrupted, measure: .probability(97))
        let whole = try patching.sweep(over: .attention, layers: .layers([0, 2]))
        #expect(whole.layers == [0, 2])
        for rows in [1, 7, 100] {
            patching.rowsAtOnce = rows
            var told: [Int] = []
            let estimate = try patching.estimate(over: .attention, layers: .layers([0, 2]))
            let matrix = try patching.sweep(over: .attention, layers: .layers([0, 2])) {
                told.append($0)
                #expect($1 == estimate.forwardTokens)
            }
            #expect(told == told.sorted() && told.last == estimate.forwardTokens)
            // Rows before the first difference cost nothing.
            #expect(estimate.forwardTokens == 80 + 2 * (1...36).reduce(0, +))
            for (own, other) in zip(matrix.values.joined(), whole.values.joined()) {
                #expect(abs(own - other) <= 1e-6)
            }
        }
    }

    @Test func whatCannotBePatchedIsRefused() throws {
        let context = try TinyModel().load()
        func patching(
            _ clean: [Int], _ corrupted: [Int], _ measure: PatchingMeasure = .logProbability(3)
        ) throws -> ActivationPatching {
            try ActivationPatching(context, clean: clean, corrupted: corrupted, measure: measure)
        }
        #expect(throws: AttributionFailure.promptsOfOtherLength(clean: 2, corrupted: 3)) {
            try patching([1, 2], [1, 2, 3])
        }
        #expect(throws: AttributionFailure.self) { try patching([], []) }
        #expect(
            throws: AttributionFailure.model(.tokenOutOfRange(id: 257, vocabularySize: 257))
        ) { try patching([1], [2], .logitDifference(0, against: 257)) }
        #expect(
            throws: AttributionFailure.model(.contextExceeded(length: 300, limit: 256))
        ) { try patching(Array(repeating: 1, count: 300), Array(repeating: 2, count: 300)) }
        let same = try patching([1, 2], [1, 2])
        #expect {
            try same.sweep(over: .residual)
        } throws: { error in
            guard case .nothingToPatch? = error as? AttributionFailure else { return false }
            return true
        }
        let fine = try patching([1, 2, 3], [1, 4, 3])
        #expect(throws: AttributionFailure.self) { try fine.sweep(over: .heads, positions: 1..<4) }
        #expect(throws: AttributionFailure.self) {
            try fine.sweep(over: .heads, layers: .layers([2]))
        }
        let needed = try fine.estimate(over: .residual).byteCount
        #expect(throws: AttributionFailure.budgetExceeded(needed: needed, budget: 1000)) {
            try fine.sweep(over: .residual, budget: 1000)
        }
        _ = try fine.sweep(over: .residual, budget: needed)
    }

    @Test func aCancelledTaskEndsASweep() async throws {
        let context = try TinyModel(layerCount: 4).load()
        let task = Task { () throws -> PatchingMatrix in
            while !Task.isCancelled { await Task.yield() }
            return try ActivationPatching(
                context, clean: Self.clean, corrupted: Self.corrupted, measure: Self.measure
            ).sweep(over: .residual)
        }
        task.cancel()
        await #expect(throws: AttributionFailure.model(.cancelled)) { try await task.value }
    }
}
