@testable import ScopeMetrics
import ScopeTestKit
import Testing
import TokenScope

/// Rollout and flow by hand, and against their definitions by whole matrices.
@Suite struct RolloutTests {
    /// Two layers of one head over two tokens.
    static let script = ScriptedAttention(
        layers: [[[[1], [0.5, 0.5]]], [[[1], [0.25, 0.75]]]], ids: [1, 2])

    @Test func rolloutMultipliesTheLayers() throws {
        let trace = try Self.script.trace(with: RolloutObserver(layers: .layers([0])))
        // Â₀ = [1 0; ¼ ¾], Â₁ = [1 0; ⅛ ⅞]: ⅛ · 1 + ⅞ · ¼ = 11/32.
        #expect(areNear(trace.rows(.rollout(layer: 0)), [nil, [1], [0.25, 0.75]]))
        #expect(areNear(trace.rows(.rollout), [nil, [1], [11.0 / 32, 21.0 / 32]]))
    }

    @Test func flowIsTheNarrowestOfThePipes() throws {
        let trace = try Self.script.trace(
            with: AttentionFlowObserver(tokens: TokenIndex(0)..<TokenIndex(10)))
        // To token 0: ⅛ by the top layer and all of it on, and ⅞ to token 1, of which ¼ goes to 0.
        // To token 1: ⅞ to token 1, of which ¾ goes on.
        #expect(areNear(trace.rows(.attentionFlow), [nil, [1], [0.375, 0.75]]))
        #expect(areNear(trace.rows(.attentionFlowShare), [nil, [1], [1.0 / 3, 2.0 / 3]]))
    }

    @Test func flowGoesBackWhereAnotherWayIsNeeded() {
        // Three heights of three tokens; the greedy path to token 0 must give way in part.
        let capacities: [[[Double]]] = [
            [[1], [0.5, 0.5], [0.25, 0, 0.75]], [[0.25], [0.5, 0.5], [0.5, 0.5, 0]],
        ]
        var network = MaximumFlow(capacities: capacities)
        // By token 0 at the middle ½, by token 1 ½ of ½; token 2 gets nothing from the top.
        #expect(isNear(network.value(from: 2, to: 0), 1))
        #expect(isNear(network.value(from: 2, to: 1), 0.5))
        #expect(network.value(from: 2, to: 2) == 0)
        #expect(isNear(network.value(from: 0, to: 0), 0.25))
    }

    /// The flow is at most the least cut among the simple ones, and the definition by paths of small
    /// networks is found.
    @Test func flowEqualsTheLeastCut() {
        var random = SystemlessGenerator(state: 11)
        for _ in 0..<40 {
            let capacities = (0..<2).map { _ in
                (0..<3).map { row in (0...row).map { _ in random.unit() } }
            }
            var network = MaximumFlow(capacities: capacities)
            for source in 0..<3 {
                for sink in 0...source {
                    let flow = network.value(from: source, to: sink)
                    #expect(isNear(flow, leastCut(capacities, source, sink), within: 1e-9))
                }
            }
        }
    }

    /// Over two triangles the nodes between are the middle ones: every choice of them is a cut.
    private func leastCut(_ capacities: [[[Double]]], _ source: Int, _ sink: Int) -> Double {
        let middle = sink...max(sink, source)
        var least = Double.infinity
        for choice in 0..<(1 << middle.count) {
            var cut = 0.0
            for (place, token) in middle.enumerated() {
                let isWithSource = choice >> place & 1 == 1
                cut += isWithSource ? capacities[0][token][sink] : capacities[1][source][token]
            }
            least = min(least, cut)
        }
        return least
    }

    @Test func streamedRowsEqualTheWholeProduct() throws {
        let context = try TinyModel(seed: 3, layerCount: 4).load()
        let prompt = String(repeating: "def f(a):\n    return a + 1\n", count: 4)
        var session = try DecodingSession(
            context, prompt: prompt, parameters: .greedy(maxTokens: 8))
        session.attach(RolloutObserver(layers: .all))
        session.attach(AttentionObserver(AttentionSelection(heads: .mean)))
        while try session.next() != nil {}
        let trace = session.trace
        let count = trace.tokens.count - 1
        #expect(count > 100)
        var product: [[Double]] = []
        for layer in 0..<4 {
            let means = trace.rows(.attention.of(AttentionSource(layer: layer, head: nil)))
            let matrix = (0..<count).map { row -> [Double] in
                let weights = means[row + 1] ?? []
                let mixed = (0..<count).map { key in
                    0.5 * (key < weights.count ? weights[key] : 0) + (key == row ? 0.5 : 0)
                }
                let sum = mixed.reduce(0, +)
                return mixed.map { $0 / sum }
            }
            product = layer == 0 ? matrix : multiply(matrix, product)
            let own = trace.rows(layer == 3 ? .rollout : .rollout(layer: layer))
            for row in 0..<count {
                let streamed = own[row + 1] ?? []
                #expect(
                    areNear(
                        streamed.map { $0 }, product[row].prefix(row + 1).map { $0 }, within: 1e-5))
            }
        }
    }

    private func multiply(_ left: [[Double]], _ right: [[Double]]) -> [[Double]] {
        left.map { row in
            (0..<right.count).map { column in
                row.indices.reduce(0) { $0 + row[$1] * right[$1][column] }
            }
        }
    }

    @Test func onlyTheChosenTokensAreRecorded() throws {
        let observer = RolloutObserver(tokens: TokenIndex(2)..<TokenIndex(3))
        let trace = try Self.script.trace(with: observer)
        #expect(areNear(trace.rows(.rollout), [nil, nil, [11.0 / 32, 21.0 / 32]]))
    }

    /// A row that nothing is known of ends the rollout; it must not go on with a gap.
    @Test func rolloutEndsWhereAWindowMovesOn() throws {
        var parameters = GenerateParameters.greedy(maxTokens: 0)
        parameters.window = ContextWindow(length: 12, stride: 5)
        var session = try DecodingSession(
            try TinyModel().load(), prompt: "def f(a):\n    return a + 1\n", parameters: parameters)
        session.attach(RolloutObserver())
        session.attach(AttentionFlowObserver(tokens: TokenIndex(3)..<TokenIndex(30)))
        while try session.next() != nil {}
        let present = session.trace.rows(.rollout).map { $0 != nil }
        #expect(!present[0])
        #expect(present[1...12].allSatisfy { $0 })
        #expect(present.dropFirst(13).allSatisfy { !$0 })
        #expect(session.trace.rows(.attentionFlow).count { $0 != nil } == 10)
    }
}
