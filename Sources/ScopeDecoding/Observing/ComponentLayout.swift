internal import ScopeTransformer

/// Where the kept rows of what blocks compute on their way lie: a plane a component and layer.
struct ComponentLayout: Sendable {
    private struct Plane {
        let firstRow: Int
        let firstValue: Int
        let width: Int
    }

    /// Rows in all planes.
    private(set) var rowCount = 0
    /// Values in all planes.
    private(set) var valueCount = 0
    private var layerCount = 0
    /// By component and layer; nil where there is none.
    private var planes: [Plane?] = []

    /// Lays out what a pass over `rows` will send, behind what is laid out already.
    ///
    /// - Complexity: O(components × layers × wishes); nothing where nothing is wanted.
    mutating func prepare(
        for wishes: [ComponentRequest], of shape: DecoderConfiguration, rows: Range<Int>,
        firstRow: Int, firstValue: Int
    ) {
        rowCount = 0
        valueCount = 0
        layerCount = shape.layerCount
        planes.removeAll(keepingCapacity: true)
        if wishes.isEmpty { return }
        for component in LayerComponent.allCases {
            let width = component.width(in: shape)
            for layer in 0..<layerCount {
                let isWanted = wishes.contains {
                    $0.component == component && $0.rows.overlaps(rows)
                        && $0.layers.contains(layer)
                }
                guard isWanted else {
                    planes.append(nil)
                    continue
                }
                planes.append(
                    Plane(
                        firstRow: firstRow + rowCount, firstValue: firstValue + valueCount,
                        width: width))
                rowCount += rows.count
                valueCount += rows.count * width
            }
        }
    }

    /// A row's number among all rows, and its values; `row` counts in the pass.
    func place(
        of component: LayerComponent, layer: Int, row: Int
    ) -> (row: Int, values: Range<Int>)? {
        let index = component.rawValue * layerCount + layer
        guard planes.indices.contains(index), let plane = planes[index] else { return nil }
        let start = plane.firstValue + row * plane.width
        return (row: plane.firstRow + row, values: start..<start + plane.width)
    }

    /// Values that one row of what is wished for takes, at most.
    static func valuesPerRow(
        of wishes: [ComponentRequest], in shape: DecoderConfiguration
    ) -> Int {
        LayerComponent.allCases.reduce(0) { sum, component in
            let own = wishes.filter { $0.component == component }
            let layers = (0..<shape.layerCount).count { layer in
                own.contains { $0.layers.contains(layer) }
            }
            return sum + layers * component.width(in: shape)
        }
    }
}
