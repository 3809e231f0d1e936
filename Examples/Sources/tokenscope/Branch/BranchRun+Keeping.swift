import TokenScope

/// What needs no model.
extension BranchRun {
    func diff() throws(ToolError) {
        let tree = try tree
        let (left, right) = (try tree.place(operands[0]), try tree.place(operands[1]))
        let width = try options.number("width", as: Int.self) ?? 72
        guard width >= 8 else { throw .usage("--width takes at least 8 columns, not \(width)") }
        Terminal.write(
            BranchDiffView(metric: scale.name, depth: Terminal.colorDepth, width: width)
                .text(from: left, to: right, of: tree))
        guard let fold else { return }
        Terminal.write(
            try fold.effects(
                of: scale.name, from: tree.trace(of: left), to: tree.trace(of: right)))
    }

    func trace() throws(ToolError) {
        let tree = try tree
        let trace = tree.trace(of: try tree.place(operands[0]))
        Terminal.write(JSONLinesWriter().text(of: trace))
        if let fold { Terminal.write(try fold.lines(of: trace)) }
    }

    mutating func name() throws(ToolError) {
        let node = try tree.place(operands[0])
        let name = operands.count > 1 ? operands[1] : nil
        try Self.check(name: name)
        session?.tree.name(node, name)
        try save([node])
        try show([node])
    }

    static func check(name: String?) throws(ToolError) {
        guard let name else { return }
        // Else WHERE could not tell names from nodes.
        guard !name.isEmpty, Int(name) == nil, !name.contains(":") else {
            throw .usage("a name is a text that is no number and has no colon, not \"\(name)\"")
        }
    }

    mutating func note() throws(ToolError) {
        let node = try tree.place(operands[0])
        session?.tree.annotate(node, operands[1])
        try save([node])
        try show([node])
    }

    mutating func prune() throws(ToolError) {
        let node = try tree.place(operands[0])
        session?.tree.prune(node)
        try save([node])
        try show([])
    }

    mutating func merge() throws(ToolError) {
        let other = BranchSessionFile(operands[0])
        guard let read = try Self.read(other) else {
            throw .input("\(other.path): no such file")
        }
        let places: [BranchNode.ID: BranchNode.ID]
        do throws(BranchTreeError) {
            places = try session?.tree.merge(read.tree) ?? [:]
        } catch {
            throw .input("\(other.path): \(error)")
        }
        let leaves = read.tree.leaves.compactMap { places[$0] }
        try save(leaves)
        try show(leaves)
    }
}
