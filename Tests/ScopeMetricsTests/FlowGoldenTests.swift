import ScopeTestKit
import TestFixtures
import Testing
import TokenScope

/// Information flow over every family.
@Suite struct FlowGoldenTests {
    /// Shares of every sum add up to 1 where nothing is left out, each edge's heads to the edge, and the graph
    /// that a threshold leaves is part of the whole one.
    @Test(arguments: FixtureModel.all)
    func flowGraphsAreWhole(_ model: FixtureModel) throws {
        let context = try model.context(HostAlgebra())
        let shape = context.configuration
        let ids = try model.ids(7)
        let target = TokenIndex(ids.count)
        let range = target..<TokenIndex(ids.count + 1)
        guard !shape.hasChangingRotation else {
            #expect(throws: InspectionFailure.changingRotation(model: model.fixture.name)) {
                try InformationFlowObserver(context, tokens: range)
            }
            return
        }
        func graph(_ threshold: Double, chunk: Int) throws -> FlowGraph {
            let trace = try FixtureModel.trace(
                context, ids, chunk: chunk,
                try InformationFlowObserver(context, tokens: range, threshold: threshold))
            return try #require(trace.flowGraph(of: target))
        }
        let whole = try graph(0, chunk: 512)
        #expect(try graph(0, chunk: 3) == whole)
        var sums: [FlowGraph.Node: Double] = [:]
        for edge in whole.edges {
            sums[edge.target, default: 0] += edge.weight
            #expect(edge.weight > 0 && edge.weight <= 1 + 1e-9)
            #expect(edge.source < edge.target && edge.source.row <= edge.target.row)
            if edge.part == .attention {
                #expect(edge.heads.count == shape.queryHeadCount)
                #expect(abs(edge.heads.reduce(0, +) - edge.weight) <= 1e-9)
            } else {
                #expect(edge.source.row == edge.target.row && edge.heads.isEmpty)
            }
            #expect(!(shape.residual == .parallel && edge.source.isMiddle))
        }
        for (node, sum) in sums { #expect(abs(sum - 1) <= 1e-9, "\(node)") }
        #expect(
            whole.nodes.last
                == FlowGraph.Node(
                    layer: shape.layerCount, isMiddle: false, row: ResidualRow(ids.count - 1)))
        let pruned = try graph(0.05, chunk: 512)
        #expect(pruned.edges.allSatisfy { $0.weight >= 0.05 && whole.edges.contains($0) })
        #expect(!pruned.edges.isEmpty && pruned.edges.count < whole.edges.count)
    }

    /// What one pass sends, in `Double`.
    struct Rows: SignalSink {
        var attention: [[Int]: [Double]] = [:]
        var components: [[Int]: [Double]] = [:]
        var embedding: [[Double]] = []

        mutating func attention(
            _ weights: Span<Double>, layer: Int, head: QueryHead, at place: RowPlace
        ) {
            attention[[layer, head.index, place.row]] = Self.copy(weights)
        }

        mutating func hiddenState(_ values: Span<Double>, layer: Int, at place: RowPlace) {
            if layer == 0 { embedding.append(Self.copy(values)) }
        }

        mutating func component(
            _ values: Span<Double>, _ component: LayerComponent, layer: Int, at place: RowPlace
        ) {
            components[[component.rawValue, layer, place.row]] = Self.copy(values)
        }

        mutating func logits(_ logits: Span<Double>, at place: RowPlace) {}

        func row(_ component: LayerComponent, _ layer: Int, _ row: Int) throws -> [Double] {
            try #require(components[[component.rawValue, layer, row]])
        }

        private static func copy(_ span: Span<Double>) -> [Double] {
            var values: [Double] = []
            for index in span.indices { values.append(span[index]) }
            return values
        }
    }

    /// The edges to the last row are those that the definition gives in `Double`, part by part; the parts of a
    /// head sum to what the engine says the head added.
    @Test(arguments: FixtureModel.all)
    func theEdgesAreTheDefinitions(_ fixture: FixtureModel) throws {
        let context = try fixture.context(HostAlgebra())
        let shape = context.configuration
        guard !shape.hasChangingRotation else { return }
        let ids = try fixture.ids(6)
        let target = TokenIndex(ids.count)
        let trace = try FixtureModel.trace(
            context, ids,
            try InformationFlowObserver(
                context, tokens: target..<TokenIndex(ids.count + 1), threshold: 0))
        let graph = try #require(trace.flowGraph(of: target))

        let model = try DecoderModel(
            from: try fixture.fixture.folder(), algebra: ScalarAlgebra<Double>())
        var lanes = [
            Lane(
                tokens: ids, cache: model.makeCache(),
                signals: SignalRequest(
                    attention: .all, hiddenStates: .layers([0]),
                    components: LayerComponent.allCases.map { ComponentRequest($0) }))
        ]
        var workspace = Workspace<Double>()
        var rows = Rows()
        try model.forward(&lanes, in: &workspace, into: &rows)

        let row = ids.count - 1
        for layer in 0..<shape.layerCount {
            let input =
                layer == 0 ? rows.embedding[row] : try rows.row(.residual, layer - 1, row)
            let output = try rows.row(.residual, layer, row)
            let fed = try rows.row(.feedForward, layer, row)
            let middle = try middle(input, try rows.row(.attention, layer, row), model, layer)
            let whole = shape.residual == .parallel ? output : middle.whole
            var parts = [middle.residual]
            if shape.residual == .parallel { parts.append(fed) }
            let heads = try headParts(rows, model, layer, row)
            parts += heads
            let shares = Self.shares(parts, of: whole)
            let first = parts.count - heads.count
            for edge in graph.edges
            where edge.target.row.rawValue == row && edge.source.layer == layer {
                let isBehind = edge.target.layer == layer + 1 && shape.residual != .parallel
                if isBehind {
                    let base = zip(output, fed).map { $0 - $1 }
                    let two = Self.shares([fed, base], of: output)
                    let expected = edge.part == .feedForward ? two[0] : two[1]
                    #expect(abs(edge.weight - expected) <= 1e-4)
                    continue
                }
                switch edge.part {
                case .residual: #expect(abs(edge.weight - shares[0]) <= 1e-4)
                case .feedForward: #expect(abs(edge.weight - shares[1]) <= 1e-4)
                case .attention:
                    let start = first + edge.source.row.rawValue * shape.queryHeadCount
                    for (head, own) in edge.heads.enumerated() {
                        #expect(abs(own - shares[start + head]) <= 1e-4)
                    }
                }
            }
        }
    }

    private func middle(
        _ input: [Double], _ added: [Double], _ model: some InspectableModel, _ layer: Int
    ) throws -> (residual: [Double], whole: [Double]) {
        var residual = input
        if model.configuration.residual == .sequentialFromNorm {
            let norm = try #require(model.frozenNorm(.attention(layer: layer), at: input))
            residual = norm(input)
        }
        return (residual: residual, whole: zip(residual, added).map { $0 + $1 })
    }

    /// By token and head.
    private func headParts(
        _ rows: Rows, _ model: DecoderModel<ScalarAlgebra<Double>>, _ layer: Int, _ row: Int
    ) throws -> [[Double]] {
        let shape = model.configuration
        let matrix = model.attentionOutputMatrix(ofLayer: layer)
        let group = shape.queryHeadCount / shape.keyValueHeadCount
        let width = shape.valueDimension
        var raw: [[Double]] = []
        for key in 0...row {
            let values = try rows.row(.values, layer, key)
            for head in 0..<shape.queryHeadCount {
                let weight = try #require(rows.attention[[layer, head, row]])[key]
                var part = [Double](repeating: 0, count: shape.hiddenSize)
                for place in 0..<width {
                    let value = weight * values[head / group * width + place]
                    for column in part.indices {
                        part[column] += value * matrix[head * width + place, column]
                    }
                }
                raw.append(part)
            }
        }
        var whole = model.attentionOutputBias(ofLayer: layer) ?? raw[0].map { _ in 0 }
        for part in raw { for place in part.indices { whole[place] += part[place] } }
        if let update = model.frozenNorm(.attentionOutput(layer: layer), at: whole) {
            raw = raw.map { update.share(of: $0) }
        }
        let engine = try rows.row(.attentionHeads, layer, row)
        for head in 0..<shape.queryHeadCount {
            for place in 0..<shape.hiddenSize {
                var sum = 0.0
                for key in 0...row { sum += raw[key * shape.queryHeadCount + head][place] }
                let expected = engine[head * shape.hiddenSize + place]
                #expect(abs(sum - expected) <= 1e-9 * (1 + abs(expected)))
            }
        }
        return raw
    }

    private static func shares(_ parts: [[Double]], of whole: [Double]) -> [Double] {
        let length = whole.reduce(0) { $0 + abs($1) }
        let nearnesses = parts.map { part in
            max(0, length - zip(whole, part).reduce(0) { $0 + abs($1.0 - $1.1) })
        }
        let sum = nearnesses.reduce(0, +)
        return nearnesses.map { $0 / sum }
    }
}
