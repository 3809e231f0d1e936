internal import ScopeTrace

/// What a piece of text is, in the words of TokenScope: its type, the type's category, and the kind of
/// the construct it stands in.
///
/// Types: `keyword`; `op_arith`, `op_comp`, `op_assign`, `op_logic`, `op_bit`, `op_member`,
/// `op_identity`, `op_other`; `delim_bracket`, `delim_quote`, `delim_punctuation`; `attribute`,
/// `function`, `constant`, `variable`, `type`, `parameter`, `label`, `module`; `integer`, `float`,
/// `number`, `string`, `escape`, `character`, `boolean`, `null`, `regex`; `comment`; `newline`, `tab`,
/// `space`, `unknown`; else the node's kind. Categories: `keyword`, `operator`, `delimiter`,
/// `identifier`, `literal`, `comment`, `fill`; else the type.
///
/// It differs from TokenScope where that mixes unlike things: keywords are a category of their own, and
/// names of types and definitions are no variables.
public struct SyntaxClass: Hashable, Codable, Sendable {
    /// The type.
    public var type: String
    /// The type's category.
    public var category: String
    /// The kind of the nearest statement, definition, call, collection or comment around it, else of
    /// the root.
    public var group: String

    /// Makes a class.
    public init(type: String, category: String, group: String) {
        self.type = type
        self.category = category
        self.group = group
    }
}

/// The types of the nodes of a tree, by the table of its language and, where there is one, by the
/// grammar's highlight query.
struct NodeTypes {
    private let tree: SyntaxTree
    private let kinds: KindTraits
    private let text: [UInt8]
    /// By node, what a highlight query says.
    private let marks: [Int: String]

    init(_ tree: SyntaxTree, kinds: KindTraits, text: [UInt8], marks: [Int: String]) {
        self.tree = tree
        self.kinds = kinds
        self.text = text
        self.marks = marks
    }

    /// The type of bytes that a node owns.
    func type(of index: Int, bytes: Range<Int>) -> String {
        let node = tree.nodes[index]
        let slice = text[bytes.clamped(to: 0..<text.count)]
        let isLeaf = node.end == index + 1
        if let type = LeafTypes.blank(slice), !slice.isEmpty {
            // Blanks within a string belong to the string.
            guard let owner = kinds.type(of: node), LeafTypes.category(of: owner) != "fill" else {
                return type
            }
            return owner
        }
        if !node.traits.contains(.named) {
            return literalType(of: node)
        }
        if let type = kinds.type(of: node), type != "attribute" { return type }
        if kinds.roles(of: node).contains(.atom) || kinds.type(of: node) == "attribute" {
            return nameType(of: index)
        }
        if let mark = marks[index], let type = HighlightNames.type(of: mark) { return type }
        return isLeaf ? tree.kindNames[node.kind] : "unknown"
    }

    /// The type of a literal of the grammar: what its text says, unless what it stands in says more.
    private func literalType(of node: SyntaxTree.Node) -> String {
        let name = tree.kindNames[node.kind]
        guard let around = node.parent.map({ tree.nodes[$0] }) else {
            return kinds.literalType(of: node)
        }
        // The two words of `not in` are one operator.
        if !around.traits.contains(.named), around.parent != nil {
            return kinds.literalType(of: around)
        }
        if let type = kinds.type(of: around), ["comment", "type", "regex"].contains(type) {
            return type
        }
        let roles = kinds.roles(of: around)
        if roles.contains(.angles), ["<", ">", "</", "/>"].contains(name) {
            return "delim_bracket"
        }
        let type = kinds.literalType(of: node)
        // `in` of a loop and `@` of a decorator compute nothing.
        if !roles.contains(.expression) {
            if name == "@" { return "delim_punctuation" }
            let isWord = name.unicodeScalars.allSatisfy(\.properties.isAlphabetic)
            if isWord, LeafTypes.category(of: type) == "operator" { return "keyword" }
        }
        return type
    }

    /// The definition that a name may be the name of: its parent, or in C the parent of declarators.
    private func definition(naming index: Int) -> Int? {
        var place = index
        while kinds.isName(tree.nodes[place]), let parent = tree.nodes[place].parent {
            place = parent
            let roles = kinds.roles(of: tree.nodes[place])
            if !roles.contains(.declaring) || !roles.isDisjoint(with: .anyDefinition) { break }
        }
        return place == index ? nil : place
    }

    /// The type of a name, by where it stands.
    private func nameType(of index: Int) -> String {
        let node = tree.nodes[index]
        if let type = kinds.tags.types[index] { return type }
        let isAttribute = kinds.type(of: node) == "attribute"
        var place = index
        if let parent = node.parent {
            // `f` of `a.f()` is a function, as `f` of `f()` is.
            if isAttribute || kinds.isMember(node) { place = parent }
            let grandparent = place == index ? parent : tree.nodes[place].parent
            if let grandparent, kinds.roles(of: tree.nodes[grandparent]).contains(.call),
                kinds.isCallee(tree.nodes[place])
                    // Some grammars name no fields: there a call begins with its function.
                    || tree.nodes[place].field == nil && place == grandparent + 1
            {
                return "function"
            }
            let roles = kinds.roles(of: tree.nodes[definition(naming: index) ?? parent])
            if kinds.isName(node) {
                if roles.contains(.typeDefinition) { return "type" }
                if roles.contains(.definition) { return "function" }
            }
        }
        // Queries call every name a variable that they know nothing else of.
        let mark = marks[index].flatMap(HighlightNames.type(of:))
        if isAttribute || kinds.isMember(node), mark ?? "variable" == "variable" {
            return "attribute"
        }
        if let mark, mark != "variable" { return mark }
        let slice = text[node.span.clamped(to: 0..<text.count)]
        let isConstant =
            slice.contains { (65...90).contains($0) }
            && slice.allSatisfy { (65...90).contains($0) || (48...57).contains($0) || $0 == 95 }
        return isConstant ? "constant" : "variable"
    }
}

/// The names that highlight queries give, as editors agree on them.
enum HighlightNames {
    /// The type that a name stands for, nil for one that says nothing of it.
    static func type(of name: String) -> String? {
        let parts = name.split(separator: ".").map(String.init)
        guard let first = parts.first else { return nil }
        switch first {
        case "keyword", "conditional", "repeat", "include", "exception", "storageclass",
            "preproc":
            return "keyword"
        case "function", "method": return "function"
        case "constructor", "type", "interface", "tag": return "type"
        case "property", "field", "attribute": return "attribute"
        case "constant": return parts.dropFirst().first == "builtin" ? "boolean" : "constant"
        case "variable":
            return parts.dropFirst().first == "parameter" ? "parameter" : "variable"
        case "parameter": return "parameter"
        case "number": return "number"
        case "float": return "float"
        case "boolean": return "boolean"
        case "character": return "character"
        case "string":
            switch parts.dropFirst().first {
            case "escape": return "escape"
            case "regex", "regexp": return "regex"
            default: return "string"
            }
        case "escape": return "escape"
        case "comment": return "comment"
        case "operator": return "op_other"
        case "punctuation":
            return parts.dropFirst().first == "bracket" ? "delim_bracket" : "delim_punctuation"
        case "label": return "label"
        case "namespace", "module": return "module"
        default: return nil
        }
    }
}
