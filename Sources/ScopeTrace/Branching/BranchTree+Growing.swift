extension BranchTree {
    /// Adds a token after a node, or as the first of a sequence.
    ///
    /// Where the node has a child already, another branch begins here.
    ///
    /// - Parameters:
    ///   - token: The token.
    ///   - parent: The node before it, nil for none.
    ///   - settings: The settings with the seed that made the token, nil where none did.
    /// - Returns: The new node's name.
    /// - Complexity: O(1) in the number of nodes; after a copy one page and the table of pages are
    ///   copied.
    @discardableResult
    public mutating func append(
        _ token: BranchToken, to parent: BranchNode.ID?, settings: GenerationSettings? = nil
    ) -> BranchNode.ID {
        let before = parent.map { node($0) }
        return add(
            record(of: token, after: before), to: before,
            settings: settings.map { place(of: $0, near: before) })
    }

    /// Adds tokens one after the other.
    ///
    /// - Parameters:
    ///   - tokens: The tokens.
    ///   - parent: The node before the first of them, nil for none.
    ///   - settings: The settings with the seed that made the tokens, nil where none did.
    /// - Returns: The new nodes' names.
    @discardableResult
    public mutating func append(
        contentsOf tokens: some Sequence<BranchToken>, to parent: BranchNode.ID?,
        settings: GenerationSettings? = nil
    ) -> [BranchNode.ID] {
        var ids: [BranchNode.ID] = []
        var last = parent
        for token in tokens {
            let id = append(token, to: last, settings: settings)
            ids.append(id)
            last = id
        }
        return ids
    }

    /// Begins another branch in which tokens stand in the place of one or several of a branch.
    ///
    /// The branch that is replaced stays as it is. What followed the replaced tokens does not follow
    /// the new ones, unless they are to be repeated; else the model goes on after the last new node.
    /// The first new node keeps what was done as its ``edit(of:)``.
    ///
    /// Whoever replaces text tokenises it, names the nodes that its tokens stand for, and states the
    /// border: see ``nodes(covering:onPathTo:)`` and ``BranchBorder``.
    ///
    /// - Parameters:
    ///   - first: The first node that is replaced.
    ///   - last: The last node that is replaced, `first` or a node after it; nil for `first`.
    ///   - tokens: What stands in their place.
    ///   - settings: The settings with the seed that made the new tokens, nil where none did.
    ///   - border: How the border of replaced text was settled.
    ///   - leaf: A node from `last` on, whose branch is repeated after the new tokens up to it; its
    ///     prompt tokens stay prompt, all others are forced. Nil for no repetition.
    /// - Returns: The new nodes' names; empty where nothing stands in the tokens' place.
    /// - Complexity: O(*k*) in the number of new nodes and of those replaced and repeated.
    @discardableResult
    public mutating func replace(
        _ first: BranchNode.ID, through last: BranchNode.ID? = nil, with tokens: [BranchToken],
        settings: GenerationSettings? = nil, border: BranchBorder = .exact,
        repeatingTo leaf: BranchNode.ID? = nil
    ) -> [BranchNode.ID] {
        let last = last ?? first
        precondition(isOnPath(first, to: last), "node \(last) does not follow node \(first)")
        let parent = node(first).parent
        var ids = append(contentsOf: tokens, to: parent, settings: settings)
        if let leaf {
            precondition(isOnPath(last, to: leaf), "node \(leaf) does not follow node \(last)")
            let rest = path(to: leaf).drop { $0 != last }.dropFirst().map { id in
                BranchToken(repeating: node(id).token)
            }
            ids += append(contentsOf: rest, to: ids.last ?? parent)
        }
        if let start = ids.first {
            changeMark(of: start) { mark in
                mark.edit = BranchEdit(.replacement, first: first, last: last, border: border)
            }
        }
        return ids
    }

    /// Adds a prompt, or finds the one that is there: it shares what it begins with.
    ///
    /// To edit a prompt is to give the whole new one: nodes are added from the first token on that
    /// differs. For fill-in-the-middle the prompt holds prefix and suffix, and the map says where they
    /// and what is then written belong.
    ///
    /// - Parameters:
    ///   - tokens: The tokens, with at least one.
    ///   - documentMap: How the prompt relates to documents where source spans do not tell.
    ///   - old: The last node of the prompt that this one is an edit of, nil where it is none.
    /// - Returns: The name of the prompt's last node.
    /// - Complexity: O(*k*) in the number of tokens, and in the branches that begin alike.
    @discardableResult
    public mutating func addPrompt(
        _ tokens: [BranchToken], documentMap: DocumentMap? = nil, editing old: BranchNode.ID? = nil
    ) -> BranchNode.ID {
        precondition(!tokens.isEmpty, "a prompt has at least one token")
        var parent: BranchNode?
        var isShared = true
        for (place, token) in tokens.enumerated() {
            let record = record(of: token, after: parent)
            let isLast = place == tokens.count - 1
            let found =
                isShared
                ? promptNode(record, after: parent?.id, with: isLast ? documentMap : nil) : nil
            if let found {
                parent = node(found)
                continue
            }
            let id = add(record, to: parent, settings: nil)
            if isShared, documentMap != nil || old != nil {
                changeMark(of: id) { mark in
                    mark.edit = BranchEdit(
                        documentMap == nil ? .prompt : .fillInTheMiddle, first: nil, last: old)
                }
            }
            isShared = false
            parent = node(id)
        }
        guard let end = parent?.id else { preconditionFailure("a prompt has at least one token") }
        if let documentMap { changeMark(of: end) { $0.documentMap = documentMap } }
        return end
    }

    /// Removes a node with all that follows it, their names and notes as well.
    ///
    /// - Parameter id: The first node to go.
    /// - Returns: The names of the nodes that went, the oldest first; none is ever used again.
    /// - Complexity: O(*k* + *s* + *m*) in the nodes that go, the node's siblings, and the names.
    @discardableResult
    public mutating func prune(_ id: BranchNode.ID) -> [BranchNode.ID] {
        unlink(id)
        var gone = [id]
        var next = 0
        while next < gone.count {
            gone += children(of: gone[next])
            next += 1
        }
        for id in gone {
            let place = place(ofKnown: id)
            pages[place.page].clear(slot: place.slot)
            if pages[place.page].count == 0 { pages.remove(at: place.page) }
            if !notes.isEmpty { notes[id] = nil }
        }
        count -= gone.count
        if !names.isEmpty {
            let gone = Set(gone)
            names = names.filter { !gone.contains($0.value) }
        }
        return gone.sorted()
    }

    /// Takes a node out of the list of its parent's children.
    private mutating func unlink(_ id: BranchNode.ID) {
        let slot = knownSlot(id)
        guard let parent = slot.node.parent else {
            roots.removeAll { $0 == id }
            return
        }
        let siblings = children(of: parent)
        guard let index = siblings.firstIndex(of: id) else { return }
        let before = index > 0 ? siblings[index - 1] : nil
        if let before { change(before) { $0.nextSibling = slot.nextSibling } }
        change(parent) { parent in
            if before == nil { parent.firstChild = slot.nextSibling }
            if slot.nextSibling == nil { parent.lastChild = before }
        }
    }
}

extension BranchTree {
    /// What a token becomes after a node.
    func record(of token: BranchToken, after parent: BranchNode?) -> TokenRecord {
        let start = parent?.token.sequenceSpan.upperBound ?? 0
        let source = parent?.sourceEnd ?? 0
        let written = token.role == .text ? source..<source + token.bytes.count : nil
        return TokenRecord(
            index: TokenIndex(parent.map { $0.token.index.rawValue + 1 } ?? 0), id: token.id,
            bytes: token.bytes, sequenceSpan: start..<start + token.bytes.count,
            sourceSpan: token.sourceSpan ?? written, origin: token.origin, role: token.role)
    }

    /// The prompt's node that is the same as one that was to be added.
    private func promptNode(
        _ token: TokenRecord, after parent: BranchNode.ID?, with map: DocumentMap?
    ) -> BranchNode.ID? {
        children(of: parent).first { child in
            let other = node(child)
            return other.token == token && other.settings == nil && mark(child)?.documentMap == map
        }
    }

    /// Adds a node whose place in the sequence is known.
    mutating func add(
        _ token: TokenRecord, to parent: BranchNode?, settings: Int?
    ) -> BranchNode.ID {
        let id = nextID
        nextID = BranchNode.ID(id.rawValue + 1)
        let node = BranchNode(
            id: id, parent: parent?.id, token: token, settings: settings,
            sourceEnd: max(parent?.sourceEnd ?? 0, token.sourceSpan?.upperBound ?? 0))
        let number = id.rawValue >> BranchPage.shift
        if pages.last?.number != number { pages.append(BranchPage(number: number)) }
        let last = pages.count - 1
        let slot = id.rawValue & (BranchPage.slotCount - 1)
        while pages[last].slots.count < slot { pages[last].slots.append(nil) }
        pages[last].slots.append(BranchSlot(node: node))
        pages[last].count += 1
        count += 1
        if let parent = parent?.id {
            let sibling = knownSlot(parent).lastChild
            change(parent) { slot in
                slot.lastChild = id
                if sibling == nil { slot.firstChild = id }
            }
            if let sibling { change(sibling) { $0.nextSibling = id } }
        } else {
            roots.append(id)
        }
        return id
    }

    private mutating func change(_ id: BranchNode.ID, _ change: (inout BranchSlot) -> Void) {
        let place = place(ofKnown: id)
        guard var slot = pages[place.page].slots[place.slot] else { return }
        change(&slot)
        pages[place.page].slots[place.slot] = slot
    }

    /// The place of settings in the table, looking first where the node before has its own.
    mutating func place(of wanted: GenerationSettings, near node: BranchNode?) -> Int {
        if let near = node?.settings, settings[near] == wanted { return near }
        if let found = settings.lastIndex(of: wanted) { return found }
        settings.append(wanted)
        return settings.count - 1
    }
}

extension BranchToken {
    /// The same token once more, elsewhere.
    init(repeating token: TokenRecord) {
        self.init(
            id: token.id, bytes: token.bytes, origin: token.origin == .prompt ? .prompt : .forced,
            role: token.role)
    }
}
