import TokenScope

/// How a session's file keeps what a tree has no place for: as requests of these kinds.
extension ExplorerSession {
    private static let sessionKind = "explorer.session"
    private static let branchKind = "explorer.branch"
    private static let attributionKind = "explorer.attribution"

    /// The session as it is written to a file.
    var written: BranchSession {
        var session = session
        session.requests.removeAll { request in
            [Self.sessionKind, Self.branchKind, Self.attributionKind].contains(request.kind)
        }
        var own: [String: OpaqueValue] = [
            "name": .string(name), "note": .string(note), "created": .string(created),
        ]
        own["language"] = language.map { .string($0) }
        session.requests.append(.init(Self.sessionKind, arguments: own))
        for branch in branches {
            guard let leaf = branch.leaf, session.tree.contains(leaf) else { continue }
            var arguments: [String: OpaqueValue] = [
                "key": .string(branch.key), "name": .string(branch.name),
                "edit": .string(branch.edit),
            ]
            arguments["parent"] = branch.parent.map { .string($0) }
            arguments["fork"] = branch.fork.map { .int($0) }
            arguments["prompt"] = branch.prompt.map { .string($0) }
            session.requests.append(
                .init(Self.branchKind, arguments: arguments, nodes: [leaf]))
            for attribution in branch.attributions {
                session.requests.append(
                    .init(
                        Self.attributionKind,
                        arguments: Self.arguments(attribution, of: branch.key), nodes: [leaf]))
            }
        }
        return session
    }

    /// A session that a file holds.
    init(opening session: BranchSession, id: String, name: String, models: [ExplorerModel]) {
        let own = session.requests.last { $0.kind == Self.sessionKind }?.arguments ?? [:]
        let wanted = [session.model, session.tree.header.model.name].compactMap(\.self)
        self.init(
            id: id, name: own["name"]?.text ?? name,
            model: models.first { wanted.contains($0.name) }?.id,
            kind: "decoded", created: own["created"]?.text ?? ExplorerWorkspace.now(),
            session: session)
        note = own["note"]?.text ?? ""
        language = own["language"]?.text
        if language == nil, wanted.contains(ExplorerWorkspace.embeddedName) { language = "python" }
        for request in session.requests where request.kind == Self.branchKind {
            guard let key = request.arguments["key"]?.text, let leaf = request.nodes.first,
                session.tree.contains(leaf), index(of: key) == nil
            else { continue }
            addBranch(
                ExplorerBranch(
                    key: key, name: request.arguments["name"]?.text ?? key, leaf: leaf,
                    parent: request.arguments["parent"]?.text,
                    fork: request.arguments["fork"]?.number,
                    edit: request.arguments["edit"]?.text ?? "generate",
                    prompt: request.arguments["prompt"]?.text))
        }
        for request in session.requests where request.kind == Self.attributionKind {
            guard let key = request.arguments["branch"]?.text,
                let attribution = Self.attribution(request.arguments)
            else { continue }
            change(key) { $0.attributions.append(attribution) }
        }
        addRemainingLeaves()
    }

    /// Branches of files that know nothing of ours: every end is one.
    private mutating func addRemainingLeaves() {
        let tree = session.tree
        let known = Set(branches.compactMap(\.leaf))
        for leaf in tree.leaves where !known.contains(leaf) {
            let path = tree.path(to: leaf)
            let name = path.reversed().lazy.compactMap { tree.name(of: $0) }.first
            // It began as a change of the branch that it shares most with.
            let shared = branches.compactMap { other -> (key: String, count: Int)? in
                guard let end = other.leaf else { return nil }
                let count = tree.commonPrefix(leaf, end).count
                return count > 0 ? (other.key, count) : nil
            }.max { $0.count < $1.count }
            let edit = path.lazy.compactMap { tree.edit(of: $0) }.first
            let kind =
                switch edit?.kind {
                case .replacement: "replace"
                case .fillInTheMiddle: "fill"
                case .prompt, nil: shared == nil ? "generate" : "sample"
                }
            _ = addBranch(
                named: name, parent: shared?.key, fork: shared?.count, edit: kind, leaf: leaf)
        }
    }

    private static func arguments(
        _ attribution: Attribution, of key: String
    ) -> [String: OpaqueValue] {
        [
            "branch": .string(key), "method": .string(attribution.method),
            "settings": .object(attribution.settings.mapValues { .string($0) }),
            "target": .int(attribution.target.rawValue), "target_id": .int(attribution.targetID),
            "scores": .array(attribution.scores.map { $0.isFinite ? .double($0) : .null }),
            "signed": .bool(attribution.isSigned),
            "diagnostics": .object(
                attribution.diagnostics.filter(\.value.isFinite).mapValues { .double($0) }),
        ]
    }

    private static func attribution(_ arguments: [String: OpaqueValue]) -> Attribution? {
        guard let method = arguments["method"]?.text, let target = arguments["target"]?.number,
            target > 0, let id = arguments["target_id"]?.number, id >= 0,
            case .array(let scores)? = arguments["scores"], scores.count == target
        else { return nil }
        var settings: [String: String] = [:]
        if case .object(let values)? = arguments["settings"] {
            settings = values.compactMapValues(\.text)
        }
        var diagnostics: [String: Double] = [:]
        if case .object(let values)? = arguments["diagnostics"] {
            diagnostics = values.compactMapValues(\.real)
        }
        return Attribution(
            method: method, settings: settings, target: TokenIndex(target), targetID: id,
            scores: scores.map { $0.real ?? 0 }, isSigned: arguments["signed"] == .bool(true),
            diagnostics: diagnostics)
    }
}

extension OpaqueValue {
    fileprivate var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    fileprivate var number: Int? {
        if case .int(let number) = self { number } else { nil }
    }

    fileprivate var real: Double? {
        switch self {
        case .int(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }
}
