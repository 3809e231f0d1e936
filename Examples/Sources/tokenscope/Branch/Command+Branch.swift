import TokenScope

extension Command {
    static let branch = Command(
        name: "branch",
        operands: "ACTION SESSION [ARGUMENT...]",
        summary: "ask what the model would have written instead, and keep all of it",
        discussion: """
            SESSION is a JSON file that holds a tree of branches; what is asked for is added to it,
            and the tree is shown. A file is replaced in one step, so it is whole at any moment.

              new SESSION PROMPT       begin a session, and write from PROMPT ("-": standard input)
              generate SESSION PROMPT  write from another prompt; --edit WHERE: an edited one
              continue SESSION WHERE   go on after a token, or where a branch ended
              replace SESSION          put --with TEXT or --id N in the place of --at WHERE
              fim SESSION              fill the gap between --prefix and --suffix, or at --cursor
              sweep SESSION WHERE      look at many branches at once: see --kind
              show SESSION             the tree
              diff SESSION A B         what two branches share, and where they part
              trace SESSION WHERE      a branch as JSON Lines, as `generate` writes it
              name SESSION WHERE NAME  give a branch a name; without NAME, take it away
              note SESSION WHERE TEXT  note something of a branch
              prune SESSION WHERE      remove a token with all that follows it
              merge SESSION OTHER      take over the branches of another session

            WHERE is the number of a node, as the tree shows it for the last token of each line, or a
            branch's name; WHERE:I is token I of the branch to it, and :I that of the newest branch.
            """,
        flags: BranchRun.flags,
        run: { (options) throws(ToolError) in
            guard let name = options.operands.first else {
                throw .usage("branch needs an action, such as new or show")
            }
            guard let action = BranchAction(rawValue: name) else {
                let known = BranchAction.allCases.map(\.rawValue).joined(separator: ", ")
                throw .usage("\"\(name)\" is no action of branch; there are \(known)")
            }
            guard options.operands.count > 1 else {
                throw .usage("branch \(name) needs the file of a session")
            }
            var run = try BranchRun(action, options)
            try run.perform()
        }
    )
}

/// What `tokenscope branch` does.
enum BranchAction: String, CaseIterable {
    case new
    case generate
    case `continue`
    case replace
    case fim
    case sweep
    case show
    case diff
    case trace
    case name
    case note
    case prune
    case merge

    /// How many arguments stand after the session's file, at least and at most.
    var operandCount: ClosedRange<Int> {
        switch self {
        case .new, .generate, .continue, .sweep, .trace, .prune, .merge: 1...1
        case .replace, .fim, .show: 0...0
        case .diff, .note: 2...2
        case .name: 1...2
        }
    }
}
