import TokenScope

/// One branch of a session: a way through its tree that somebody asked for.
struct ExplorerBranch: Sendable {
    let key: String
    var name: String
    /// Its last node, nil while nothing is written.
    var leaf: BranchNode.ID?
    /// The branch that it began as a change of.
    var parent: String?
    /// The first token that is its own and not its parent's.
    var fork: Int?
    /// What made it.
    var edit: String
    var prompt: String?
    var recording = Recording()
    var isRunning = false
    var attributions: [Attribution] = []
}

/// Branches that belong together, with what is known of them.
struct ExplorerSession: Sendable {
    let id: String
    var name: String
    var note = ""
    /// The model's id among those that are known, nil for one that is not.
    var model: String?
    var kind: String
    let created: String
    var language: String?
    /// The file that it is saved to.
    var path: String?
    /// What is in the file is what is here.
    var isSaved = false
    var session: BranchSession
    /// The tree with what is being written, while something is.
    var live: BranchTree?
    var branches: [ExplorerBranch] = []
    private var branchCount = 0

    init(
        id: String, name: String, model: String?, kind: String, created: String,
        session: BranchSession
    ) {
        self.id = id
        self.name = name
        self.model = model
        self.kind = kind
        self.created = created
        self.session = session
    }

    /// The tree that a branch is read from.
    func tree(of branch: ExplorerBranch) -> BranchTree {
        branch.isRunning ? live ?? session.tree : session.tree
    }

    mutating func addBranch(
        named name: String? = nil, parent: String? = nil, fork: Int? = nil, edit: String,
        prompt: String? = nil, leaf: BranchNode.ID? = nil
    ) -> String {
        let key = "b\(branchCount)"
        branches.append(
            ExplorerBranch(
                key: key, name: name ?? (branchCount == 0 ? "text" : "branch \(branchCount)"),
                leaf: leaf, parent: parent, fork: fork, edit: edit, prompt: prompt))
        branchCount += 1
        isSaved = false
        return key
    }

    /// Adds a branch that a file holds, under the key that it had.
    mutating func addBranch(_ branch: ExplorerBranch) {
        branches.append(branch)
        if let number = Int(branch.key.dropFirst()) { branchCount = max(branchCount, number + 1) }
    }

    func index(of key: String) -> Int? { branches.firstIndex { $0.key == key } }

    mutating func change(_ key: String, _ body: (inout ExplorerBranch) -> Void) {
        if let place = index(of: key) { body(&branches[place]) }
    }

    /// The tokens of a branch.
    func tokenCount(of branch: ExplorerBranch) -> Int {
        guard let leaf = branch.leaf else { return 0 }
        return (tree(of: branch)[leaf]?.token.index.rawValue ?? -1) + 1
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("name", name)
            writer.member("note", note)
            writer.member("model", session.model ?? "")
            writer.key("model_id")
            if let model { writer.write(model) } else { writer.writeNull() }
            writer.member("kind", kind)
            writer.member("branches", branches.count)
            writer.member("tokens", branches.reduce(0) { $0 + tokenCount(of: $1) })
            writer.member("saved", isSaved)
            writer.member("created", created)
        }
    }
}
