import ScopeTrace
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Lens tables and flow graphs, as a trace keeps them and as they are written.
@Suite struct HiddenStateValueTests {
    private func trace() -> TokenTrace {
        var trace = TokenTrace(
            header: TraceHeader(
                model: ModelIdentity(
                    name: "none", family: "none", fingerprint: "", parameterCount: 0),
                kernels: "none", settings: GenerationSettings(maxTokens: 3, seed: 7),
                eosTokenIDs: [], contextLength: 8, libraryVersion: "0"))
        for id in 0..<4 { trace.append(id: id, bytes: [65], origin: .prompt) }
        return trace
    }

    /// Readings of layers 0, 3 and 12 at a token.
    private func write(_ trace: inout TokenTrace, at index: Int, layers: [Int] = [0, 3, 12]) {
        let kind = LensKind.tuned
        trace.record(at: TokenIndex(index)) { metrics in
            for layer in layers {
                metrics[kind.ids(layer: layer)] = [layer, 7]
                metrics[kind.probabilities(layer: layer)] = [0.5, 0.25]
            }
            metrics[kind.divergence] = MetricRow(layers.map { Double($0) / 4 })
            metrics[kind.entropy] = MetricRow(layers.map { Double($0) })
            metrics[kind.probability] = MetricRow(layers.map { _ in 0.125 })
            metrics[kind.rank] = MetricRow(layers.map { Double($0 + 1) })
            metrics[kind.lead] = 3
        }
    }

    @Test func aTableIsReadFromItsColumns() throws {
        var trace = trace()
        #expect(trace.lensTable(.tuned) == nil)
        write(&trace, at: 1)
        write(&trace, at: 3)
        #expect(trace.lensTable(.logit) == nil)
        let table = try #require(trace.lensTable(.tuned))
        // In the order of numbers, not of names.
        #expect(table.kind == .tuned && table.layers == [0, 3, 12])
        #expect(table.columns.map(\.token) == [TokenIndex(1), TokenIndex(3)])
        #expect(table.columns.map(\.leadingLayer) == [3, 3])
        #expect(
            table.columns[1].readings[2]
                == LensTable.Reading(
                    layer: 12, ids: [12, 7], probabilities: [0.5, 0.25], divergence: 3, entropy: 12,
                    probability: 0.125, rank: 13))
        let back = try JSONDecoder().decode(
            LensTable.self, from: JSONEncoder().encode(table))
        #expect(back == table)
        // The columns survive as those of any trace do.
        let written = try JSONEncoder().encode(trace)
        let read = try JSONDecoder().decode(TokenTrace.self, from: written)
        #expect(read.lensTable(.tuned) == table)
    }

    /// Columns that do not fit one another, as a file may hold them, are left out.
    @Test func whatIsNotWholeIsLeftOut() throws {
        var trace = trace()
        write(&trace, at: 1)
        write(&trace, at: 2, layers: [0, 3])
        write(&trace, at: 3)
        trace.record(at: TokenIndex(3)) { $0[LensKind.tuned.rank] = [1, 1.5, 2] }
        let table = try #require(trace.lensTable(.tuned))
        #expect(table.columns.map(\.token) == [TokenIndex(1)])
    }

    @Test func aGraphSurvivesInATrace() throws {
        func node(_ layer: Int, _ isMiddle: Bool, _ row: Int) -> FlowGraph.Node {
            FlowGraph.Node(layer: layer, isMiddle: isMiddle, row: ResidualRow(row))
        }
        let graph = FlowGraph(
            target: TokenIndex(3), layerCount: 1, threshold: 0.125,
            edges: [
                .init(
                    part: .feedForward, source: node(0, true, 2), target: node(1, false, 2),
                    weight: 0.75),
                .init(
                    part: .attention, source: node(0, false, 1), target: node(0, true, 2),
                    weight: 0.5, heads: [0.125, 0.375]),
                .init(
                    part: .residual, source: node(0, false, 2), target: node(0, true, 2),
                    weight: 0.25),
            ])
        var trace = trace()
        trace.record(at: TokenIndex(3)) { $0[.informationFlow] = graph.metricRow }
        let written = try JSONEncoder().encode(trace)
        let read = try JSONDecoder().decode(TokenTrace.self, from: written)
        #expect(read.flowGraph(of: TokenIndex(3)) == graph)
        #expect(read.flowGraph(of: TokenIndex(2)) == nil)
        #expect(read.flowGraph(of: TokenIndex(9)) == nil)
        #expect(
            graph.nodes == [
                node(0, false, 1), node(0, false, 2), node(0, true, 2), node(1, false, 2),
            ])
        #expect(
            try JSONDecoder().decode(FlowGraph.self, from: JSONEncoder().encode(graph)) == graph)
    }
}
