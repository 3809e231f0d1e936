internal import ScopeTensor
internal import ScopeTrace
internal import ScopeTransformer

/// Follows a prediction down through the rows it was made from; see `InformationFlowObserver`.
struct FlowGraphBuilder {
    let model: any InspectableModel<Float>
    let rows: FlowRows
    let threshold: Double

    /// A row behind a block's attention, the parts of which are sought.
    private struct Sum {
        let row: Int
        let node: FlowGraph.Node
        /// The row and its length, the sum of magnitudes.
        let whole: [Double]
        let length: Double
        /// What was there before.
        let residual: [Double]
        /// What feed-forward adds, where it is a part of the same sum.
        let feedForward: [Double]?
        /// The norm and the factor on what the heads bring.
        var update: FrozenNorm?
        /// By token and head.
        var nearnesses: [[Double]] = []
    }

    private var shape: DecoderConfiguration { model.configuration }

    /// The graph of a token's prediction.
    func graph(of target: TokenIndex) -> FlowGraph {
        var graph = FlowGraph(
            target: target, layerCount: rows.layerCount, threshold: threshold, edges: [])
        var reached: Set<Int> = [target.rawValue - 1]
        for layer in (0..<rows.layerCount).reversed() {
            var sums: [Sum] = []
            for row in reached.sorted(by: >) {
                if let sum = sum(layer, row, &graph) { sums.append(sum) }
            }
            if sums.isEmpty { break }
            measureHeads(layer, &sums)
            reached = []
            for sum in sums { follow(sum, layer, &graph, &reached) }
        }
        return graph
    }

    private func node(_ layer: Int, _ row: Int, isMiddle: Bool = false) -> FlowGraph.Node {
        FlowGraph.Node(layer: layer, isMiddle: isMiddle, row: ResidualRow(row))
    }

    /// The sum behind a block's attention that a row above the block leads to, and the edges between;
    /// nil where no edge is large enough.
    private func sum(_ layer: Int, _ row: Int, _ graph: inout FlowGraph) -> Sum? {
        let input = rows.stream[layer][row]
        let output = rows.stream[layer + 1][row]
        let added = rows.added[layer][row]
        func makeSum(
            _ node: FlowGraph.Node, _ whole: [Double], _ residual: [Double],
            _ feedForward: [Double]?
        ) -> Sum {
            Sum(
                row: row, node: node, whole: whole, length: Proximity.length(of: whole),
                residual: residual, feedForward: feedForward)
        }
        if shape.residual == .parallel {
            let feedForward = output.indices.map { output[$0] - input[$0] - added[$0] }
            return makeSum(node(layer + 1, row), output, input, feedForward)
        }
        var residual = input
        if shape.residual == .sequentialFromNorm,
            let norm = model.frozenNorm(.attention(layer: layer), at: input)
        {
            residual = norm(input)
        }
        let middle = residual.indices.map { residual[$0] + added[$0] }
        var base = middle
        if shape.residual == .sequentialFromNorm,
            let norm = model.frozenNorm(.feedForward(layer: layer), at: middle)
        {
            base = norm(middle)
        }
        let update = output.indices.map { output[$0] - base[$0] }
        let length = Proximity.length(of: output)
        let shares = Proximity.shares([
            Proximity.of(update, to: output, length: length),
            Proximity.of(base, to: output, length: length),
        ])
        let place = node(layer, row, isMiddle: true)
        var isReached = false
        for (part, share) in zip([FlowGraph.Part.feedForward, .residual], shares)
        where share > 0 && share >= threshold {
            graph.edges.append(
                FlowGraph.Edge(
                    part: part, source: place, target: node(layer + 1, row), weight: share))
            isReached = true
        }
        return isReached ? makeSum(place, middle, residual, nil) : nil
    }

    /// Measures how near what each head brought from each token comes to each sum.
    private func measureHeads(_ layer: Int, _ sums: inout [Sum]) {
        let matrix = model.attentionOutputMatrix(ofLayer: layer)
        let last = sums.reduce(0) { max($0, $1.row) }
        freezeUpdates(layer, &sums, matrix)
        let page = PagedRows.pageRows
        for start in stride(from: 0, through: last, by: page) {
            let positions = start..<min(start + page, last + 1)
            let outputs = model.headOutputs(of: rows.values[layer].rows(positions), by: matrix)
            for index in sums.indices where sums[index].row >= start {
                for position in start..<min(positions.upperBound, sums[index].row + 1) {
                    let first = (position - start) * rows.headCount
                    measure(layer, position, outputs, first, &sums[index])
                }
            }
        }
    }

    /// Measures how near what the heads brought from one position comes to a sum.
    private func measure(
        _ layer: Int, _ position: Int, _ outputs: Tensor<Float>, _ first: Int, _ sum: inout Sum
    ) {
        var nearnesses: [Double] = []
        for head in 0..<rows.headCount {
            let weight = self.weight(layer, head, sum.row, position)
            nearnesses.append(
                weight == 0
                    ? 0
                    : Proximity.of(
                        outputs.row(first + head), times: weight, through: sum.update,
                        to: sum.whole, length: sum.length))
        }
        sum.nearnesses.append(nearnesses)
    }

    /// Holds what is behind the output matrix at what it gave for each sum.
    private func freezeUpdates(_ layer: Int, _ sums: inout [Sum], _ matrix: Tensor<Float>) {
        let zeros = Array(repeating: 0.0, count: shape.hiddenSize)
        guard model.frozenNorm(.attentionOutput(layer: layer), at: zeros) != nil else { return }
        let bias = model.attentionOutputBias(ofLayer: layer)?.map { Double($0) } ?? zeros
        for index in sums.indices {
            let row = sums[index].row
            var context = [Double](repeating: 0, count: matrix.rows)
            for position in 0...row {
                let values = rows.values[layer][position]
                for head in 0..<rows.headCount {
                    let weight = self.weight(layer, head, row, position)
                    if weight == 0 { continue }
                    for place in 0..<shape.valueDimension {
                        context[head * shape.valueDimension + place] +=
                            weight * values[firstValue(ofHead: head) + place]
                    }
                }
            }
            var whole = bias
            for input in context.indices { add(matrix.row(input), context[input], to: &whole) }
            sums[index].update = model.frozenNorm(.attentionOutput(layer: layer), at: whole)
        }
    }

    private func weight(_ layer: Int, _ head: Int, _ row: Int, _ position: Int) -> Double {
        Double(rows.attention[layer * rows.headCount + head][row, position])
    }

    private func firstValue(ofHead head: Int) -> Int {
        head / (shape.queryHeadCount / shape.keyValueHeadCount) * shape.valueDimension
    }

    private func add(_ row: Span<Float>, _ factor: Double, to sum: inout [Double]) {
        for place in row.indices { sum[place] += factor * Double(row[place]) }
    }

    /// Adds the edges that lead to a sum.
    private func follow(
        _ sum: Sum, _ layer: Int, _ graph: inout FlowGraph, _ reached: inout Set<Int>
    ) {
        var parts = [Proximity.of(sum.residual, to: sum.whole, length: sum.length)]
        if let feedForward = sum.feedForward {
            parts.append(Proximity.of(feedForward, to: sum.whole, length: sum.length))
        }
        let first = parts.count
        for nearnesses in sum.nearnesses { parts += nearnesses }
        let shares = Proximity.shares(parts)
        func add(_ part: FlowGraph.Part, from row: Int, _ weight: Double, _ heads: [Double] = []) {
            guard weight > 0, weight >= threshold else { return }
            graph.edges.append(
                FlowGraph.Edge(
                    part: part, source: node(layer, row), target: sum.node, weight: weight,
                    heads: heads))
            reached.insert(row)
        }
        add(.residual, from: sum.row, shares[0])
        if first > 1 { add(.feedForward, from: sum.row, shares[1]) }
        for position in sum.nearnesses.indices.reversed() {
            let start = first + position * rows.headCount
            let heads = Array(shares[start..<start + rows.headCount])
            add(.attention, from: position, heads.reduce(0, +), heads)
        }
    }
}
