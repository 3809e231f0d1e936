import TokenScope

/// What needs the model.
extension BranchRun {
    mutating func generate() throws(ToolError) {
        let parameters = try options.sampling(by: modelName)
        let prompt =
            operands[0] == "-"
            ? String(validating: Terminal.readStandardInput(), as: UTF8.self) : operands[0]
        guard let prompt else { throw .input("-: is not valid UTF-8") }
        var old: BranchNode.ID?
        if let text = options["edit"] { old = try tree.place(text) }
        let (count, addBOS) = (try count(), options.contains("bos"))
        try write { (explorer, progress) throws(BranchingFailure) in
            try explorer.write(
                prompt: prompt, parameters, count: count, addBOS: addBOS, editing: old,
                progress: progress)
        }
    }

    mutating func goOn() throws(ToolError) {
        let tree = try tree
        let node = try tree.place(operands[0])
        let count = try count()
        if tree.isLeaf(node), tree.end(of: node) != nil, count == 1,
            options.values.keys.filter(options.isSampling) == ["max-tokens"]
                || !options.namesSampling
        {
            let length = try options.number("max-tokens", as: Int.self)
            try write { (explorer, progress) throws(BranchingFailure) in
                try explorer.resume(node, maxTokens: length, progress: progress)
            }
            return
        }
        let parameters = try sampling(at: node)
        try write { (explorer, progress) throws(BranchingFailure) in
            let settings = (0..<count).map { number in
                var own = parameters
                own.seed = parameters.seed(ofSample: number)
                return own
            }
            return try explorer.branch(after: node, settings, progress: progress)
        }
    }

    mutating func replace() throws(ToolError) {
        let tree = try tree
        guard let at = options["at"] else { throw .usage("branch replace needs --at WHERE") }
        let first = try tree.place(at)
        var (last, leaf) = (first, BranchNode.ID?.none)
        if let text = options["through"] { last = try tree.place(text) }
        if let text = options["keep"] { leaf = try tree.place(text) }
        let count = try count()
        let parameters = options.namesSampling ? try sampling(at: last) : nil
        switch (options["with"], options["id"]) {
        case (let text?, nil):
            try write { (explorer, progress) throws(BranchingFailure) in
                try explorer.replace(
                    first, through: last, withText: text, parameters, repeatingTo: leaf,
                    count: count, progress: progress)
            }
        case (nil, let list?):
            let ids = list.split(separator: ",").map { Int($0) ?? -1 }
            guard !ids.isEmpty, ids.allSatisfy({ $0 >= 0 }) else {
                throw .usage("--id takes ids as in 17,4, not \"\(list)\"")
            }
            try write { (explorer, progress) throws(BranchingFailure) in
                try explorer.replace(
                    first, through: last, with: ids, parameters, repeatingTo: leaf, count: count,
                    progress: progress)
            }
        default: throw .usage("branch replace needs either --with TEXT or --id IDS")
        }
    }

    mutating func fillInTheMiddle() throws(ToolError) {
        let gap = try DocumentGap(options)
        let parameters = try options.sampling(by: modelName)
        let (count, addBOS) = (try count(), options.contains("bos"))
        var order: FillInTheMiddleOrder?
        switch options["order"] {
        case nil: break
        case "psm": order = .prefixFirst
        case "spm": order = .suffixFirst
        case let other?: throw .usage("--order takes psm or spm, not \"\(other)\"")
        }
        let wanted = order
        try write { (explorer, progress) throws(BranchingFailure) in
            let format = try FillInTheMiddleFormat(
                for: explorer.context.tokenizer, order: wanted)
            return try explorer.fillInTheMiddle(
                prefix: gap.prefix, suffix: gap.suffix, parameters, format: format, count: count,
                addBOS: addBOS, progress: progress)
        }
    }

    /// Has branches written, keeps them, and shows what there is.
    mutating func write(
        _ body: (
            inout BranchExplorer, (BranchProgress) -> Void
        ) throws(BranchingFailure) -> BranchOutcome
    ) throws(ToolError) {
        try Self.check(name: options["name"])
        var explorer = try explorer()
        let before = explorer.tree.count
        let progress = progress
        let outcome: BranchOutcome
        do {
            outcome = try body(&explorer) { report in
                let limit = report.tokenLimit.map { " of at most \($0)" } ?? ""
                progress.show(
                    "branch \(min(report.finishedBranches + 1, report.branches)) of "
                        + "\(report.branches), token \(report.tokens)\(limit)")
            }
        } catch {
            progress.clear()
            session?.tree = explorer.tree
            // What was written until then is not lost.
            if explorer.tree.count > before { try save([]) }
            throw Self.explained(error)
        }
        progress.clear()
        session?.tree = explorer.tree
        if let name = options["name"], let leaf = outcome.leaves.first {
            session?.tree.name(leaf, name)
        }
        try save(outcome.leaves)
        try show(outcome.leaves)
    }

    /// What the model is called that writes.
    private var modelName: String {
        options["model"] ?? session?.model ?? ParsedOptions.embeddedName
    }

    /// The engine at the session's branches; a new session begins with it.
    mutating func explorer() throws(ToolError) -> BranchExplorer {
        let name = modelName
        let model = try Run.load(
            try ParsedOptions.modelFiles(name), try options.modelOptions(), progress)
        if let header = session?.tree.header,
            header.model != model.identity || header.arithmetic != model.model.arithmetic
        {
            throw .input(
                "\(file.path): was written by \(header.model.name) with \(header.arithmetic), "
                    + "\(header.model.weights); this is \(model.identity.name) with "
                    + "\(model.model.arithmetic), \(model.identity.weights)")
        }
        let explorer: BranchExplorer
        do {
            explorer = try BranchExplorer(model, tree: session?.tree) { session in
                session.attachStandardMetrics()
            }
        } catch {
            throw Self.explained(error)
        }
        if session == nil { session = BranchSession(tree: explorer.tree, model: name) }
        return explorer
    }

    /// The settings of a branch through a node, with what the options say in their place.
    func sampling(at node: BranchNode.ID) throws(ToolError) -> GenerateParameters {
        let tree = try tree
        let leaf = tree.leaves(from: node).first ?? node
        let made = tree.path(to: leaf).reversed().lazy.compactMap { tree.settings(of: $0) }.first
        guard let made else { return try options.sampling(by: modelName) }
        return try options.sampling(over: GenerateParameters(made), by: modelName)
    }

    func count() throws(ToolError) -> Int {
        let count = try options.number("count", as: Int.self) ?? 1
        guard (1...10_000).contains(count) else {
            throw .usage("--count takes a number from 1 to 10000, not \(count)")
        }
        return count
    }

    static func explained(_ failure: BranchingFailure) -> ToolError {
        switch failure {
        case .decoding(.model(.contextExceeded)), .decoding(.model(.tokenOutOfRange)),
            .decoding(.invalidSetting):
            .input("\(failure)")
        case .decoding, .tree: .run("\(failure)")
        case .budgetExceeded, .differentModel, .invalidSetting, .noFillInTheMiddle, .noSuchNode:
            .input("\(failure)")
        }
    }
}

extension ParsedOptions {
    /// Whether a flag says how tokens are drawn.
    func isSampling(_ name: String) -> Bool {
        (Self.samplingFlags + Self.stopFlags).contains { $0.name == name }
    }
}
