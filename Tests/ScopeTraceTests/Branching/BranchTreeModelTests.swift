import ScopeTrace
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Random operations on a tree and on the plain model of one.
struct RandomBranching {
    var tree: BranchTree
    var model = NaiveTree()
    var generator: SeededGenerator
    /// Copies with what they were when they were made.
    private var copies: [(BranchTree, NaiveTree)] = []

    init(seed: UInt64) {
        tree = BranchTree(header: .sample)
        generator = SeededGenerator(seed: seed)
    }

    static let settings = (0..<3).map { GenerationSettings(temperature: 1, seed: $0) }

    mutating func token() -> BranchToken {
        let length = Int.random(in: 0...3, using: &generator)
        let start = Int.random(in: 0...9, using: &generator)
        return BranchToken(
            id: Int.random(in: 0...4, using: &generator),
            bytes: (0..<length).map { UInt8(97 + $0) },
            sourceSpan: Int.random(in: 0..<4, using: &generator) == 0
                ? start..<start + length : nil,
            origin: TokenOrigin.allCases.randomElement(using: &generator) ?? .forced,
            role: Int.random(in: 0..<5, using: &generator) == 0 ? .special : .text)
    }

    mutating func tokens(_ range: ClosedRange<Int>) -> [BranchToken] {
        (0..<Int.random(in: range, using: &generator)).map { _ in token() }
    }

    mutating func node() -> Int? { model.nodes.keys.sorted().randomElement(using: &generator) }

    mutating func step() {
        switch Int.random(in: 0..<20, using: &generator) {
        case 0..<5: append()
        case 5..<8: replace()
        case 8, 9: prune()
        case 10..<14: measure()
        case 14: label()
        case 15: end()
        case 16: copies.append((tree, model))
        case 17: addPrompt()
        default: compare()
        }
    }

    private mutating func append() {
        let parent = Int.random(in: 0..<8, using: &generator) == 0 ? nil : node()
        let settings =
            Bool.random(using: &generator) ? Self.settings.randomElement(using: &generator) : nil
        let tokens = tokens(1...40)
        let added = tree.append(
            contentsOf: tokens, to: parent.map { BranchNode.ID($0) }, settings: settings)
        var last = parent
        var expected: [Int] = []
        for token in tokens {
            let id = model.append(token, to: last, settings: settings)
            expected.append(id)
            last = id
        }
        #expect(added.map(\.rawValue) == expected)
    }

    private mutating func replace() {
        guard let leaf = node() else { return }
        let path = model.path(to: leaf)
        let first = Int.random(in: 0..<path.count, using: &generator)
        let last = Int.random(in: first..<path.count, using: &generator)
        let repeated = Bool.random(using: &generator)
        let tokens = tokens(0...3)
        let added = tree.replace(
            BranchNode.ID(path[first]), through: BranchNode.ID(path[last]), with: tokens,
            border: BranchBorder(before: 1, after: 0),
            repeatingTo: repeated ? BranchNode.ID(leaf) : nil)
        var parent = first == 0 ? nil : path[first - 1]
        var expected: [Int] = []
        var all = tokens
        if repeated {
            for id in path[(last + 1)...] {
                guard let node = model.nodes[id] else { continue }
                all.append(
                    BranchToken(
                        id: node.id, bytes: node.bytes,
                        origin: node.origin == .prompt ? .prompt : .forced, role: node.role))
            }
        }
        for token in all {
            let id = model.append(token, to: parent, settings: nil)
            expected.append(id)
            parent = id
        }
        #expect(added.map(\.rawValue) == expected)
        if let start = added.first {
            let edit = BranchEdit(
                .replacement, first: BranchNode.ID(path[first]), last: BranchNode.ID(path[last]),
                border: BranchBorder(before: 1, after: 0))
            #expect(tree.edit(of: start) == edit)
        }
    }

    private mutating func addPrompt() {
        let tokens = tokens(1...4).map { token in
            var token = token
            token.origin = .prompt
            return token
        }
        let before = model
        let end = tree.addPrompt(tokens)
        // As far as the model has the same tokens, no node is added.
        var (parent, isShared) = (Int?.none, true)
        for token in tokens {
            let added = model.append(token, to: parent, settings: nil)
            let wanted = model.nodes[added]
            let shared = before.children(of: parent).first { id in
                before.nodes[id].map { node in
                    node.id == wanted?.id && node.bytes == wanted?.bytes
                        && node.sourceSpan == wanted?.sourceSpan && node.origin == .prompt
                        && node.role == wanted?.role && node.settings == nil
                } ?? false
            }
            isShared = isShared && shared != nil
            if isShared, let shared {
                model.nodes[added] = nil
                model.next -= 1
                parent = shared
            } else {
                parent = added
            }
        }
        #expect(end.rawValue == parent)
    }

    private mutating func prune() {
        guard let node = node() else { return }
        let gone = tree.prune(BranchNode.ID(node))
        #expect(gone.map(\.rawValue) == model.prune(node))
    }

    private mutating func measure() {
        guard let node = node() else { return }
        let id = BranchNode.ID(node)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0:
            let value = awkwardDouble(using: &generator)
            tree[id, .entropy] = value
            #expect(tree[id, .entropy] == value)
            model.nodes[node]?.metrics["entropy"] = .double(value)
        case 1:
            tree[id, .alternatives] = [1, node]
            model.nodes[node]?.metrics["alternatives"] = .ids([1, node])
        case 2:
            tree[id, .entropy] = nil
            #expect(tree[id, .entropy] == nil)
            model.nodes[node]?.metrics["entropy"] = nil
        default:
            tree[id, .category] = "\(node)"
            model.nodes[node]?.metrics["acme.category"] = .string("\(node)")
        }
    }

    private mutating func label() {
        guard let node = node() else { return }
        let name = ["a", "b", "c", nil].randomElement(using: &generator) ?? nil
        tree.name(BranchNode.ID(node), name)
        model.names = model.names.filter { $0.value != node }
        if let name { model.names[name] = node }
        let note = ["x", "", nil].randomElement(using: &generator) ?? nil
        tree.annotate(BranchNode.ID(node), note)
        model.notes[node] = note == "" ? nil : note
    }

    private mutating func end() {
        guard let node = node() else { return }
        let end = BranchEnd(stopReason: StopReason.allCases.randomElement(using: &generator))
        tree.setEnd(end, of: BranchNode.ID(node))
        model.nodes[node]?.end = end
        guard Bool.random(using: &generator) else { return }
        var made: [GenerationSettings] = []
        for id in model.path(to: node).reversed() {
            made += [model.nodes[id]?.settings].compactMap(\.self)
        }
        #expect(
            tree.resume(BranchNode.ID(node)) == made.first ?? TraceHeader.sample.settings)
        model.nodes[node]?.end = nil
    }

    private mutating func compare() {
        guard let left = node(), let right = node() else { return }
        let (one, other) = (BranchNode.ID(left), BranchNode.ID(right))
        let common = model.lowestCommonAncestor(left, right)
        #expect(tree.lowestCommonAncestor(one, other)?.rawValue == common)
        #expect(
            tree.commonPrefix(one, other).map(\.rawValue)
                == common.map { model.path(to: $0) } ?? [])
        #expect(tree.isOnPath(one, to: other) == model.path(to: right).contains(left))
        let path = model.path(to: left)
        let bytes = path.flatMap { model.nodes[$0]?.bytes ?? [] }
        #expect(tree.bytes(of: one) == bytes)
        for index in [0, path.count / 2, path.count - 1, path.count] {
            let found = tree.node(at: TokenIndex(index), onPathTo: one)
            #expect(found?.rawValue == (index < path.count ? path[index] : nil))
        }
        let start = Int.random(in: 0...bytes.count, using: &generator)
        let range = start..<Int.random(in: start...bytes.count, using: &generator)
        var (covering, offset) = ([Int](), 0)
        for id in path {
            let span = offset..<offset + (model.nodes[id]?.bytes.count ?? 0)
            if span.overlaps(range) { covering.append(id) }
            offset = span.upperBound
        }
        #expect(tree.nodes(covering: range, onPathTo: one).map(\.rawValue) == covering)
    }

    /// That the tree and all copies are what the model says.
    func check() {
        model.expectSame(tree)
        for (copy, then) in copies { then.expectSame(copy) }
    }
}

@Suite struct BranchTreeModelTests {
    /// A quick share of the seeds, and all with `TOKENSCOPE_SOAK` set, as `Scripts/soak` does.
    static let seeds: Range<UInt64> =
        0..<(ProcessInfo.processInfo.environment["TOKENSCOPE_SOAK"] == nil ? 200 : 10_000)

    @Test func aTreeIsWhatAPlainModelSays() {
        for seed in Self.seeds {
            var branching = RandomBranching(seed: seed)
            for _ in 0..<Int.random(in: 1...16, using: &branching.generator) {
                branching.step()
                let violations = branching.tree.violations
                #expect(violations == [], "seed \(seed)")
            }
            branching.check()
        }
    }

    @Test func mergingTakesOverWhatIsNotThere() throws {
        for seed in Self.seeds {
            var left = RandomBranching(seed: seed)
            for _ in 0..<6 { left.step() }
            var right = left
            right.generator = SeededGenerator(seed: seed + 1_000_000)
            for _ in 0..<4 { left.step() }
            for _ in 0..<4 { right.step() }
            var merged = left.tree
            let places = try merged.merge(right.tree)
            #expect(merged.violations == [], "seed \(seed)")
            // Nothing of the one is lost, and all of the other has a place.
            for node in left.tree.nodes { #expect(merged[node.id] == node) }
            for id in right.tree.nodes.map(\.id) {
                let own = try #require(places[id])
                #expect(merged[own]?.token == right.tree[id]?.token)
                #expect(merged.settings(of: own) == right.tree.settings(of: id))
                #expect(merged.bytes(of: own) == right.tree.bytes(of: id))
                for metric in right.tree.metrics(of: id) {
                    #expect(merged.cell(named: metric.name, of: own) != nil)
                }
            }
            #expect(Set(places.values).count == places.count)
            #expect(merged.count <= left.tree.count + right.tree.count)
            // Once more changes nothing, and neither does a tree's own copy.
            var again = merged
            try again.merge(right.tree)
            #expect(again == merged, "seed \(seed)")
            try again.merge(merged)
            #expect(again == merged, "seed \(seed)")
        }
    }

    @Test func runsHoldEveryNodeOnce() {
        for seed in Self.seeds {
            var branching = RandomBranching(seed: seed)
            for _ in 0..<10 { branching.step() }
            let tree = branching.tree
            let runs = tree.runs()
            #expect(runs.flatMap(\.nodes).sorted() == tree.nodes.map(\.id))
            for (place, run) in runs.enumerated() {
                #expect(
                    zip(run.nodes, run.nodes.dropFirst()).allSatisfy { pair in
                        tree.children(of: pair.0) == [pair.1]
                    })
                let last = run.nodes[run.nodes.count - 1]
                #expect(tree.children(of: last).count != 1)
                #expect(tree.children(of: last) == run.children.map { runs[$0].nodes[0] })
                #expect(run.children.allSatisfy { $0 > place && runs[$0].parent == place })
                #expect(run.depth == (run.parent.map { runs[$0].depth + 1 } ?? 0))
                #expect(tree[run.nodes[0]]?.parent == run.parent.flatMap { runs[$0].nodes.last })
            }
            let single = tree.runs { _ in true }
            #expect(single.allSatisfy { $0.nodes.count == 1 })
            #expect(single.count == tree.count)
        }
    }
}
