internal import ScopeTrace

/// Which nodes are the units of a level.
struct NodeChoice {
    private let tree: SyntaxTree
    private let traits: KindTraits

    init(_ tree: SyntaxTree, _ traits: KindTraits) {
        self.tree = tree
        self.traits = traits
    }

    /// By node, whether it is a unit.
    func nodes(of level: SyntaxLevel) -> [Bool] {
        switch level {
        case .node: [Bool](repeating: true, count: tree.nodes.count)
        case .namedNode: tree.nodes.map { $0.traits.contains(.named) }
        case .statement: tree.nodes.map { traits.roles(of: $0).contains(.statement) }
        case .expression: tree.nodes.map(isExpression)
        case .definition: definitions()
        case .block: blocks()
        case .file, .line, .category, .leafType, .group:
            [Bool](repeating: false, count: tree.nodes.count)
        }
    }

    private func isExpression(_ node: SyntaxTree.Node) -> Bool {
        let roles = traits.roles(of: node)
        if roles.contains(.expression) { return true }
        guard roles.contains(.atom), !traits.isUnread(node), let parent = node.parent else {
            return false
        }
        return !traits.roles(of: tree.nodes[parent]).contains(.declaring) || isValue(node)
    }

    /// Whether a name in a declaration is what is declared with, not what is declared.
    private func isValue(_ node: SyntaxTree.Node) -> Bool {
        guard let field = node.field else { return false }
        return ["value", "right", "default_value", "body"].contains(tree.fieldNames[field])
    }

    /// Definitions; one that stands in a wrapper is represented by that.
    private func definitions() -> [Bool] {
        var chosen = [Bool](repeating: false, count: tree.nodes.count)
        for (index, node) in tree.nodes.enumerated() {
            guard !traits.roles(at: index, in: tree).isDisjoint(with: .anyDefinition) else {
                continue
            }
            if let parent = node.parent, traits.roles(of: tree.nodes[parent]).contains(.wrapper) {
                chosen[parent] = true
            } else {
                chosen[index] = true
            }
        }
        return chosen
    }

    /// Constructs with a block as a child; a second block of the same construct, such as an `else`
    /// that is no clause of its own, is a unit by itself, and so is a block that stands alone.
    private func blocks() -> [Bool] {
        var chosen = [Bool](repeating: false, count: tree.nodes.count)
        for (index, node) in tree.nodes.enumerated() {
            guard traits.roles(of: node).contains(.block), !isInnerHalf(index) else { continue }
            guard let parent = node.parent, parent > 0,
                !traits.roles(of: tree.nodes[parent]).contains(.block), !chosen[parent]
            else {
                chosen[index] = true
                continue
            }
            chosen[parent] = true
        }
        return chosen
    }

    /// Whether a block only holds what another kind of block has between its braces.
    private func isInnerHalf(_ index: Int) -> Bool {
        let node = tree.nodes[index]
        guard let parent = node.parent, tree.nodes[parent].kind != node.kind,
            traits.roles(of: tree.nodes[parent]).contains(.block)
        else { return false }
        return tree.children(of: parent).count { tree.nodes[$0].traits.contains(.named) } == 1
    }

    /// What a definition is called: what the grammar's tag query names it, else the text under its `name`.
    static func label(of index: Int, in source: SyntaxSource, _ traits: KindTraits) -> String? {
        let tree = source.tree
        func isDefinition(_ node: Int) -> Bool {
            !traits.roles(at: node, in: tree).isDisjoint(with: .anyDefinition)
        }
        var definition = index
        if traits.roles(of: tree.nodes[index]).contains(.wrapper) {
            guard let inner = tree.children(of: index).first(where: isDefinition) else {
                return nil
            }
            definition = inner
        } else if !isDefinition(index) {
            return nil
        }
        guard let name = traits.tags.names[definition] ?? nameNode(of: definition, in: tree) else {
            return nil
        }
        let bytes = tree.nodes[name].span.clamped(to: 0..<source.text.count)
        return bytes.count > 200 ? nil : String(decoding: source.text[bytes], as: UTF8.self)
    }

    /// The node under a definition's `name`, where need be below its declarators; nil where it has none.
    static func nameNode(of definition: Int, in tree: SyntaxTree) -> Int? {
        var place = definition
        while tree.nodes[place].end > place + 1 {
            guard
                let next = tree.child("name", of: place) ?? tree.child("declarator", of: place)
            else { break }
            place = next
        }
        return place == definition ? nil : place
    }
}
