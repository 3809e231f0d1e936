internal import ScopeTrace

/// What a table says of each kind of a tree, looked up once.
struct KindTraits {
    struct Roles: OptionSet {
        let rawValue: UInt16
        static let statement = Roles(rawValue: 1)
        static let expression = Roles(rawValue: 2)
        static let atom = Roles(rawValue: 4)
        static let declaring = Roles(rawValue: 8)
        static let block = Roles(rawValue: 16)
        static let definition = Roles(rawValue: 32)
        static let typeDefinition = Roles(rawValue: 64)
        static let wrapper = Roles(rawValue: 128)
        static let call = Roles(rawValue: 256)
        static let literal = Roles(rawValue: 512)
        static let group = Roles(rawValue: 1024)
        static let angles = Roles(rawValue: 2048)

        static let anyDefinition: Roles = [.definition, .typeDefinition]

        static let named: [(String, Roles)] = [
            ("statement", .statement), ("expression", .expression), ("atom", .atom),
            ("declaring", .declaring), ("block", .block), ("definition", .definition),
            ("typeDefinition", .typeDefinition), ("wrapper", .wrapper), ("call", .call),
            ("literal", .literal), ("group", .group), ("angles", .angles),
        ]
    }

    /// By kind, for named nodes.
    private var named: [Roles] = []
    /// By kind, the type of leaves that the table gives.
    private var types: [String?] = []
    /// By kind, for named nodes and for literals, the concepts.
    private var namedConcepts: [[String]] = []
    private var literalConcepts: [[String]] = []
    /// By kind, the type that a literal of that text has by itself.
    private var literalTypes: [String] = []
    /// By field.
    private var isUnread: [Bool] = []
    private var isCallee: [Bool] = []
    private var isMember: [Bool] = []
    private var isName: [Bool] = []
    /// What a tag query adds.
    private(set) var tags = TagIndex()

    init(_ source: SyntaxSource) {
        self.init(source.table, tree: source.tree)
        tags = TagIndex(source.tags, tree: source.tree, kinds: self)
    }

    init(_ table: SyntaxTable, tree: SyntaxTree) {
        var rolesOf = WordIndex<Roles>()
        var typeOf = WordIndex<String>()
        var conceptsOf = WordIndex<String>()
        for (name, role) in Roles.named {
            for word in table.words[name] ?? [] { rolesOf.add(role, for: word) }
        }
        // In a fixed order, so that the same table always gives the same.
        for (property, words) in table.words.sorted(by: { $0.key < $1.key }) {
            for word in words {
                if property.hasPrefix("type.") {
                    typeOf.add(String(property.dropFirst(5)), for: word)
                } else if property.hasPrefix("concept.") {
                    conceptsOf.add(String(property.dropFirst(8)), for: word)
                }
            }
        }
        for name in tree.kindNames {
            var roles = rolesOf[name].reduce(into: Roles()) { $0.formUnion($1) }
            // What defines or does something is a group of its own.
            // A block that grammars call a statement only holds statements.
            if roles.contains(.block) { roles.remove(.statement) }
            let isGroup = !roles.isDisjoint(with: [.statement, .definition, .typeDefinition])
            named.append(isGroup ? roles.union(.group) : roles)
            types.append(typeOf[name].first)
            namedConcepts.append(conceptsOf[name])
            literalConcepts.append(conceptsOf["\"\(name)\""])
            literalTypes.append(LeafTypes.type(ofLiteral: name))
        }
        func marks(_ property: String) -> [Bool] {
            let words = Set(table.words[property] ?? [])
            return tree.fieldNames.map { words.contains($0) }
        }
        isUnread = marks("unread")
        isCallee = marks("callee")
        isMember = marks("member")
        isName = tree.fieldNames.map { ["name", "declarator", "bound_identifier"].contains($0) }
    }

    func roles(of node: SyntaxTree.Node) -> Roles {
        node.traits.contains(.named) ? named[node.kind] : []
    }

    /// What the table and a tag query say of a node.
    func roles(at index: Int, in tree: SyntaxTree) -> Roles {
        roles(of: tree.nodes[index]).union(tags.roles[index] ?? [])
    }

    func type(of node: SyntaxTree.Node) -> String? {
        node.traits.contains(.named) ? types[node.kind] : nil
    }

    func literalType(of node: SyntaxTree.Node) -> String { literalTypes[node.kind] }

    func concepts(of node: SyntaxTree.Node) -> [String] {
        node.traits.contains(.named) ? namedConcepts[node.kind] : literalConcepts[node.kind]
    }

    func isUnread(_ node: SyntaxTree.Node) -> Bool { node.field.map { isUnread[$0] } ?? false }
    func isCallee(_ node: SyntaxTree.Node) -> Bool { node.field.map { isCallee[$0] } ?? false }
    func isMember(_ node: SyntaxTree.Node) -> Bool { node.field.map { isMember[$0] } ?? false }
    func isName(_ node: SyntaxTree.Node) -> Bool { node.field.map { isName[$0] } ?? false }
}

/// Values by words of a table, which may begin or end with `*`.
struct WordIndex<Value> {
    private var whole: [String: [Value]] = [:]
    private var prefixes: [(String, Value)] = []
    private var suffixes: [(String, Value)] = []

    mutating func add(_ value: Value, for word: String) {
        if word.hasPrefix("\"") {
            whole[word, default: []].append(value)
        } else if word.hasPrefix("*") {
            suffixes.append((String(word.dropFirst()), value))
        } else if word.hasSuffix("*") {
            prefixes.append((String(word.dropLast()), value))
        } else {
            whole[word, default: []].append(value)
        }
    }

    /// The values of all words that fit a kind's name, those that name it first.
    subscript(name: String) -> [Value] {
        var values = whole[name] ?? []
        guard !name.hasPrefix("\"") else { return values }
        values += prefixes.filter { name.hasPrefix($0.0) }.map(\.1)
        return values + suffixes.filter { name.hasSuffix($0.0) }.map(\.1)
    }
}
