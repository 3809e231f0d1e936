import ScopeTrace
import Testing

@Suite struct BranchTreeTests {
    static func token(_ text: String, _ id: Int, origin: TokenOrigin = .sampled) -> BranchToken {
        BranchToken(id: id, bytes: Array(text.utf8), origin: origin)
    }

    @Test(arguments: 0..<200) func aTraceComesBack(seed: UInt64) throws {
        let trace = try randomTrace(seed: seed)
        let tree = BranchTree(trace)
        #expect(tree.violations == [])
        #expect(tree.count == trace.tokens.count)
        guard let leaf = tree.leaves.last else {
            #expect(trace.tokens.isEmpty)
            return
        }
        #expect(tree.leaves.count == 1)
        #expect(tree.trace(of: leaf) == trace)
        // One token after the other gives the same.
        var grown = BranchTree(header: trace.header)
        var last: BranchNode.ID?
        for token in trace.tokens {
            let made = token.origin == .prompt ? nil : trace.header.settings
            let id = grown.append(
                BranchToken(
                    id: token.id, bytes: token.bytes, sourceSpan: token.sourceSpan,
                    origin: token.origin, role: token.role), to: last, settings: made)
            try grown.setMetrics(from: trace, at: token.index, of: id)
            last = id
        }
        for (row, id) in grown.nodes.map(\.id).enumerated() {
            #expect(grown.metrics(of: id).count == tree.metrics(of: id).count)
            #expect(grown[id]?.token.bytes == trace.tokens[row].bytes)
        }
    }

    @Test func aSessionsSourceSpansAreGoneOnWith() throws {
        var tree = BranchTree(header: .sample)
        let ids = tree.append(
            contentsOf: [
                BranchToken(id: 0, bytes: [60], origin: .prompt, role: .bos),
                Self.token("ab", 1), Self.token("c", 2),
                BranchToken(id: 3, bytes: [62], origin: .sampled, role: .eos), Self.token("d", 4),
            ], to: nil)
        #expect(ids.map { tree[$0]?.token.sourceSpan } == [nil, 0..<2, 2..<3, nil, 3..<4])
        #expect(ids.compactMap { tree[$0]?.token.sequenceSpan.upperBound } == [1, 3, 4, 5, 6])
    }

    @Test func samplesOfOnePromptShareIt() throws {
        var traces: [TokenTrace] = []
        for seed in UInt64(0)..<3 {
            var trace = TokenTrace(header: .sample)
            trace.header.settings.seed = seed
            trace.append(id: 1, bytes: [97], sourceSpan: 0..<1, origin: .prompt)
            trace.append(id: 2, bytes: [98], sourceSpan: 1..<2, origin: .prompt)
            let last = trace.append(
                id: 3 + Int(seed), bytes: [99], sourceSpan: 2..<3, origin: .sampled)
            trace.record(at: last) { $0[.entropy] = Double(seed) }
            trace.stopReason = .length
            traces.append(trace)
        }
        var tree = BranchTree(traces[0])
        for trace in traces { try tree.graft(trace) }
        #expect(tree.violations == [])
        #expect(tree.count == 5)
        #expect(tree.leaves.map { tree.trace(of: $0) } == traces)
        #expect(tree.settings.map(\.seed) == [0, 1, 2])
        let prompt = tree.path(to: tree.leaves[0])[1]
        #expect(tree.children(of: prompt) == tree.leaves)
        #expect(tree.trace(of: prompt).stopReason == nil)
        #expect(tree.trace(of: prompt).header.settings == traces[0].header.settings)
    }

    @Test func aTraceIsGoneOnWithFromAToken() throws {
        let trace = try randomTrace(seed: 7)
        try #require(trace.tokens.count > 4)
        var tree = BranchTree(trace)
        let path = tree.path(to: tree.leaves[0])
        var other = trace
        let added = other.append(id: 9, bytes: [33], origin: .forced)
        other.record(at: added) { $0[.entropy] = 1 }
        let ids = try tree.append(other, from: TokenIndex(3), to: path[2])
        #expect(ids.count == other.tokens.count - 3)
        #expect(tree.trace(of: ids[ids.count - 1]) == other)
        #expect(tree.trace(of: path[path.count - 1]) == trace)
        let error = #expect(throws: BranchTreeError.self) {
            try tree.append(other, from: TokenIndex(3), to: path[3])
        }
        #expect(
            error?.description
                == "branch tree: token 3 of a trace cannot follow a branch of 4 tokens")
    }

    @Test func aMetricOfAnotherUnitIsRefused() throws {
        var tree = BranchTree(header: .sample)
        let id = tree.append(Self.token("a", 1), to: nil)
        tree[id, .entropy] = 1
        var trace = TokenTrace(header: .sample)
        let index = trace.append(id: 1, bytes: [97], origin: .sampled)
        trace.record(at: index) { $0[MetricKey<Double>("entropy", unit: .bits)] = 2 }
        let before = tree
        let error = #expect(throws: BranchTreeError.self) { try tree.graft(trace) }
        #expect(error?.field == "metrics.entropy")
        #expect(error?.reason == "is double in bits, and the tree's double in nats")
        #expect(throws: BranchTreeError.self) { try tree.merge(BranchTree(trace)) }
        #expect(tree == before)
        var foreign = BranchTree(header: .sample)
        foreign.header.model.fingerprint = "11"
        #expect(throws: BranchTreeError.self) { try tree.merge(foreign) }
    }

    @Test func aPromptIsEditedFromTheFirstTokenOnThatDiffers() {
        var tree = BranchTree(header: .sample)
        let texts = ["def", " f", "(x)"]
        let prompt = texts.enumerated().map { Self.token($1, $0, origin: .prompt) }
        let first = tree.addPrompt(prompt)
        #expect(tree.addPrompt(prompt) == first)
        #expect(tree.edit(of: tree.roots[0]) == nil)
        var edited = prompt
        edited[1] = Self.token(" g", 7, origin: .prompt)
        let second = tree.addPrompt(edited, editing: first)
        #expect(tree.count == 5)
        #expect(tree.commonPrefix(first, second).count == 1)
        let start = tree.path(to: second)[1]
        #expect(tree.edit(of: start) == BranchEdit(.prompt, last: first))
        #expect(tree.addPrompt(Array(prompt[..<2])) == tree.path(to: first)[1])
    }

    @Test func aGapInADocumentIsFilledByWhatFollows() throws {
        var tree = BranchTree(header: .sample)
        let parts: [(String, TokenRole)] = [
            ("<P>", .fim), ("a=", .text), ("<S>", .fim), (";", .text), ("<M>", .fim),
        ]
        let prompt = parts.enumerated().map { number, part in
            BranchToken(
                id: number, bytes: Array(part.0.utf8), origin: .prompt, role: part.1)
        }
        let map = DocumentMap.fillInTheMiddle(prefix: 3..<5, suffix: 8..<9, middle: 12..<12)
        let end = tree.addPrompt(prompt, documentMap: map)
        #expect(tree.edit(of: tree.roots[0])?.kind == .fillInTheMiddle)
        // The same tokens as plain text are not the same prompt.
        let plain = tree.addPrompt(prompt)
        #expect(plain != end)
        #expect(tree.siblings(of: plain) == [end])
        #expect(tree.documentMap(of: plain) == nil)
        let written = tree.append(
            contentsOf: [
                Self.token("12", 9), BranchToken(id: 8, bytes: [60], origin: .sampled, role: .eos),
            ], to: end)
        let whole = tree.trace(of: written[1])
        #expect(whole.documentMap == tree.documentMap(of: written[1]))
        #expect(whole.documents.bytes(ofRegion: 0, in: whole.bytes) == Array("a=12;".utf8))
        #expect(tree.documentMap(of: end) == map)
        #expect(tree.violations == [])
    }

    @Test func namesAreUniqueAndGoWithTheirNodes() {
        var tree = BranchTree(header: .sample)
        let ids = tree.append(contentsOf: [Self.token("a", 1), Self.token("b", 2)], to: nil)
        tree.name(ids[0], "start")
        tree.name(ids[1], "start")
        #expect(tree.names == ["start": ids[1]])
        tree.name(ids[1], "end")
        #expect(tree.names == ["end": ids[1]])
        #expect(tree.name(of: ids[1]) == "end")
        tree.annotate(ids[1], "hm")
        #expect(tree.prune(ids[1]) == [ids[1]])
        #expect(tree.names.isEmpty && tree.notes.isEmpty)
        #expect(tree.append(Self.token("c", 3), to: ids[0]) == BranchNode.ID(2))
        #expect(tree[ids[1]] == nil)
    }

    @Test func aNameOfTwoTreesGetsANumber() throws {
        var left = BranchTree(header: .sample)
        var right = left
        left.name(left.append(Self.token("a", 1), to: nil), "x")
        right.name(right.append(Self.token("b", 2), to: nil), "x")
        try left.merge(right)
        #expect(left.names.mapValues(\.rawValue) == ["x": 0, "x 2": 1])
    }

    @Test func bytesOfASequenceNameTheNodesToReplace() {
        var tree = BranchTree(header: .sample)
        let ids = tree.append(
            contentsOf: ["ab", "", "cd", "ef"].map { Self.token($0, 1) }, to: nil)
        #expect(tree.nodes(covering: 1..<3, onPathTo: ids[3]) == [ids[0], ids[2]])
        #expect(tree.nodes(covering: 2..<4, onPathTo: ids[3]) == [ids[2]])
        #expect(tree.nodes(covering: 2..<2, onPathTo: ids[3]) == [])
        #expect(tree.nodes(covering: 6..<9, onPathTo: ids[3]) == [])
    }
}
