import ScopeTestKit
import Testing
import TokenScope

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Each definition about hidden states on the example of ``HandModel``, worked out on paper.
@Suite struct HiddenStateHandTests {
    private let model = HandModel()

    private func trace(_ observers: any DecodingObserver...) throws -> TokenTrace {
        var session = try DecodingSession(
            model.context, ids: [0, 1, 1], parameters: .greedy(maxTokens: 0))
        for observer in observers { session.attachAny(observer) }
        while try session.next() != nil {}
        return session.trace
    }

    // Row 0 ends at (5, 5), row 1 at (4, 4): both become (1, 1), with the logits 1.5, 2, 2. Row 0 begins at
    // (3, 0), which becomes (√2, 0): √2 + ½, 0, √2. Row 1 begins at (1, 1).
    @Test func theLensReadsEachLayer() throws {
        let trace = try trace(try LensObserver(model.context, count: 2))
        let table = try #require(trace.lensTable())
        #expect(table.layers == [0, 1])
        #expect(table.columns.map(\.token) == [TokenIndex(1), TokenIndex(2)])
        let root = 2.0.squareRoot()
        let early = [exp(root + 0.5), 1, exp(root)]
        let final = [exp(1.5), exp(2), exp(2)]
        let (earlySum, finalSum) = (early.reduce(0, +), final.reduce(0, +))
        let (p, q) = (final.map { $0 / finalSum }, early.map { $0 / earlySum })
        let first = table.columns[0].readings[0]
        #expect(first.ids == [0, 2])
        #expect(areNear(first.probabilities.map { $0 }, [q[0], q[2]]))
        #expect(isNear(first.divergence, zip(p, q).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) }))
        #expect(isNear(first.entropy, -q.reduce(0) { $0 + $1 * log($1) }))
        // The token that stands there is 1.
        #expect(isNear(first.probability, q[1]) && first.rank == 3)
        let last = table.columns[0].readings[1]
        #expect(last.ids == [1, 2] && last.divergence == 0 && last.rank == 1)
        // Row 0's first choice, 1, leads at the end alone, row 1's from the start.
        #expect(table.columns.map(\.leadingLayer) == [1, 0])
        #expect(isNear(table.columns[1].readings[0].divergence, 0))
    }

    /// Whatever the number of layers, the head is asked once a token besides the model's own answer.
    @Test func theHeadIsAskedOnceAToken() throws {
        let context = try TinyModel(layerCount: 6).load()
        let counting = CountingModel(
            try #require(context.model as? any InspectableModel<Float>))
        let counted = ModelContext(
            model: counting, tokenizer: context.tokenizer, identity: context.identity)
        var session = try DecodingSession(
            counted, prompt: "abc", parameters: .greedy(maxTokens: 4))
        session.attach(try LensObserver(counted))
        session.attach(try LensObserver(counted, layers: .none))
        while try session.next() != nil {}
        // Six layers each; the first token has no prediction, and nothing is read for no layers.
        #expect(
            counting.readOuts
                == Array(repeating: 6, count: session.trace.tokens.count - 1))
        #expect(session.signalCounters.hiddenStates == 6 * (session.trace.tokens.count - 1))
        #expect(session.signalCounters.components == 0)
    }

    @Test func statesAreRecordedAsTheyAre() throws {
        let trace = try trace(
            HiddenStateObserver(
                layers: .layers([0]), tokens: TokenIndex(1)..<TokenIndex(3)))
        #expect(trace.rows(.hiddenState(layer: 0)) == [nil, [3, 0], [1, 1]])
        #expect(trace[.hiddenState(layer: 1)] == nil)
    }

    @Test func theStreamsLengthsAndAngles() throws {
        let trace = try trace(ResidualObserver())
        let root = 2.0.squareRoot()
        #expect(areNear(trace.rows(.residualNorm), [nil, [3, 5 * root], [root, 4 * root]]))
        #expect(areNear(trace.rows(.residualCosine), [nil, [1 / root], [1]]))
    }

    /// Row 1: with the norm's scale 4, token 1's direction is (0, ½).
    @Test func aLogitIsTakenApart() throws {
        let trace = try trace(try LogitAttributionObserver(model.context, isByHead: true))
        #expect(isNear(trace[.logitFromEmbedding]?[2], 0.5))
        #expect(trace[.logitFromPosition] == nil)
        #expect(areNear(trace.rows(.logitFromAttention)[2...].map { $0 }, [[1.5]]))
        #expect(areNear(trace.rows(.logitFromHeads(layer: 0))[2...].map { $0 }, [[0, 1.5]]))
        #expect(areNear(trace.rows(.logitFromFeedForward)[2...].map { $0 }, [[0]]))
        #expect(areNear(trace.rows(.logitFromBias)[2...].map { $0 }, [[0, 0]]))
        #expect(isNear(trace[.attributedLogit]?[2], 2))
    }

    /// Token 0 less token 1: (¼, −½), and token 0's bias.
    @Test func aDifferenceIsTakenApart() throws {
        let targets: [LogitTarget] = [.difference(0, 1), .actualAgainst(0)]
        let signs = [1.0, -1]
        for (target, sign) in zip(targets, signs) {
            let trace = try trace(
                try LogitAttributionObserver(model.context, target: target, isByHead: true))
            #expect(isNear(trace[.logitFromEmbedding]?[2], -0.25 * sign))
            #expect(
                areNear(
                    trace.rows(.logitFromHeads(layer: 0))[2...].map { $0 },
                    [[0.25 * sign, -1.5 * sign]]))
            #expect(areNear(trace.rows(.logitFromFeedForward)[2...].map { $0 }, [[0.5 * sign]]))
            #expect(areNear(trace.rows(.logitFromBias)[2...].map { $0 }, [[0, 0.5 * sign]]))
            #expect(isNear(trace[.attributedLogit]?[2], -0.5 * sign))
        }
        // The most probable token besides 1 is 2, whose logit is the same.
        let margin = try trace(try LogitAttributionObserver(model.context, target: .margin))
        #expect(isNear(margin[.attributedLogit]?[2], 0))
        let single = try trace(try LogitAttributionObserver(model.context, target: .token(0)))
        #expect(isNear(single[.attributedLogit]?[2], 1.5))
    }

    // (2, 4) has length 6. Without (1, 1) 4 remain, without (1, 0) 5, without (0, 3) 3: shares 2, 1, 3 of 6.
    // (4, 4) has length 8; without (2, 4) 2 remain, without (2, 0) 6: shares 6, 2 of 8.
    @Test func informationFlowsByNearness() throws {
        func edges(_ threshold: Double) throws -> [FlowGraph.Edge] {
            let observer = try InformationFlowObserver(
                model.context, tokens: TokenIndex(2)..<TokenIndex(3), threshold: threshold)
            let trace = try trace(observer)
            #expect(trace.flowGraph(of: TokenIndex(1)) == nil)
            let graph = try #require(trace.flowGraph(of: TokenIndex(2)))
            #expect(graph.layerCount == 1 && graph.threshold == threshold)
            #expect(FlowGraph(graph.metricRow, target: graph.target) == graph)
            return graph.edges
        }
        let top = FlowGraph.Node(layer: 1, isMiddle: false, row: ResidualRow(1))
        let middle = FlowGraph.Node(layer: 0, isMiddle: true, row: ResidualRow(1))
        let bottom = [0, 1].map {
            FlowGraph.Node(layer: 0, isMiddle: false, row: ResidualRow($0))
        }
        let expected: [FlowGraph.Edge] = [
            .init(part: .feedForward, source: middle, target: top, weight: 0.25),
            .init(part: .residual, source: middle, target: top, weight: 0.75),
            .init(part: .residual, source: bottom[1], target: middle, weight: 1.0 / 3),
            .init(
                part: .attention, source: bottom[1], target: middle, weight: 0.5, heads: [0, 0.5]),
            .init(
                part: .attention, source: bottom[0], target: middle, weight: 1.0 / 6,
                heads: [1.0 / 6, 0]),
        ]
        for (threshold, count) in [(0.0, 5), (0.2, 4), (0.3, 3)] {
            let own = try edges(threshold)
            let kept = expected.filter { $0.weight >= threshold }
            #expect(own.count == count && kept.count == count)
            for (edge, other) in zip(own, kept) {
                #expect(edge.part == other.part)
                #expect(edge.source == other.source && edge.target == other.target)
                #expect(isNear(edge.weight, other.weight))
                #expect(areNear(edge.heads.map { $0 }, other.heads.map { $0 }))
            }
        }
    }

    @Test func otherModelsAreRefused() throws {
        let scripted = ScriptedModel(rows: [[0, 1]]).context
        let range = TokenIndex(1)..<TokenIndex(2)
        #expect(throws: InspectionFailure.notInspectable(model: "scripted")) {
            try LensObserver(scripted)
        }
        #expect(throws: InspectionFailure.notInspectable(model: "scripted")) {
            try LogitAttributionObserver(scripted)
        }
        #expect(throws: InspectionFailure.notInspectable(model: "scripted")) {
            try InformationFlowObserver(scripted, tokens: range)
        }
        #expect(throws: InspectionFailure.tokenOutOfRange(id: 3, vocabularySize: 3)) {
            try LogitAttributionObserver(model.context, target: .difference(0, 3))
        }
    }

    /// Rows of numbers that are no graph, as a file may hold them.
    @Test func whatIsNoGraphIsNotRead() {
        let target = TokenIndex(1)
        let rows: [[Double]] = [
            [], [1, 2], [-1, 0, 0], [1, 0.5, 0], [1, 9, 0], [1, 0, 0, 7, 0, 0, 0, 0, 0, 0, 1],
            [1, 0, 0, 1, 0, 0, 0], [1, 0, 0, 1, 0, 0, -1, 0, 0, 0, 1],
            [1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1], [1, 0, 0, 1, .infinity, 0, 0, 0, 0, 0, 1],
        ]
        for row in rows { #expect(FlowGraph(MetricRow(row), target: target) == nil, "\(row)") }
        #expect(FlowGraph([1, 0, 0.5], target: target)?.edges.isEmpty == true)
    }
}
