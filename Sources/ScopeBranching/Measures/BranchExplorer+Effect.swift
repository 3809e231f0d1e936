public import ScopeDecoding
public import ScopeTrace
internal import ScopeTransformer

extension BranchExplorer {
    /// Bytes of logits that are kept to be compared.
    private static var comparedBytes: Int { 64 << 20 }

    /// What other tokens in the place of some do to the tokens that follow these.
    ///
    /// The tokens that follow are read twice in one batch, after the original tokens and after the
    /// others; what stands before is shared. Nothing is added to the tree.
    ///
    /// - Parameters:
    ///   - first: The first node that is replaced.
    ///   - last: The last node that is replaced; nil for `first`.
    ///   - ids: What stands in their place; none to leave them out.
    ///   - leaf: A node from `last` on, up to which the branch is read.
    /// - Returns: The effect.
    /// - Throws: ``BranchingFailure``; a task that is cancelled throws as well.
    /// - Complexity: Twice the tokens from the first replaced one on, and O(vocabulary) for each.
    public mutating func effect(
        ofReplacing first: BranchNode.ID, through last: BranchNode.ID? = nil, with ids: [Int],
        upTo leaf: BranchNode.ID
    ) throws(BranchingFailure) -> ReplacementEffect {
        let last = last ?? first
        for node in [first, last, leaf] { try check(node) }
        guard tree.isOnPath(first, to: last) else {
            throw .noSuchNode(last, reason: "does not follow node \(first)")
        }
        guard tree.isOnPath(last, to: leaf) else {
            throw .noSuchNode(leaf, reason: "does not follow node \(last)")
        }
        let tokens = tree.path(to: leaf).compactMap { tree[$0]?.token }
        let original = tokens.map(\.id)
        guard let start = tree[first]?.token.index.rawValue,
            let end = tree[last].map({ $0.token.index.rawValue + 1 })
        else { throw .noSuchNode(first, reason: "is not in the tree") }
        let changed = Array(original[..<start]) + ids + original[end...]
        try check(changed)
        let shared = max(0, start - 1)
        let prefix = try cache(ofFirst: shared, onPathTo: leaf, original)
        var pair = EffectPair(
            original: original, changed: changed, caches: (prefix, prefix), start: shared)
        let shift = changed.count - original.count
        // First what was replaced, and what replaces it.
        var sink = EffectSink()
        let heads = (shared..<max(shared, end - 1), shared..<max(shared, end - 1 + shift))
        try read(&pair, heads.0, heads.1, into: &sink)
        let own = (sink.logProbabilities[0].reduce(0, +), sink.logProbabilities[1].reduce(0, +))
        // Then what follows both; a sequence's first token has no prediction.
        sink.isComparing = true
        sink.logProbabilities = [[], []]
        let firstCompared = max(end, end - min(0, end - 1 + shift))
        let rows = 4 * context.configuration.vocabularySize
        let step = max(1, min(GenerateParameters().prefillStepSize, Self.comparedBytes / rows))
        var next = firstCompared
        while next < original.count {
            let upper = min(next + step, original.count)
            sink.beginChunk()
            try read(
                &pair, pair.read.0..<upper - 1, pair.read.1..<upper - 1 + shift,
                comparing: next - 1, shift, into: &sink)
            next = upper
        }
        if let failure = sink.failure { throw .decoding(failure) }
        let downstream = (firstCompared..<max(firstCompared, original.count)).map { place in
            ReplacementEffect.Downstream(
                token: tokens[place],
                originalLogProbability: sink.logProbabilities[0][place - firstCompared],
                changedLogProbability: sink.logProbabilities[1][place - firstCompared],
                divergence: sink.divergences[place - firstCompared])
        }
        return ReplacementEffect(
            original: Array(tokens[start..<end]), replacement: ids, originalLogProbability: own.0,
            replacementLogProbability: own.1, downstream: downstream)
    }

    /// Replaces tokens, measures what that does to the tokens that follow, and writes on in their place.
    ///
    /// The new branch has the settings, the seed and so the noise of the original, and becomes as long.
    ///
    /// - Parameters:
    ///   - first: The first node that is replaced.
    ///   - last: The last node that is replaced; nil for `first`.
    ///   - ids: What stands in their place.
    ///   - leaf: A node from `last` on: the end of the branch that it is compared with.
    ///   - parameters: How to draw; nil for the branch's own settings.
    /// - Returns: All that can be said of the replacement.
    /// - Throws: ``BranchingFailure``; a task that is cancelled throws as well.
    public mutating func counterfactual(
        replacing first: BranchNode.ID, through last: BranchNode.ID? = nil, with ids: [Int],
        upTo leaf: BranchNode.ID, _ parameters: GenerateParameters? = nil
    ) throws(BranchingFailure) -> Counterfactual {
        let effect = try effect(ofReplacing: first, through: last, with: ids, upTo: leaf)
        let tokens = tree.path(to: leaf).compactMap { tree[$0]?.token }
        let end = (tree[last ?? first]?.token.index.rawValue ?? 0) + 1
        var own = parameters ?? GenerateParameters(settings(at: leaf))
        own.maxTokens = tokens.count - end
        let outcome = try replace(first, through: last, with: ids, own)
        guard let branch = outcome.leaves.first, !outcome.isCancelled else {
            throw .decoding(.model(.cancelled))
        }
        let start = end - effect.original.count + ids.count
        let written = tree.path(to: branch).dropFirst(start).compactMap { tree[$0]?.token }
        return Counterfactual(
            effect: effect, leaf: branch,
            difference: BranchDifference(from: tokens[end...], to: written))
    }

    private func check(_ ids: [Int]) throws(BranchingFailure) {
        let shape = context.configuration
        if let id = ids.first(where: { !(0..<shape.vocabularySize).contains($0) }) {
            throw .decoding(
                .model(.tokenOutOfRange(id: id, vocabularySize: shape.vocabularySize)))
        }
        guard ids.count <= shape.contextLength else {
            throw .decoding(
                .model(.contextExceeded(length: ids.count, limit: shape.contextLength)))
        }
    }

    /// Reads rows of both sequences in one batch.
    ///
    /// Of the original's rows, `first` is the first that is compared, the changed one's being `shift`
    /// further; nil where every row is looked at.
    private mutating func read(
        _ pair: inout EffectPair, _ rows: Range<Int>, _ others: Range<Int>,
        comparing first: Int? = nil, _ shift: Int = 0, into sink: inout EffectSink
    ) throws(BranchingFailure) {
        sink.targets = [
            pair.targets(in: pair.original, rows, from: first ?? rows.lowerBound),
            pair.targets(
                in: pair.changed, others, from: first.map { $0 + shift } ?? others.lowerBound),
        ]
        var lanes = [
            lane(pair.original, rows, pair.caches.0), lane(pair.changed, others, pair.caches.1),
        ]
        // The lanes' copies must be the only ones, or a cache would copy its last page.
        pair.caches = (context.model.makeCache(), context.model.makeCache())
        try pass(&lanes, into: &sink)
        pair.caches = (lanes[0].cache, lanes[1].cache)
        pair.read = (rows.upperBound, others.upperBound)
    }

    func lane(_ ids: [Int], _ rows: Range<Int>, _ cache: KVCache<Float>) -> Lane<Float> {
        Lane(
            tokens: Array(ids[rows]), cache: cache, logits: .all, edits: template.edits,
            textLength: ids.count)
    }

    /// The rows of a branch's first tokens, those that a state holds and those that are read.
    mutating func cache(
        ofFirst count: Int, onPathTo leaf: BranchNode.ID, _ ids: [Int]
    ) throws(BranchingFailure) -> KVCache<Float> {
        var best = context.model.makeCache()
        for (node, state) in states where state.session.hasWholeCache {
            guard let shared = tree.lowestCommonAncestor(node, leaf),
                let length = tree[shared].map({ $0.token.index.rawValue + 1 })
            else { continue }
            let rows = state.session.cacheOfFirst(min(length, count))
            if rows.count > best.count { best = rows }
        }
        var sink = EffectSink()
        while best.count < count {
            let rows =
                best
                .count..<min(
                    best.count + GenerateParameters().prefillStepSize, count)
            var lanes = [lane(ids, rows, best)]
            lanes[0].logits = .none
            best = context.model.makeCache()
            try pass(&lanes, into: &sink)
            best = lanes[0].cache
        }
        return best
    }
}

/// Two sequences with the same beginning, on their way through the model.
private struct EffectPair {
    let original: [Int]
    let changed: [Int]
    var caches: (KVCache<Float>, KVCache<Float>)
    /// Rows that have been read.
    var read: (Int, Int)

    init(
        original: [Int], changed: [Int], caches: (KVCache<Float>, KVCache<Float>), start: Int
    ) {
        self.original = original
        self.changed = changed
        self.caches = caches
        read = (start, start)
    }

    /// The tokens that rows predict.
    func targets(in ids: [Int], _ rows: Range<Int>, from first: Int) -> [Int: Int] {
        var targets: [Int: Int] = [:]
        for row in rows where row >= first && row + 1 < ids.count { targets[row] = ids[row + 1] }
        return targets
    }
}
