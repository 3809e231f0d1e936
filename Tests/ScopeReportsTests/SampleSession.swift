import ScopeTrace

extension BranchSession {
    /// A session with something of everything, of which the committed file of version 1 was made.
    static func sample() throws -> BranchSession {
        var trace = TokenTrace(header: .sample)
        for (number, text) in ["def", " é\"", "("].enumerated() {
            let index = trace.append(
                id: number, bytes: Array(text.utf8), sourceSpan: number * 3..<number * 3 + 3,
                origin: .prompt)
            trace.record(at: index) { $0[.surprisal] = number == 0 ? nil : Double(number) / 4 }
        }
        trace.append(id: 7, bytes: [0xF0, 0x9F], origin: .sampled)
        let last = trace.append(id: 2, bytes: Array("</s>".utf8), origin: .sampled, role: .eos)
        trace.record(at: last) { record in
            record[.surprisal] = .infinity
            record[.rank] = 3
            record[MetricKey<Bool>("odd")] = true
            record[MetricKey<String>("note")] = "Infinity"
            record[MetricKey<TokenIDs>("top")] = [2, 7]
            record[MetricKey<MetricRow>("row")] = [1, -.infinity, 0.1]
        }
        trace.stopReason = .stop
        trace.stopMatch = StopMatch(text: "\n", start: 2)
        trace.summary[MetricKey("perplexity", unit: .ratio)] = 2.5
        var tree = BranchTree(trace)
        let path = tree.path(to: tree.leaves[0])
        let others = tree.replace(
            path[3], with: [BranchToken(id: 9, bytes: [98], origin: .forced)],
            settings: GenerationSettings(temperature: 0.5, seed: .max),
            border: BranchBorder(before: 1, after: 2), repeatingTo: path[4])
        tree.prune(others[1])
        tree.name(others[0], "what if")
        tree.annotate(path[4], "ends\nhere")
        let gap = tree.addPrompt(
            [
                BranchToken(id: 20, bytes: [60], origin: .prompt, role: .fim),
                BranchToken(id: 4, bytes: [97, 61], origin: .prompt),
                BranchToken(id: 5, bytes: [59], origin: .prompt),
            ],
            documentMap: .fillInTheMiddle(
                prefix: 1..<3, suffix: 3..<4, middle: 4..<4, language: "python"))
        tree.append(BranchToken(id: 6, bytes: [49], origin: .sampled), to: gap)
        return BranchSession(
            tree: tree, model: "models/tiny",
            requests: [
                .init(
                    "replace",
                    arguments: [
                        "with": .string("b"), "top": .array([.int(1), .double(0.5), .null]),
                        "greedy": .bool(false),
                    ], nodes: [others[0], others[1]])
            ])
    }

    /// A session of a random tree.
    static func random(seed: UInt64) throws -> BranchSession {
        var generator = SeededGenerator(seed: seed)
        var session = BranchSession(tree: BranchTree(header: .sample))
        for _ in 0..<Int.random(in: 0...30, using: &generator) {
            session.change(using: &generator)
        }
        return session
    }

    private mutating func change(using generator: inout SeededGenerator) {
        let node = tree.nodes.map(\.id).randomElement(using: &generator)
        let kind = Int.random(in: 0..<10, using: &generator)
        guard let node, kind > 3 else {
            let tokens = (0..<Int.random(in: 1...50, using: &generator)).map { number in
                BranchToken(
                    id: number,
                    bytes: (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                        UInt8.random(in: 0...255, using: &generator)
                    }, origin: TokenOrigin.allCases.randomElement(using: &generator) ?? .forced,
                    role: TokenRole.allCases.randomElement(using: &generator) ?? .text)
            }
            tree.append(
                contentsOf: tokens, to: node,
                settings: Bool.random(using: &generator)
                    ? GenerationSettings(temperature: 1, seed: generator.next()) : nil)
            return
        }
        switch kind {
        case 4: tree.prune(node)
        case 5:
            tree[node, .surprisal] = [0.5, -0.0, .infinity, 1e-300].randomElement(using: &generator)
        case 6: tree[node, MetricKey<MetricRow>("row")] = [.infinity, 3]
        case 7: tree.name(node, "name \(node)")
        case 8: tree.annotate(node, "\u{1F469} \(node)")
        default: requests.append(.init("x", arguments: ["n": .int(node.rawValue)], nodes: [node]))
        }
    }
}
