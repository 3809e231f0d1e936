public import ScopeDecoding
public import ScopeTrace
internal import ScopeTokenizers

extension BranchExplorer {
    /// Begins another branch in which tokens stand in the place of one or several, and writes on.
    ///
    /// The branch that is replaced stays as it is. Only the new tokens are computed, and the row before
    /// them once more where no state holds it.
    ///
    /// - Parameters:
    ///   - first: The first node that is replaced, of the prompt or of what was written.
    ///   - last: The last node that is replaced, `first` or a node after it; nil for `first`.
    ///   - ids: What stands in their place; none to leave them out.
    ///   - parameters: How to draw and when to end; nil for the settings of the branch that is replaced,
    ///     with its seed, so that what differs comes of the replacement alone.
    ///   - leaf: A node after `last`, whose branch is repeated after the new tokens up to it before
    ///     anything is written; nil for no repetition.
    ///   - border: How the border of replaced text was settled.
    ///   - count: Branches, each with draws of its own.
    ///   - progress: Called after each round.
    /// - Returns: The branches' ends.
    /// - Throws: ``BranchingFailure``.
    @discardableResult
    public mutating func replace(
        _ first: BranchNode.ID, through last: BranchNode.ID? = nil, with ids: [Int],
        _ parameters: GenerateParameters? = nil, repeatingTo leaf: BranchNode.ID? = nil,
        border: BranchBorder = .exact, count: Int = 1,
        progress: (BranchProgress) -> Void = { _ in }
    ) throws(BranchingFailure) -> BranchOutcome {
        try check(first)
        let last = last ?? first
        try check(last)
        guard tree.isOnPath(first, to: last) else {
            throw .noSuchNode(last, reason: "does not follow node \(first)")
        }
        var tokens = ids.map { BranchGrowth.NewToken(id: $0) }
        if let leaf {
            try check(leaf)
            guard tree.isOnPath(last, to: leaf) else {
                throw .noSuchNode(leaf, reason: "does not follow node \(last)")
            }
            for id in tree.path(to: leaf).drop(while: { $0 != last }).dropFirst() {
                guard let token = tree[id]?.token else { continue }
                tokens.append(
                    BranchGrowth.NewToken(
                        id: token.id, origin: token.origin == .prompt ? .prompt : .forced))
            }
        }
        let parameters = parameters ?? GenerateParameters(settings(below: last))
        let edit = BranchEdit(.replacement, first: first, last: last, border: border)
        let base = tree[first]?.parent
        return try grow(
            (0..<count).map { number in
                BranchGrowth(
                    base: base, tokens: tokens, parameters: parameters.sample(number), edit: edit)
            }, progress: progress)
    }

    /// Begins another branch in which a text stands in the place of tokens, and writes on.
    ///
    /// The text is tokenised anew with as many of the tokens before it as have to change with it; see
    /// ``tokens(of:replacing:borderLimit:)``. How many these are is in the tree's edit of the branch.
    ///
    /// - Parameters:
    ///   - first: The first node that is replaced.
    ///   - last: The last node that is replaced; nil for `first`.
    ///   - text: What stands in their place.
    ///   - parameters: How to draw and when to end; nil for the settings of the branch that is replaced.
    ///   - leaf: A node after `last`, whose branch is repeated after the text; nil for no repetition.
    ///   - borderLimit: Tokens before the text that may be tokenised again, at most; 0 for none.
    ///   - count: Branches, each with draws of its own.
    ///   - progress: Called after each round.
    /// - Returns: The branches' ends.
    /// - Throws: ``BranchingFailure``.
    @discardableResult
    public mutating func replace(
        _ first: BranchNode.ID, through last: BranchNode.ID? = nil, withText text: String,
        _ parameters: GenerateParameters? = nil, repeatingTo leaf: BranchNode.ID? = nil,
        borderLimit: Int = 4, count: Int = 1, progress: (BranchProgress) -> Void = { _ in }
    ) throws(BranchingFailure) -> BranchOutcome {
        try check(first)
        let (ids, border) = tokens(of: text, replacing: first, borderLimit: borderLimit)
        var start = first
        for _ in 0..<border.before { start = tree[start]?.parent ?? start }
        return try replace(
            start, through: last ?? first, with: ids, parameters, repeatingTo: leaf,
            border: border, count: count, progress: progress)
    }

    /// The tokens of a text that begins where a token does.
    ///
    /// Tokens depend on the text beside them: what stands before is tokenised again with the text, one
    /// token further back at a time, until the token before that comes out as it is. Special tokens and
    /// tokens that split a character are never reached over.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - node: The node in whose place it begins.
    ///   - borderLimit: Tokens before it that may be tokenised again, at most.
    /// - Returns: The ids, those of the tokens that are tokenised again first, and how many these are.
    /// - Complexity: Encoding the text `borderLimit + 2` times at most.
    public func tokens(
        of text: String, replacing node: BranchNode.ID, borderLimit: Int = 4
    ) -> (ids: [Int], border: BranchBorder) {
        var before: [TokenRecord] = []
        var next = tree[node]?.parent
        while before.count <= borderLimit, let id = next, let token = tree[id]?.token,
            token.role == .text
        {
            before.append(token)
            next = tree[id]?.parent
        }
        // By the number of tokens taken again, what comes out; nil where their bytes are no text.
        let encodings = (0...before.count).map { count -> [Int]? in
            let bytes = before.prefix(count).reversed().flatMap(\.bytes)
            guard let start = String(validating: bytes, as: UTF8.self) else { return nil }
            return context.tokenizer.exactEncoding(of: start + text)
        }
        for count in 0..<before.count {
            guard let ids = encodings[count], let wider = encodings[count + 1] else { continue }
            if wider == [before[count].id] + ids {
                return (ids, BranchBorder(before: count, after: 0))
            }
        }
        // At the beginning of the text there is nothing further back that could change.
        if before.count <= borderLimit, let ids = encodings[before.count] {
            return (ids, BranchBorder(before: before.count, after: 0))
        }
        return (context.tokenizer.exactEncoding(of: text), .exact)
    }

    /// The settings of a branch that goes through a node, where there is one, or of the one to it.
    private func settings(below node: BranchNode.ID) -> GenerationSettings {
        var next: BranchNode.ID? = node
        while let id = next {
            if let settings = tree.settings(of: id) { return settings }
            next = tree.children(of: id).first
        }
        return settings(at: node)
    }
}
