extension MetricKey where Value == MetricRow {
    /// An information-flow graph as numbers; see ``TokenTrace/flowGraph(of:)``, which reads it.
    public static let informationFlow = MetricKey("information_flow", unit: .ratio)
}

// Layout: layers, heads, threshold; then for each edge its part, source layer, source middle, source
// row, target layer, target middle, target row, weight; for attention followed by a share a head.

extension FlowGraph {
    private static var headerCount: Int { 3 }
    private static var edgeCount: Int { 8 }

    /// The graph as a row of numbers, for a trace.
    public var metricRow: MetricRow {
        let heads = edges.first { $0.part == .attention }?.heads.count ?? 0
        var values = [Double(layerCount), Double(heads), threshold]
        for edge in edges {
            values.append(Double(Part.allCases.firstIndex(of: edge.part) ?? 0))
            for node in [edge.source, edge.target] {
                values += [
                    Double(node.layer), node.isMiddle ? 1 : 0, Double(node.row.rawValue),
                ]
            }
            values.append(edge.weight)
            values += edge.heads
        }
        return MetricRow(values)
    }

    /// Reads a graph back; nil where the numbers are none.
    ///
    /// - Parameters:
    ///   - row: What ``metricRow`` gave.
    ///   - target: The token whose prediction is explained.
    public init?(_ row: MetricRow, target: TokenIndex) {
        let values = row.values
        guard values.count >= Self.headerCount, let layers = Self.count(values[0]),
            let heads = Self.count(values[1]), heads <= values.count
        else { return nil }
        self.init(target: target, layerCount: layers, threshold: values[2], edges: [])
        var place = Self.headerCount
        while place < values.count {
            guard place + Self.edgeCount <= values.count, let number = Self.count(values[place]),
                Part.allCases.indices.contains(number),
                let source = Self.node(values[(place + 1)...]),
                let end = Self.node(values[(place + 4)...])
            else { return nil }
            let part = Part.allCases[number]
            let first = place + Self.edgeCount
            let last = first + (part == .attention ? heads : 0)
            guard last <= values.count else { return nil }
            edges.append(
                Edge(
                    part: part, source: source, target: end, weight: values[place + 7],
                    heads: Array(values[first..<last])))
            place = last
        }
    }

    private static func node(_ values: ArraySlice<Double>) -> Node? {
        let start = values.startIndex
        guard let layer = count(values[start]), let row = count(values[start + 2]) else {
            return nil
        }
        return Node(layer: layer, isMiddle: values[start + 1] != 0, row: ResidualRow(row))
    }

    private static func count(_ value: Double) -> Int? {
        Int(exactly: value).flatMap { $0 >= 0 ? $0 : nil }
    }
}

extension TokenTrace {
    /// The routes by which the prediction of a token was put together; nil where none were recorded.
    ///
    /// - Parameter token: A token of the trace.
    /// - Returns: What was recorded under `MetricKey.informationFlow`.
    /// - Complexity: O(edges).
    public func flowGraph(of token: TokenIndex) -> FlowGraph? {
        guard let column = self[.informationFlow], column.indices.contains(token.rawValue),
            let row = column[token]
        else { return nil }
        return FlowGraph(row, target: token)
    }
}
