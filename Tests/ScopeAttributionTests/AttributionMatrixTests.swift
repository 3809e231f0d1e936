import ScopeAttribution
import ScopeDecoding
import ScopeTestKit
import ScopeTrace
import ScopeTransformer
import Testing

/// Whole matrices, budgets, and what is counted.
@Suite struct AttributionMatrixTests {
    private static let ids = (0..<40).map { ($0 * 37 + 11) % 257 }

    @Test(arguments: AttributionPropertyTests.methods.indices)
    func aMatrixIsItsRows(_ index: Int) throws {
        let method = AttributionPropertyTests.methods[index]
        let ids = [5, 17, 10, 42, 17, 8]
        let text = try AttributedText(ids, in: TinyModel(seed: 4).load())
        let matrix = try text.attributionMatrix(method)
        #expect(matrix.targets.map(\.token.rawValue) == [1, 2, 3, 4, 5])
        let cost = try #require(matrix.cost)
        #expect(cost.bytes > 0 || method is RandomAttribution)
        let rows = try matrix.rows()
        for (target, row) in zip(matrix.targets, rows) {
            let alone = try method.attribute(target, in: text)
            let peak = alone.scores.map(abs).max() ?? 0
            #expect(row.scores.count == alone.scores.count)
            for (left, right) in zip(row.scores, alone.scores) {
                #expect(abs(left - right) <= 1e-4 * peak, "\(method.name)")
            }
        }
    }

    /// What a plan says of rows is what goes through the model.
    @Test func costsAreWhatIsCounted() throws {
        let model = try TinyModel(seed: 3).counting()
        let text = try AttributedText(Self.ids, in: model.context)
        let loss = try text.attributionMatrix(LeaveOneOut())
        model.reset()
        _ = try loss.rows()
        #expect(model.counts.forwardRows == loss.cost?.forwardRows)
        #expect(model.counts.recorded == 0)
        let scopes = try text.attributionMatrix(SemanticScope())
        model.reset()
        _ = try scopes.rows()
        // One stored pass before; every probe goes back once, sixteen at a time.
        #expect(model.counts.recorded == 0 && model.counts.forwardRows == 0)
        #expect(model.counts.probes.reduce(0, +) == 39 && model.counts.probes.count == 3)
        #expect(scopes.cost?.backwardRows == 39 * 40)
        #expect(scopes.cost?.forwardRows == 0)
    }

    @Test func probesShareOneStoredPass() throws {
        let model = try TinyModel(seed: 3).counting()
        let text = try AttributedText(Self.ids, in: model.context)
        #expect(model.counts.recorded == 1 && model.counts.forwardRows == 0)
        let target = AttributionTarget(TokenIndex(30))
        _ = try FisherScope(rank: .largest(4)).attribute(target, in: text)
        _ = try SemanticScope().attribute(target, in: text)
        #expect(model.counts.recorded == 1 && model.counts.forwardRows == 0)
        #expect(model.counts.probes == [4, 1])
    }

    @Test func rowsComeInOrderWithProgress() throws {
        let text = try AttributedText(Self.ids, in: TinyModel(seed: 3).load())
        let whole = try text.attributionMatrix(SemanticScope(), of: 5..<25)
        let cost = try #require(whole.cost)
        let budgeted = try text.attributionMatrix(
            SemanticScope(), of: 5..<25, budget: cost.bytes / 2)
        #expect(budgeted.targetsAtOnce < whole.targetsAtOnce)
        var places: [Int] = []
        var progress: [Int] = []
        try budgeted.run(
            progress: { (done, all) throws(AttributionFailure) in
                #expect(all == 20 && done == places.count)
                progress.append(done)
            },
            row: { (row) throws(AttributionFailure) in places.append(row.target.rawValue) })
        #expect(places == Array(5..<25))
        #expect(progress.count > 2 && progress.last == 20)
    }

    @Test func aMatrixCanBeEndedAndCancelled() async throws {
        let text = try AttributedText(Self.ids, in: TinyModel(seed: 3).load())
        let matrix = try text.attributionMatrix(GradientNorm(), of: 30..<36, budget: 1_000_000)
        #expect(throws: AttributionFailure.model(.cancelled)) {
            try matrix.run(
                progress: { (done, _) throws(AttributionFailure) in
                    if done > 0 { throw .model(.cancelled) }
                },
                row: { (_) throws(AttributionFailure) in })
        }
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try matrix.rows()
        }
        task.cancel()
        await #expect(throws: AttributionFailure.model(.cancelled)) { try await task.value }
        // Cancelled between two layers of one call.
        let single = Task {
            while !Task.isCancelled { await Task.yield() }
            return try LeaveOneOut().attribute(AttributionTarget(TokenIndex(9)), in: text)
        }
        single.cancel()
        await #expect(throws: AttributionFailure.model(.cancelled)) { try await single.value }
    }

    @Test func aMatrixThatDoesNotFitIsRefused() throws {
        let text = try AttributedText(Self.ids, in: TinyModel(seed: 3).load())
        #expect(throws: AttributionFailure.self) {
            try text.attributionMatrix(SemanticScope(), budget: 1000)
        }
        #expect(throws: AttributionFailure.self) {
            try text.attributionMatrix(SemanticScope(), of: 0..<4)
        }
        #expect(throws: AttributionFailure.self) {
            try text.attributionMatrix(SemanticScope(), of: 38..<42)
        }
    }

    /// The text itself: activations where they fit, inputs where not, and an error that says how much.
    @Test func budgetsChooseWhatIsKept() throws {
        let context = try TinyModel(seed: 3, layerCount: 6).load()
        let need = { (memory: GradientTape<Float>.Memory, probes: Int) in
            AttributedText.byteCount(
                tokens: Self.ids.count, of: context.configuration, memory: memory, probes: probes)
        }
        let rich = try AttributedText(Self.ids, in: context, budget: need(.activations, 16))
        #expect(rich.memory == (kept: .activations, probesAtOnce: 16))
        let tight = try AttributedText(Self.ids, in: context, budget: need(.activations, 3))
        #expect(tight.memory == (kept: .activations, probesAtOnce: 3))
        let poor = try AttributedText(Self.ids, in: context, budget: need(.inputs, 2))
        #expect(poor.memory == (kept: .inputs, probesAtOnce: 2))
        let least = need(.inputs, 1)
        #expect(throws: AttributionFailure.budgetExceeded(needed: least, budget: least - 1)) {
            try AttributedText(Self.ids, in: context, budget: least - 1)
        }
        // What is kept does not change what comes out.
        let target = AttributionTarget(TokenIndex(39))
        let own = try FisherScope().attribute(target, in: rich).scores
        let other = try FisherScope().attribute(target, in: poor).scores
        let peak = own.max() ?? 0
        for (left, right) in zip(own, other) { #expect(abs(left - right) <= 1e-4 * peak) }
    }
}
