import Foundation
import ScopeTestKit
import TestFixtures
import Testing
import TinyPythonModel
import TokenScope

/// Two models on one text.
@Suite struct ComparisonTests {
    private static let text = "def area(width, height):\n    return width * height\n"

    /// What fits the context of the smallest fixture.
    private static let shortText = "def area(w):\n    return w\n"

    /// The fixtures that have a tokenizer.
    static let fixtures = Fixtures.folders("models").filter { $0.contains("tokenizer.json") }

    @Test(arguments: fixtures)
    func aModelDiffersFromItselfByExactlyZero(_ fixture: FixtureFolder) throws {
        let (a, b) = (try loadModel(from: fixture.folder()), try loadModel(from: fixture.folder()))
        let result = try compareModels(
            a, b, text: Self.shortText,
            parameters: ComparisonParameters(comparesDistributions: true, comparesParts: true))
        #expect(result.trace[.jensenShannon]?.present.allSatisfy { $0 == 0 } == true)
        #expect(result.parts?.map(\.part) == ModelPart.all(blocks: a.configuration.layerCount))
        #expect(result.parts?.allSatisfy { $0.difference == 0 } == true)
        #expect(result.parts?.mostChanged == nil)
        #expect(result.comparedCount == result.trace.tokens.count - 1)
        #expect(result.comparedCount > 5)
        #expect(result.trace[.divergence]?.present.allSatisfy { $0 == 0 } == true)
        #expect(result.trace[.surprisalA]?.present == result.trace[.surprisalB]?.present)
        #expect(result.firstDisagreement == nil && result.disagreements.isEmpty)
        #expect(result.perplexityA == result.perplexityB)
        #expect(result.layers?.count == a.configuration.layerCount + 1)
        #expect(result.layers?.allSatisfy { $0.relativeDifference == 0 } == true)
        #expect(result.departingLayer == nil && result.meanDivergence == 0)
    }

    @Test(arguments: [(1, nil), (7, nil), (64, ContextWindow(length: 40, stride: 13))])
    func thatHoldsForAnyCutsAndInWindows(_ size: Int, _ window: ContextWindow?) throws {
        let model = try ModelContext.tinyPython.get()
        let result = try compareModels(
            model, model, text: String(repeating: Self.text, count: 4),
            parameters: ComparisonParameters(
                prefillStepSize: size, window: window, comparesParts: true))
        #expect(result.trace[.divergence]?.present.allSatisfy { $0 == 0 } == true)
        #expect(result.parts?.allSatisfy { $0.difference == 0 } == true)
        #expect(result.trace[.partDifferences]?.present.count == result.comparedCount)
        #expect(result.layers?.allSatisfy { $0.relativeDifference == 0 } == true)
        #expect(result.trace.bytes == Array(String(repeating: Self.text, count: 4).utf8))
    }

    /// Two models with one vocabulary.
    struct Pair: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let load: @Sendable () throws -> (ModelContext, ModelContext)

        init(
            _ name: String,
            _ load: @escaping @Sendable () throws -> (ModelContext, ModelContext)
        ) {
            testDescription = name
            self.load = load
        }

        /// Fixtures with the same tokenizer, each with the next, and models that differ in weights.
        static let all =
            fixturePairs + [
                Pair("stored and q4_0") {
                    (
                        try ModelContext.tinyPython.get(),
                        try loadModel(from: .tinyPython, options: ModelOptions(weights: .q4_0))
                    )
                },
                Pair("q8_0 and stored") {
                    (
                        try loadModel(from: .tinyPython, options: ModelOptions(weights: .q8_0)),
                        try ModelContext.tinyPython.get()
                    )
                },
                Pair("two seeds") {
                    (try TinyModel(seed: 1).load(), try TinyModel(seed: 2).load())
                },
            ]

        private static let fixturePairs: [Pair] = {
            var groups: [[UInt8]: [FixtureFolder]] = [:]
            for fixture in fixtures {
                guard let file = try? fixture.contents("tokenizer.json") else { continue }
                groups[file.copy(0..<file.byteCount), default: []].append(fixture)
            }
            return groups.values.flatMap { group in
                zip(group, group.dropFirst()).map { left, right in
                    Pair("\(left) and \(right)") {
                        (
                            try loadModel(from: left.folder()),
                            try loadModel(from: right.folder())
                        )
                    }
                }
            }.sorted { $0.testDescription < $1.testDescription }
        }()
    }

    @Test func thereArePairsOfFixtures() {
        #expect(Pair.all.count { $0.testDescription.contains("/") } >= 2)
    }

    /// Against both models' logits, each taken by a session of its own, in `Double` from the
    /// definition.
    @Test(arguments: Pair.all)
    func numbersAreThoseOfTheDefinition(_ pair: Pair) throws {
        let (a, b) = try pair.load()
        let ids = a.tokenizer.encode(text: Self.shortText)
        let result = try compareModels(a, b, text: Self.shortText)
        #expect(result.trace.ids == ids)
        let (rowsOfA, rowsOfB) = (try Self.logits(a, ids), try Self.logits(b, ids))
        var sums = (a: 0.0, b: 0.0)
        for token in 1..<ids.count {
            let (p, q) = (
                Self.logSoftmax(rowsOfA[token - 1]), Self.logSoftmax(rowsOfB[token - 1])
            )
            let expected = zip(p, q).reduce(0) { $0 + Foundation.exp($1.0) * ($1.0 - $1.1) }
            let divergence = try #require(result.trace[.divergence]?[token])
            #expect(divergence >= 0)
            #expect(abs(divergence - expected) <= 1e-12 + 1e-9 * expected, "token \(token)")
            let surprisals = (-p[ids[token]], -q[ids[token]])
            sums = (sums.a + surprisals.0, sums.b + surprisals.1)
            let ours = (
                try #require(result.trace[.surprisalA]?[token]),
                try #require(result.trace[.surprisalB]?[token])
            )
            #expect(abs(ours.0 - surprisals.0) <= 1e-9 * (1 + surprisals.0))
            #expect(abs(ours.1 - surprisals.1) <= 1e-9 * (1 + surprisals.1))
            #expect(result.trace[.argmaxA]?[token] == Self.argmax(p))
            #expect(result.trace[.argmaxB]?[token] == Self.argmax(q))
        }
        let count = Double(ids.count - 1)
        let perplexity = try #require(result.perplexityA)
        #expect(abs(perplexity / Foundation.exp(sums.a / count) - 1) < 1e-9)
        let other = try #require(result.perplexityB)
        #expect(abs(other / Foundation.exp(sums.b / count) - 1) < 1e-9)
        let differing = (1..<ids.count).filter { token in
            Self.argmax(Self.logSoftmax(rowsOfA[token - 1]))
                != Self.argmax(Self.logSoftmax(rowsOfB[token - 1]))
        }
        #expect(result.disagreements.map(\.rawValue) == differing)
        #expect(result.firstDisagreement?.rawValue == differing.first)
    }

    @Test func layersAreThoseOfTheDefinition() throws {
        let a = try ModelContext.tinyPython.get()
        let b = try loadModel(from: .tinyPython, options: ModelOptions(weights: .q4_0))
        let ids = a.tokenizer.encode(text: Self.text)
        let parameters = ComparisonParameters(prefillStepSize: 5, layerThreshold: 0.1)
        let result = try compareModels(a, b, text: Self.text, parameters: parameters)
        // The last token's row predicts nothing of the text.
        let (statesOfA, statesOfB) = (
            try Self.states(a, Array(ids.dropLast())), try Self.states(b, Array(ids.dropLast()))
        )
        let layers = try #require(result.layers)
        var expectedFirst: Int?
        for (layer, (left, right)) in zip(statesOfA, statesOfB).enumerated() {
            let difference = zip(left.joined(), right.joined())
                .reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
            let reference = left.joined().reduce(0.0) { $0 + Double($1) * Double($1) }
            let expected = (difference / reference).squareRoot()
            #expect(abs(layers[layer].relativeDifference / expected - 1) < 1e-3)
            if expectedFirst == nil, expected > 0.1 { expectedFirst = layer }
        }
        #expect(result.departingLayer == expectedFirst && expectedFirst != nil)
        let departing = try #require(result.trace[.departingLayer])
        for row in 0..<ids.count - 1 {
            let first = statesOfA.indices.first { layer in
                let (left, right) = (statesOfA[layer][row], statesOfB[layer][row])
                let difference = zip(left, right)
                    .reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
                return (difference / left.reduce(0.0) { $0 + Double($1) * Double($1) })
                    .squareRoot() > 0.1
            }
            #expect(departing[row + 1] == first, "row \(row)")
        }
    }

    @Test func cutsBetweenPassesChangeNothingThatMatters() throws {
        let a = try ModelContext.tinyPython.get()
        let b = try loadModel(from: .tinyPython, options: ModelOptions(weights: .q5_1))
        let whole = try compareModels(a, b, text: Self.text)
        for size in [1, 3, 16] {
            let cut = try compareModels(
                a, b, text: Self.text, parameters: ComparisonParameters(prefillStepSize: size))
            let pairs = zip(
                try #require(whole.trace[.divergence]).present,
                try #require(cut.trace[.divergence]).present)
            for (one, other) in pairs { #expect(abs(one - other) <= 1e-3 * (one + 1e-4)) }
        }
    }

    private static func logits(_ model: ModelContext, _ ids: [Int]) throws -> [[Float]] {
        var parameters = GenerateParameters.greedy(maxTokens: 0)
        parameters.prefillStepSize = 128
        var session = try DecodingSession(
            model, ids: Array(ids), parameters: parameters)
        let handle = session.attach(InMemoryObserver(keepsLogits: true))
        while try session.next() != nil {}
        return session[handle].steps.compactMap(\.logits)
    }

    private static func states(_ model: ModelContext, _ ids: [Int]) throws -> [[[Float]]] {
        var sink = StateCollector(layerCount: model.configuration.layerCount)
        var workspace = Workspace<Float>()
        for id in ids.indices {
            // Row by row, with the rows before it in the cache.
            var lanes = [
                Lane(
                    tokens: [ids[id]], cache: sink.cache ?? model.model.makeCache(), logits: .none,
                    signals: SignalRequest(hiddenStates: .all))
            ]
            try model.model.forward(&lanes, in: &workspace, into: &sink)
            sink.cache = lanes[0].cache
        }
        return sink.states
    }

    private static func logSoftmax(_ row: [Float]) -> [Double] {
        let peak = row.map(Double.init).max() ?? 0
        let sum = row.reduce(0) { $0 + Foundation.exp(Double($1) - peak) }
        return row.map { Double($0) - peak - Foundation.log(sum) }
    }

    private static func argmax(_ row: [Double]) -> Int {
        row.indices.max { (row[$0], -$0) < (row[$1], -$1) } ?? 0
    }
}

/// Keeps every layer's rows.
private struct StateCollector: SignalSink {
    var states: [[[Float]]]
    var cache: KVCache<Float>?

    init(layerCount: Int) {
        states = Array(repeating: [], count: layerCount + 1)
    }

    mutating func hiddenState(_ values: Span<Float>, layer: Int, at place: RowPlace) {
        var copy: [Float] = []
        for index in values.indices { copy.append(values[index]) }
        states[layer].append(copy)
    }

    mutating func logits(_ logits: Span<Float>, at place: RowPlace) {}
}
