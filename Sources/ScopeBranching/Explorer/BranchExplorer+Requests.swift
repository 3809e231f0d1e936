public import ScopeDecoding
public import ScopeTrace
internal import ScopeTokenizers
internal import ScopeTransformer

extension BranchExplorer {
    /// Writes from a prompt; what it begins with that an earlier prompt began with is shared.
    ///
    /// - Parameters:
    ///   - prompt: The text to go on from.
    ///   - parameters: How to draw and when to end.
    ///   - count: Branches, each with draws of its own: the first by the seed of `parameters`, the
    ///     others by ``/ScopeDecoding/GenerateParameters/seed(ofSample:)``.
    ///   - addSpecialTokens: Whether the tokenizer's own template is applied.
    ///   - addBOS: Whether the model's BOS token goes first. Nothing is added unless asked.
    ///   - old: A node of the branch whose prompt this one is an edit of; nil where it is none.
    ///   - progress: Called after each round.
    /// - Returns: The branches' ends.
    /// - Throws: ``BranchingFailure``.
    /// - Complexity: One pass over the prompt's new tokens, and one for each round of tokens.
    @discardableResult
    public mutating func write(
        prompt: String, _ parameters: GenerateParameters, count: Int = 1,
        addSpecialTokens: Bool = false, addBOS: Bool = false, editing old: BranchNode.ID? = nil,
        progress: (BranchProgress) -> Void = { _ in }
    ) throws(BranchingFailure) -> BranchOutcome {
        let encoding = context.tokenizer.encoding(of: prompt, addSpecialTokens: addSpecialTokens)
        var tokens = zip(encoding.ids, encoding.sourceSpans).map { id, span in
            BranchGrowth.NewToken(id: id, origin: .prompt, place: .init(sourceSpan: span))
        }
        if addBOS {
            tokens.insert(
                BranchGrowth.NewToken(
                    id: try bosTokenID(), origin: .prompt, place: .init(sourceSpan: nil)), at: 0)
        }
        return try write(
            tokens, parameters, count: count, editing: old, documentMap: nil, progress: progress)
    }

    /// Writes from a prompt of ids.
    ///
    /// - Parameters:
    ///   - ids: The tokens to go on from.
    ///   - parameters: How to draw and when to end.
    ///   - count: Branches, each with draws of its own.
    ///   - old: A node of the branch whose prompt this one is an edit of; nil where it is none.
    ///   - progress: Called after each round.
    /// - Returns: The branches' ends.
    /// - Throws: ``BranchingFailure``.
    @discardableResult
    public mutating func write(
        ids: [Int], _ parameters: GenerateParameters, count: Int = 1,
        editing old: BranchNode.ID? = nil, progress: (BranchProgress) -> Void = { _ in }
    ) throws(BranchingFailure) -> BranchOutcome {
        try write(
            ids.map { BranchGrowth.NewToken(id: $0, origin: .prompt) }, parameters, count: count,
            editing: old, documentMap: nil, progress: progress)
    }

    /// Fills a gap in a document.
    ///
    /// The branch's document map tells where in the document its tokens lie.
    ///
    /// - Parameters:
    ///   - prefix: The text before the gap.
    ///   - suffix: The text after the gap.
    ///   - parameters: How to draw and when to end; the tokens that end a middle do so as well.
    ///   - format: How the model is asked; nil for its family's way.
    ///   - count: Branches, each with draws of its own.
    ///   - addBOS: Whether the model's BOS token goes first. Nothing is added unless asked.
    ///   - language: The document's language, empty where it is not known.
    ///   - progress: Called after each round.
    /// - Returns: The branches' ends.
    /// - Throws: ``BranchingFailure/noFillInTheMiddle(reason:)`` for a model without such tokens, or
    ///   another ``BranchingFailure``.
    @discardableResult
    public mutating func fillInTheMiddle(
        prefix: String, suffix: String, _ parameters: GenerateParameters,
        format: FillInTheMiddleFormat? = nil, count: Int = 1, addBOS: Bool = false,
        language: String = "", progress: (BranchProgress) -> Void = { _ in }
    ) throws(BranchingFailure) -> BranchOutcome {
        var known = format
        if known == nil { known = try FillInTheMiddleFormat(for: context.tokenizer) }
        guard let known else { return BranchOutcome() }
        let prompt = try known.prompt(
            prefix: prefix, suffix: suffix, context.tokenizer,
            leading: addBOS ? [try bosTokenID()] : [], language: language)
        var parameters = parameters
        parameters.stopTokenIDs.formUnion(prompt.stopTokenIDs)
        return try write(
            prompt.ids.map { BranchGrowth.NewToken(id: $0, origin: .prompt) }, parameters,
            count: count, editing: nil, documentMap: prompt.documentMap, progress: progress)
    }

    /// Goes on after a node, once or several times: other settings, other seeds, or more tokens.
    ///
    /// Where the node is the end of a branch, that branch goes on, whatever ended it.
    ///
    /// - Parameters:
    ///   - node: The last token that stays.
    ///   - parameters: How to draw and when to end, for each branch; the same settings twice write the
    ///     same twice.
    ///   - progress: Called after each round.
    /// - Returns: The branches' ends.
    /// - Throws: ``BranchingFailure``.
    @discardableResult
    public mutating func branch(
        after node: BranchNode.ID, _ parameters: [GenerateParameters],
        progress: (BranchProgress) -> Void = { _ in }
    ) throws(BranchingFailure) -> BranchOutcome {
        try check(node)
        return try grow(
            parameters.map { BranchGrowth(base: node, parameters: $0) }, progress: progress)
    }

    /// Goes on where a branch ended, with the settings that made it.
    ///
    /// - Parameters:
    ///   - leaf: The branch's last node.
    ///   - maxTokens: Tokens to write at most; nil for as many as the settings say.
    ///   - progress: Called after each round.
    /// - Returns: The branch's new end.
    /// - Throws: ``BranchingFailure``.
    @discardableResult
    public mutating func resume(
        _ leaf: BranchNode.ID, maxTokens: Int? = nil,
        progress: (BranchProgress) -> Void = { _ in }
    ) throws(BranchingFailure) -> BranchOutcome {
        try check(leaf)
        var parameters = GenerateParameters(settings(at: leaf))
        if let maxTokens { parameters.maxTokens = maxTokens }
        let end = tree.end(of: leaf)
        tree.resume(leaf)
        do {
            return try branch(after: leaf, [parameters], progress: progress)
        } catch {
            tree.setEnd(end, of: leaf)
            throw error
        }
    }

    /// The settings that made the last token of a branch that any made, those of the tree where none did.
    public func settings(at node: BranchNode.ID) -> GenerationSettings {
        var next: BranchNode.ID? = node
        while let id = next {
            if let settings = tree.settings(of: id) { return settings }
            next = tree[id]?.parent
        }
        return tree.header.settings
    }

    private func bosTokenID() throws(BranchingFailure) -> Int {
        guard let bos = context.configuration.bosTokenID ?? context.tokenizer.bosTokenId else {
            throw .invalidSetting(name: "addBOS", reason: "asks for a token this model lacks")
        }
        return bos
    }

    private mutating func write(
        _ tokens: [BranchGrowth.NewToken], _ parameters: GenerateParameters, count: Int,
        editing old: BranchNode.ID?, documentMap: DocumentMap?,
        progress: (BranchProgress) -> Void
    ) throws(BranchingFailure) -> BranchOutcome {
        precondition(count >= 0, "a negative number of branches")
        if let old { try check(old) }
        var first = BranchGrowth(base: nil, tokens: tokens, parameters: parameters)
        first.parameters.maxTokens = 0
        first.documentMap = documentMap
        if documentMap != nil {
            first.edit = BranchEdit(.fillInTheMiddle, last: old)
        } else if old != nil {
            first.edit = BranchEdit(.prompt, last: old)
        }
        let base = try readPrompt(first, progress: progress)
        guard let end = base.leaves.first, !base.isCancelled else { return base }
        return try branch(
            after: end, (0..<count).map { parameters.sample($0) }, progress: progress)
    }

    /// Brings a prompt into the tree, behind what it shares with others.
    private mutating func readPrompt(
        _ growth: BranchGrowth, progress: (BranchProgress) -> Void
    ) throws(BranchingFailure) -> BranchOutcome {
        var growth = growth
        let session = try whole(growth)
        var shared: BranchNode.ID?
        var count = 0
        while count < growth.tokens.count,
            let child = tree.children(of: shared).first(where: { child in
                tree[child]?.token == session.token(at: count) && tree.settings(of: child) == nil
            })
        {
            shared = child
            count += 1
        }
        if let end = shared, count == growth.tokens.count {
            guard tree.documentMap(of: end) != growth.documentMap else {
                return BranchOutcome(leaves: [end])
            }
            // The same tokens mean another document: its last one stands there a second time.
            shared = tree[end]?.parent
            count -= 1
        }
        growth.base = shared
        growth.tokens.removeFirst(count)
        var outcome = try grow([growth], progress: progress)
        // Nothing was to be written, so nothing ended.
        for leaf in outcome.leaves where !outcome.isCancelled { tree.setEnd(nil, of: leaf) }
        if outcome.leaves.isEmpty { outcome.isCancelled = true }
        return outcome
    }

    /// The tokens of a prompt as a session has them, nothing of it computed.
    private func whole(_ growth: BranchGrowth) throws(BranchingFailure) -> DecodingSession {
        let size = context.configuration.vocabularySize
        var session = template
        for token in growth.tokens {
            guard (0..<size).contains(token.id) else {
                throw .decoding(.model(.tokenOutOfRange(id: token.id, vocabularySize: size)))
            }
            if let place = token.place {
                session.replay(token.id, origin: token.origin, sourceSpan: place.sourceSpan)
            } else {
                session.replay(token.id, origin: token.origin)
            }
        }
        return session
    }
}

extension GenerateParameters {
    /// The settings of one of several samples.
    func sample(_ number: Int) -> GenerateParameters {
        var parameters = self
        parameters.seed = seed(ofSample: number)
        return parameters
    }
}
