internal import ScopeTrace

/// What a grammar's tag query adds to what the table of its language says of nodes.
///
/// The two speak of the same things by other nodes: a query may tag the declarator of a function, the
/// arguments of a call, or the variable that a closure is given to. What both know counts once, as the
/// table's node, with the query's name where the table finds none; what the query alone knows is added.
struct TagIndex {
    /// By node, what it is besides.
    private(set) var roles: [Int: KindTraits.Roles] = [:]
    /// By definition, the node of its name.
    private(set) var names: [Int: Int] = [:]
    /// By node of a name, the type of what it names.
    private(set) var types: [Int: String] = [:]

    init() {}

    init(_ tags: [SyntaxTag], tree: SyntaxTree, kinds: KindTraits) {
        for tag in tags
        where tree.nodes.indices.contains(tag.node) && tree.nodes.indices.contains(tag.name) {
            switch tag.role {
            case .definition:
                guard let role = Self.definitions[tag.kind] else { continue }
                if tag.kind != "module" {
                    types[tag.name] = role == .definition ? "function" : "type"
                }
                define(tag, role, tree, kinds)
            case .reference:
                guard let type = Self.references[tag.kind] else { continue }
                types[tag.name] = types[tag.name] ?? type
                if tag.kind == "call" { call(tag, tree, kinds) }
            }
        }
    }

    /// What a definition of a kind is; constants, properties and the like are none.
    private static let definitions: [String: KindTraits.Roles] = {
        var roles: [String: KindTraits.Roles] = [:]
        for kind in ["function", "method", "macro", "constructor", "operator"] {
            roles[kind] = .definition
        }
        for kind in [
            "class", "interface", "type", "module", "namespace", "struct", "enum", "union", "trait",
            "protocol", "object", "implementation",
        ] {
            roles[kind] = .typeDefinition
        }
        return roles
    }()

    private static let references = [
        "call": "function", "class": "type", "type": "type", "implementation": "type",
        "interface": "type",
    ]

    private mutating func define(
        _ tag: SyntaxTag, _ role: KindTraits.Roles, _ tree: SyntaxTree, _ kinds: KindTraits
    ) {
        func isDefinition(_ node: Int) -> Bool {
            !kinds.roles(of: tree.nodes[node]).isDisjoint(with: .anyDefinition)
        }
        var around = tree.nodes[tag.name].parent
        while let place = around {
            if isDefinition(place) {
                let label = NodeChoice.nameNode(of: place, in: tree)
                if label == tag.name { return }
                if label == nil, tree.nodes[tag.name].parent == place || place == tag.node {
                    names[place] = tag.name
                    return
                }
            }
            // A definition further out is another one.
            if place <= tag.node { break }
            around = tree.nodes[place].parent
        }
        // A declarator, whose definition is around it.
        around = tree.nodes[tag.node].parent
        while let place = around {
            if isDefinition(place) {
                if NodeChoice.nameNode(of: place, in: tree) == tag.name { return }
                break
            }
            around = tree.nodes[place].parent
        }
        // A closure that is given a name by where it stands.
        if let value = tree.children(of: tag.node).first(where: {
            isDefinition($0) && NodeChoice.nameNode(of: $0, in: tree) == nil
        }) {
            names[value] = tag.name
            return
        }
        guard !isDefinition(tag.node) else { return }
        // A node with nothing but its name mentions it.
        let hasMore = tree.children(of: tag.node).contains {
            tree.nodes[$0].traits.contains(.named)
                && !tree.nodes[$0].span.contains(tree.nodes[tag.name].span.lowerBound)
        }
        guard hasMore else { return }
        roles[tag.node, default: []].formUnion(role)
        names[tag.node] = tag.name
    }

    private mutating func call(_ tag: SyntaxTag, _ tree: SyntaxTree, _ kinds: KindTraits) {
        var place = Optional(tag.name)
        while let node = place {
            if kinds.roles(of: tree.nodes[node]).contains(.call) {
                // That of the name itself, or one in whose arguments the name stands.
                if node >= tag.node || tree.nodes[tag.node].parent == node { return }
                break
            }
            place = tree.nodes[node].parent
        }
        roles[tag.node, default: []].formUnion(.call)
    }
}
