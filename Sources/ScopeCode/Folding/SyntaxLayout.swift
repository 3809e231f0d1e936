internal import ScopeTrace

/// Documents, trees and tokens laid over one another: what every fold of a trace begins with.
struct SyntaxLayout {
    let sources: [SyntaxSource]
    let alignment: SyntaxAlignment
    let traits: [KindTraits]

    init(_ sources: [SyntaxSource], trace: TokenTrace, map: DocumentMap) {
        self.sources = sources
        alignment = SyntaxAlignment(sources, tokens: trace.tokens, map: map)
        traits = sources.map { KindTraits($0) }
    }

    /// The units of levels, in order; what several of them need is worked out once.
    func units(of levels: [SyntaxLevel]) -> [LevelUnits] {
        var classes: [[SyntaxClass]] = []
        return levels.map { level in
            if [.category, .leafType, .group].contains(level), classes.isEmpty {
                classes = sources.indices.map(self.classes(of:))
            }
            return LevelUnits(
                level, sources: sources, alignment: alignment, traits: traits,
                classes: { classes[$0] })
        }
    }

    func units(of level: SyntaxLevel) -> LevelUnits { units(of: [level])[0] }

    /// The documents as a report shows them.
    var regions: [SyntaxRegion] {
        sources.map { source in
            SyntaxRegion(
                number: source.region, byteCount: source.text.count,
                errorShare: source.tree.errors(in: source.text).share,
                tree: source.tree)
        }
    }

    /// The class of each segment of a document.
    func classes(of place: Int) -> [SyntaxClass] {
        let source = sources[place]
        let (tree, kinds, segments) = (source.tree, traits[place], alignment.segments[place])
        let types = NodeTypes(tree, kinds: kinds, text: source.text, marks: source.marks)
        func isGroup(_ index: Int, _ node: SyntaxTree.Node) -> Bool {
            // What defines or calls something is a group of its own.
            kinds.roles(of: node).contains(.group) || kinds.tags.roles[index] != nil
        }
        var groups = [Int](repeating: 0, count: tree.nodes.count)
        for (index, node) in tree.nodes.enumerated() {
            if let parent = node.parent {
                groups[index] =
                    isGroup(index, node) ? node.kind : groups[parent]
            } else {
                groups[index] = node.kind
            }
        }
        return segments.starts.indices.map { segment in
            let node = Int(segments.nodes[segment])
            let type = types.type(of: node, bytes: segments.range(of: segment))
            return SyntaxClass(
                type: type, category: LeafTypes.category(of: type),
                group: tree.kindNames[groups[node]])
        }
    }

    /// The leaves that a token touches.
    func matches(of token: TokenRecord, map: DocumentMap) -> [LeafMatch] {
        var matches: [LeafMatch] = []
        for share in alignment.shares(of: token.index.rawValue) {
            let segment = Int(alignment.shareSegments[share])
            let place = alignment.bases.lastIndex { $0 <= segment } ?? 0
            let node = Int(alignment.segments[place].nodes[segment - alignment.bases[place]])
            let tree = sources[place].tree
            guard tree.nodes[node].end == node + 1 else { continue }
            let weight = alignment.shareWeights[share]
            // A leaf of several lines has a segment for each.
            if let last = matches.last, last.region == sources[place].region, last.node == node {
                matches[matches.count - 1].share += weight
                continue
            }
            let ranges = map.documentRanges(of: token.sequenceSpan)
                .filter { $0.region == sources[place].region }
            for range in ranges {
                guard let match = TokenMatch(token: range.bytes, leaf: tree.nodes[node].span) else {
                    continue
                }
                matches.append(
                    LeafMatch(
                        match: match, region: sources[place].region, node: node, share: weight))
                break
            }
        }
        let order = matches.indices.sorted {
            (-matches[$0].share, $0) < (-matches[$1].share, $1)
        }
        return order.map { matches[$0] }
    }
}
