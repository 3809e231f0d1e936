import TokenScope

/// One call of `tokenscope branch`: the session, what is done to it, and what is shown.
struct BranchRun {
    let action: BranchAction
    let options: ParsedOptions
    /// What stands after the session's file.
    let operands: [String]
    let file: BranchSessionFile
    let progress: Progress
    let scale: HeatScale
    let format: OutputFormat
    let fold: Fold?
    var session: BranchSession?

    /// What is shown in the end.
    enum OutputFormat: String, CaseIterable {
        case tree
        case nodes
        case json
    }

    /// The flags of folding, with what they mean here.
    private static let branchFoldFlags =
        [
            Flag(
                name: "fold", value: "LEVEL",
                help:
                    "show: the metrics of every branch over the syntax of its code; diff: what the "
                    + "difference did to each construct that stands in both; trace: further lines; "
                    + CodeFolding.levelNames)
        ] + CodeFolding.flags

    static let flags =
        [
            Flag(
                name: "at", value: "WHERE",
                help: "replace: the token that is replaced, or the first"
            ),
            Flag(name: "through", value: "WHERE", help: "replace: the last token that is replaced"),
            Flag(
                name: "with", value: "TEXT",
                help: "replace: what stands there instead; tokens before it that change with it "
                    + "are tokenised again, and the tree says how many"),
            Flag(
                name: "id", value: "IDS",
                help: "replace: the ids that stand there instead, as in 17,4"),
            Flag(
                name: "keep", value: "WHERE",
                help: "replace: repeat the branch after what was replaced up to here, then write"),
            Flag(
                name: "edit", value: "WHERE", help: "generate: a node of the prompt this one edits"),
            Flag(name: "prefix", value: "TEXT", help: "fim: the text before the gap"),
            Flag(name: "suffix", value: "TEXT", help: "fim: the text after the gap"),
            Flag(name: "file", value: "FILE", help: "fim: a document that has the gap"),
            Flag(
                name: "cursor", value: "PLACE",
                help: "fim: where the gap is in FILE, as bytes before it, or as LINE:COLUMN from 1"),
            Flag(
                name: "order", value: "ORDER",
                help: "fim: psm (prefix first) or spm (suffix first); default: the model's own"),
            Flag(
                name: "kind", value: "KIND",
                help:
                    "sweep: atlas (default); expand: fork where the model was undecided; best: the "
                    + "best of --count samples; beam: the --count most probable continuations; "
                    + "forks: the tokens that decided whether --contains comes; flip: the fewest "
                    + "replacements that change that"),
            Flag(
                name: "alternatives", value: "M",
                help: "sweep: alternatives to each token (default 5; forks and flip: 3)"),
            Flag(
                name: "tokens", value: "H",
                help: "sweep: tokens to write after each (default 16)"),
            Flag(name: "from", value: "I", help: "sweep: the first token that is looked at"),
            Flag(name: "to", value: "J", help: "sweep: the last token that is looked at"),
            Flag(
                name: "budget", value: "N",
                help:
                    "sweep: tokens that may go through the model; more are refused (flip: default 10000)"
            ),
            Flag(
                name: "margin", value: "P",
                help: "sweep, expand: fork where the most probable token leads by less (default "
                    + "0.1)"),
            Flag(
                name: "entropy", value: "NATS",
                help: "sweep, expand: fork where the entropy is larger, instead"),
            Flag(name: "depth", value: "N", help: "sweep, expand: forks on a way (default 1)"),
            Flag(
                name: "contains", value: "TEXT",
                help: "sweep, forks and flip: the outcome is whether what is written has TEXT"),
            Flag(
                name: "rollouts", value: "N",
                help: "sweep, forks: continuations after each choice (default 8)"),
            Flag(
                name: "size", value: "N",
                help: "sweep, flip: replacements at one time, at most (default 2)"),
            Flag(name: "add", value: nil, help: "sweep: the alternatives become branches"),
            Flag(name: "count", value: "N", help: "branches to write, each with its own draws"),
            Flag(name: "name", value: "NAME", help: "the name of the branch that is written"),
            Flag(
                name: "format", value: "FORMAT",
                help:
                    "tree (default); nodes: the last node of each branch that was written (with "
                    + "show: of all), one a line; json: the session"),
            Flag(
                name: "metric", value: "NAME",
                help:
                    "what tree and diff show: surprisal (default), entropy, confidence, margin or "
                    + "rank"),
            Flag(name: "width", value: "N", help: "columns of the tree (default 100)"),
            Flag(name: "bos", value: nil, help: "put the model's BOS token first"),
            Flag(name: "quiet", value: nil, help: "no progress on standard error"),
        ] + branchFoldFlags + ParsedOptions.samplingFlags + ParsedOptions.stopFlags
        + ParsedOptions.modelFlags
        + [Flag(name: "help", value: nil, help: "this text")]

    init(_ action: BranchAction, _ options: ParsedOptions) throws(ToolError) {
        let operands = Array(options.operands.dropFirst(2))
        guard action.operandCount.contains(operands.count) else {
            let count = action.operandCount
            let wanted =
                count.lowerBound == count.upperBound
                ? "\(count.lowerBound)" : "\(count.lowerBound) or \(count.upperBound)"
            throw .usage(
                "branch \(action.rawValue) takes \(wanted) arguments after the session, "
                    + "not \(operands.count)")
        }
        self.action = action
        self.options = options
        self.operands = operands
        file = BranchSessionFile(options.operands[1])
        progress = Progress(options)
        let metric = options["metric"] ?? "surprisal"
        guard let scale = HeatScale.standard(named: metric) else {
            let known = HeatScale.standard.map(\.name).joined(separator: ", ")
            throw .usage("--metric takes one of \(known), not \"\(metric)\"")
        }
        self.scale = scale
        guard let format = OutputFormat(rawValue: options["format"] ?? "tree") else {
            throw .usage("--format takes tree, nodes or json, not \"\(options["format"] ?? "")\"")
        }
        self.format = format
        fold = try Fold(
            options, isFoldable: [.show, .diff, .trace].contains(action) && format == .tree,
            path: nil)
        session = try Self.read(file)
        switch action {
        case .new:
            guard session == nil else {
                throw .input("\(file.path): is there already; generate adds to it")
            }
        case .fim: break
        default:
            guard session != nil else { throw .input("\(file.path): no such file") }
        }
    }

    /// The session of a file, nil where there is none.
    static func read(_ file: BranchSessionFile) throws(ToolError) -> BranchSession? {
        do throws(FileError) {
            return try file.read()
        } catch .missing {
            return nil
        } catch {
            throw .input("\(error)")
        }
    }

    mutating func perform() throws(ToolError) {
        switch action {
        case .new, .generate: try generate()
        case .continue: try goOn()
        case .replace: try replace()
        case .fim: try fillInTheMiddle()
        case .sweep: try sweep()
        case .show: try show(nil)
        case .diff: try diff()
        case .trace: try trace()
        case .name: try name()
        case .note: try note()
        case .prune: try prune()
        case .merge: try merge()
        }
    }

    /// The branches as they are.
    var tree: BranchTree {
        get throws(ToolError) {
            guard let session else { throw .input("\(file.path): no such file") }
            return session.tree
        }
    }

    /// Keeps a request with what came of it, and writes the file.
    mutating func save(_ nodes: [BranchNode.ID]) throws(ToolError) {
        guard var session else { return }
        var arguments: [String: OpaqueValue] = [:]
        for (name, value) in options.values where name != "quiet" && name != "format" {
            let all = options.all(name)
            arguments[name] =
                all.count > 1
                ? .array(all.map(OpaqueValue.string))
                : value.isEmpty ? .bool(true) : .string(value)
        }
        if !operands.isEmpty { arguments["operands"] = .array(operands.map(OpaqueValue.string)) }
        session.requests.append(.init(action.rawValue, arguments: arguments, nodes: nodes))
        self.session = session
        do throws(FileError) {
            try file.write(session)
        } catch {
            throw .run("\(error)")
        }
    }

    /// Shows the session in the format that was asked for.
    func show(_ written: [BranchNode.ID]?) throws(ToolError) {
        let tree = try tree
        switch format {
        case .nodes:
            for node in written ?? tree.leaves { Terminal.write("\(node)\n") }
        case .json:
            guard let session else { return }
            Terminal.write(
                String(decoding: BranchSessionFile.bytes(of: session), as: UTF8.self))
        case .tree:
            let width = try options.number("width", as: Int.self) ?? 100
            guard (60...10_000).contains(width) else {
                throw .usage("--width takes from 60 to 10000 columns, not \(width)")
            }
            Terminal.write(
                BranchTreeView(scale: scale, depth: Terminal.colorDepth, width: width)
                    .text(of: tree))
            guard let fold else { return }
            for leaf in tree.leaves {
                let name = tree.path(to: leaf).reversed().lazy.compactMap { tree.name(of: $0) }
                    .first
                Terminal.write("\nbranch \(leaf)\(name.map { ", " + $0 } ?? ""):")
                Terminal.write(try fold.table(of: tree.trace(of: leaf)))
            }
        }
    }
}
