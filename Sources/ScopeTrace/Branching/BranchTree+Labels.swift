extension BranchTree {
    /// Gives a node a name of its own, or takes it away.
    ///
    /// A name belongs to one node, and a node has one at most: it leaves whoever had it before.
    ///
    /// - Parameters:
    ///   - id: A node of the tree.
    ///   - name: The name, not empty; nil to take it away.
    /// - Complexity: O(*m*) in the number of names.
    public mutating func name(_ id: BranchNode.ID, _ name: String?) {
        precondition(contains(id), "the tree has no node \(id)")
        precondition(name != "", "a name must not be empty")
        if let old = self.name(of: id) { names[old] = nil }
        if let name { names[name] = id }
    }

    /// The name that a node was given.
    ///
    /// - Parameter id: A node of the tree.
    /// - Returns: The name, nil where it has none.
    /// - Complexity: O(*m*) in the number of names.
    public func name(of id: BranchNode.ID) -> String? { names.first { $0.value == id }?.key }

    /// Notes something of a node, in the place of what was noted before.
    ///
    /// - Parameters:
    ///   - id: A node of the tree.
    ///   - note: Any text; nil or an empty one takes the note away.
    public mutating func annotate(_ id: BranchNode.ID, _ note: String?) {
        precondition(contains(id), "the tree has no node \(id)")
        notes[id] = note == "" ? nil : note
    }

    /// Why decoding ended at a node, nil where it did not.
    ///
    /// - Parameter id: A node of the tree.
    /// - Returns: The end, with the results about the whole branch.
    public func end(of id: BranchNode.ID) -> BranchEnd? { mark(id)?.end }

    /// Says why decoding ended at a node.
    ///
    /// - Parameters:
    ///   - end: The end, nil where decoding did not.
    ///   - id: A node of the tree.
    public mutating func setEnd(_ end: BranchEnd?, of id: BranchNode.ID) {
        changeMark(of: id) { $0.end = end }
    }

    /// Opens a branch that ended, so that it goes on from its last node.
    ///
    /// - Parameter id: A node of the tree.
    /// - Returns: The settings that made the branch's last token that settings made, to go on with; the
    ///   tree's where none did.
    /// - Complexity: O(*d*) in the number of tokens that nobody's settings made.
    @discardableResult
    public mutating func resume(_ id: BranchNode.ID) -> GenerationSettings {
        setEnd(nil, of: id)
        var next: BranchNode.ID? = id
        while let id = next {
            if let settings = settings(of: id) { return settings }
            next = node(id).parent
        }
        return header.settings
    }

    /// How the branch that begins with a node came about, nil where the node does not begin one or
    /// nothing was replaced.
    ///
    /// - Parameter id: A node of the tree.
    /// - Returns: What the node stands in the place of.
    public func edit(of id: BranchNode.ID) -> BranchEdit? { mark(id)?.edit }

    /// Says how the branch that begins with a node came about.
    ///
    /// - Parameters:
    ///   - edit: What the node stands in the place of.
    ///   - id: A node of the tree.
    public mutating func setEdit(_ edit: BranchEdit?, of id: BranchNode.ID) {
        changeMark(of: id) { $0.edit = edit }
    }

    /// How the sequence up to a node relates to documents where its source spans do not tell.
    ///
    /// A map that was given to a node before this one is continued: text goes on where the map says, and
    /// tokens of any other role belong to no document.
    ///
    /// - Parameter id: A node of the tree.
    /// - Returns: The map, nil where no node of the branch was given one.
    /// - Complexity: O(*d*) in the number of tokens since the node with a map.
    public func documentMap(of id: BranchNode.ID) -> DocumentMap? {
        var rest: [TokenRecord] = []
        var next: BranchNode.ID? = id
        while let id = next {
            if var map = mark(id)?.documentMap {
                for token in rest.reversed() {
                    if token.role == .text, map.insertion != nil {
                        map.append(token.bytes.count)
                    } else {
                        map.skip(token.bytes.count)
                    }
                }
                return map
            }
            let node = node(id)
            rest.append(node.token)
            next = node.parent
        }
        return nil
    }

    /// Says how the sequence up to a node relates to documents, for it and what follows it.
    ///
    /// - Parameters:
    ///   - map: The map of the sequence up to the node, nil for what the nodes before say.
    ///   - id: A node of the tree.
    public mutating func setDocumentMap(_ map: DocumentMap?, of id: BranchNode.ID) {
        changeMark(of: id) { $0.documentMap = map }
    }
}
