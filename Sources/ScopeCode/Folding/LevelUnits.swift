internal import ScopeTrace

/// The units of a level, and to which of them each segment belongs.
struct LevelUnits {
    private(set) var units: [SyntaxUnit] = []
    /// By segment of the alignment.
    private(set) var unitOf: [Int32] = []
    /// By unit, the unit it lies in, −1 for none; units stand in pre-order.
    private(set) var parents: [Int32] = []

    init(
        _ level: SyntaxLevel, sources: [SyntaxSource], alignment: SyntaxAlignment,
        traits: [KindTraits], classes: (Int) -> [SyntaxClass]
    ) {
        unitOf.reserveCapacity(alignment.segmentCount)
        switch level {
        case .line: cutLines(sources, alignment)
        case .category: gather(sources, alignment) { classes($0).map(\.category) }
        case .leafType: gather(sources, alignment) { classes($0).map(\.type) }
        case .group: gather(sources, alignment) { classes($0).map(\.group) }
        case .node, .namedNode, .expression, .statement, .block, .definition, .file:
            for (place, source) in sources.enumerated() {
                let chosen = NodeChoice(source.tree, traits[place]).nodes(of: level)
                add(
                    chosen, of: source, traits[place], alignment.segments[place],
                    isBlocks: level == .block)
            }
        }
        if parents.isEmpty { parents = [Int32](repeating: -1, count: units.count) }
    }

    var isNested: Bool { parents.contains { $0 >= 0 } }

    private mutating func cutLines(_ sources: [SyntaxSource], _ alignment: SyntaxAlignment) {
        for (place, source) in sources.enumerated() {
            let segments = alignment.segments[place]
            let base = units.count
            for (number, span) in segments.lineSpans.enumerated() {
                units.append(
                    SyntaxUnit(
                        name: "line", region: source.region, span: span, line: number + 1))
            }
            for line in segments.lines {
                unitOf.append(Int32(truncatingIfNeeded: base) + line)
            }
        }
    }

    private mutating func gather(
        _ sources: [SyntaxSource], _ alignment: SyntaxAlignment, names: (Int) -> [String]
    ) {
        var places: [String: Int32] = [:]
        for place in sources.indices {
            for name in names(place) {
                let unit = places[name] ?? Int32(truncatingIfNeeded: units.count)
                if Int(unit) == units.count {
                    units.append(SyntaxUnit(name: name))
                    places[name] = unit
                }
                unitOf.append(unit)
            }
        }
    }

    private mutating func add(
        _ chosen: [Bool], of source: SyntaxSource, _ traits: KindTraits,
        _ segments: SyntaxSegments, isBlocks: Bool
    ) {
        let tree = source.tree
        var unitOfNode = [Int32](repeating: 0, count: tree.nodes.count)
        units.reserveCapacity(units.count + chosen.count)
        var line = 0
        for (index, node) in tree.nodes.enumerated() {
            let around = node.parent.map { unitOfNode[$0] } ?? -1
            guard index == 0 || chosen[index] else {
                unitOfNode[index] = around
                continue
            }
            unitOfNode[index] = Int32(truncatingIfNeeded: units.count)
            let start = index == 0 ? 0 : node.span.lowerBound
            while line + 1 < segments.lineSpans.count,
                segments.lineSpans[line].upperBound <= start
            {
                line += 1
            }
            parents.append(around)
            var label = NodeChoice.label(of: index, in: source, traits)
            if isBlocks, label == nil, traits.roles(of: node).contains(.block),
                let parent = node.parent
            {
                // A second block of a construct, such as an `else`: what it is to that.
                label =
                    tree.kindName(of: parent) + (tree.fieldName(of: index).map { "." + $0 } ?? "")
            }
            units.append(
                SyntaxUnit(
                    name: tree.kindNames[node.kind], label: label, region: source.region,
                    node: index, span: index == 0 ? 0..<source.text.count : node.span,
                    line: line + 1, parent: around < 0 ? nil : Int(around)))
        }
        for node in segments.nodes { unitOf.append(unitOfNode[Int(node)]) }
    }
}
