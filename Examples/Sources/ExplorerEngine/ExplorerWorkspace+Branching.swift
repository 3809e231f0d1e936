import Synchronization
import TokenScope

extension ExplorerWorkspace {
    /// A place in a branch that a request names.
    struct BranchPlace {
        let session: Int
        let branch: ExplorerBranch
        let leaf: BranchNode.ID
        let token: Int
        let node: BranchNode.ID?
        let model: String
    }

    /// Finds `session` and `branch` of a request, and `token` where it has one; `end` allows the place
    /// after the last token.
    func place(
        _ request: Fields, in state: State, token: String? = "token", end: Bool = false
    ) throws(ActionError) -> BranchPlace {
        let (number, branch) = try found(request, in: state)
        let session = state.sessions[number]
        guard let leaf = branch.leaf else {
            throw ActionError(.conflict, "the branch has no tokens yet", field: "branch")
        }
        guard let model = session.model else {
            throw ActionError(
                .conflict,
                "the model \(session.session.model ?? "that wrote the session") is not among those "
                    + "that are here", field: "session")
        }
        let tree = session.tree(of: branch)
        let count = session.tokenCount(of: branch)
        var index = count - 1
        if let token {
            index = try request.requiredInt(token, in: 0...Int.max)
            guard index < count || end && index == count else {
                throw .invalid(token, "the branch has \(count) tokens, and none at \(index)")
            }
        }
        return BranchPlace(
            session: number, branch: branch, leaf: leaf, token: index,
            node: index < count ? tree.node(at: TokenIndex(index), onPathTo: leaf) : nil,
            model: model)
    }

    /// Finds `session` and `branch` of a request.
    func found(
        _ request: Fields, in state: State
    ) throws(ActionError) -> (Int, ExplorerBranch) {
        let id = try request.required("session")
        let key = try request.required("branch")
        guard let number = state.sessions.firstIndex(where: { $0.id == id }) else {
            throw .notFound("session \(id)", field: "session")
        }
        guard let branch = state.sessions[number].index(of: key) else {
            throw .notFound("branch \(key)", field: "branch")
        }
        return (number, state.sessions[number].branches[branch])
    }

    private func isIdle(_ place: BranchPlace) throws(ActionError) {
        guard !place.branch.isRunning else {
            throw ActionError(
                .conflict, "the branch is still being written: stop it first", field: "branch")
        }
    }

    /// The settings of a request; without any, those that wrote the branch.
    private func decoding(
        _ request: Fields, at place: BranchPlace, _ tree: BranchTree
    ) throws(ActionError) -> DecodingRequest {
        guard try request.object("settings") == nil else { return try DecodingRequest(request) }
        let made = tree.path(to: place.leaf).reversed().lazy
            .compactMap { tree.settings(of: $0) }.first
        var base = made.map { GenerateParameters($0) }
        if base?.maxTokens == 0 { base = nil }
        var decoding = try DecodingRequest(request, over: base)
        decoding.recording = place.branch.recording
        return decoding
    }

    /// Adds branches that change another one from a token on, and queues their writing.
    private func fork(
        _ kind: String, at place: BranchPlace, count: Int = 1, _ decoding: DecodingRequest,
        name: String, in state: inout State,
        _ work:
            @escaping @Sendable (
                inout BranchExplorer, (BranchProgress) -> Void
            ) throws(BranchingFailure) -> BranchOutcome
    ) throws(ActionError) -> (run: String, keys: [String]) {
        let tree = state.sessions[place.session].session.tree
        let base = place.node.map { tree[$0]?.parent } ?? place.leaf
        let keys = (0..<count).map { number in
            state.sessions[place.session].addBranch(
                named: count == 1 ? name : "\(name) \(number + 1)", parent: place.branch.key,
                fork: place.token, edit: kind, prompt: place.branch.prompt)
        }
        for key in keys {
            state.sessions[place.session].change(key) { branch in
                branch.isRunning = true
                branch.recording = decoding.recording
            }
            tellBranch(key, of: state.sessions[place.session])
        }
        tellSessions(state)
        let run = try grow(
            kind, state.sessions[place.session].id, keys, place.model, decoding,
            after: base.flatMap { tree[$0] }, in: &state, work)
        return (run, keys)
    }

    /// Puts another token, or a text, in the place of a token, and writes on.
    func replace(_ request: Fields) throws(ActionError) -> [UInt8] {
        try state.withLock { (state) throws(ActionError) in
            let place = try place(request, in: state)
            try isIdle(place)
            guard let node = place.node else { throw .notFound("token", field: "token") }
            let tree = state.sessions[place.session].session.tree
            let decoding = try decoding(request, at: place, tree)
            let parameters = decoding.parameters
            let id = try request.int("id", in: 0...Int.max)
            let text = try request.string("text")
            guard (id == nil) != (text == nil) else {
                throw .invalid("id", "a replacement is either an id or a text")
            }
            let tokenizer = state.tokenizers[place.model]
            let word =
                text
                ?? id.flatMap { tokenizer?.bytes(of: $0) }.map {
                    String(decoding: $0, as: UTF8.self)
                }
            let name = "\(place.token): \(Self.shown(word ?? "\(id ?? 0)"))"
            let (run, keys) = try fork(
                "replace", at: place, decoding, name: name, in: &state
            ) { (explorer, follow) throws(BranchingFailure) in
                if let id {
                    return try explorer.replace(node, with: [id], parameters, progress: follow)
                }
                return try explorer.replace(
                    node, withText: text ?? "", parameters, progress: follow)
            }
            return Self.answer(run, keys)
        }
    }

    /// Decodes again from a token on.
    func redecode(_ request: Fields) throws(ActionError) -> [UInt8] {
        try sampled(request, "redecode", count: 1)
    }

    /// Decodes several times from a token on.
    func sample(_ request: Fields) throws(ActionError) -> [UInt8] {
        try sampled(request, "sample", count: try request.requiredInt("count", in: 1...64))
    }

    private func sampled(
        _ request: Fields, _ kind: String, count: Int
    ) throws(ActionError) -> [UInt8] {
        try state.withLock { (state) throws(ActionError) in
            let place = try place(request, in: state, end: true)
            try isIdle(place)
            let tree = state.sessions[place.session].session.tree
            guard let base = place.node.map({ tree[$0]?.parent }) ?? place.leaf else {
                throw .invalid("token", "the first token follows nothing: name a later one")
            }
            let decoding = try decoding(request, at: place, tree)
            let parameters = decoding.parameters
            guard count == 1 || parameters.temperature > 0 else {
                throw .invalid(
                    "settings.temperature",
                    "without draws all samples are the same: give a "
                        + "temperature above 0")
            }
            let (run, keys) = try fork(
                kind, at: place, count: count, decoding,
                name: "\(place.token): \(count == 1 ? "again" : "sample")", in: &state
            ) { (explorer, follow) throws(BranchingFailure) in
                let all = (0..<count).map { number in
                    var one = parameters
                    one.seed = parameters.seed(ofSample: number)
                    return one
                }
                return try explorer.branch(after: base, all, progress: follow)
            }
            return Self.answer(run, keys)
        }
    }

    /// Goes on with a branch where it ended, in place.
    func resume(_ request: Fields) throws(ActionError) -> [UInt8] {
        try state.withLock { (state) throws(ActionError) in
            let place = try place(request, in: state, token: nil)
            try isIdle(place)
            let tree = state.sessions[place.session].session.tree
            let decoding = try decoding(request, at: place, tree)
            let (leaf, key) = (place.leaf, place.branch.key)
            state.sessions[place.session].change(key) { branch in
                branch.isRunning = true
                branch.recording = decoding.recording
            }
            tellBranch(key, of: state.sessions[place.session])
            let run = try grow(
                "resume", state.sessions[place.session].id, [key], place.model, decoding,
                after: tree[leaf], in: &state
            ) { (explorer, follow) throws(BranchingFailure) in
                explorer.tree.resume(leaf)
                return try explorer.branch(
                    after: leaf, [decoding.parameters], progress: follow)
            }
            return Self.answer(run, [key])
        }
    }

    /// Fills a gap that is made of some of a branch's tokens.
    func fill(_ request: Fields) throws(ActionError) -> [UInt8] {
        try state.withLock { (state) throws(ActionError) in
            let place = try place(request, in: state, token: "from", end: true)
            try isIdle(place)
            let session = state.sessions[place.session]
            let tree = session.session.tree
            let trace = tree.trace(of: place.leaf)
            let end = try request.requiredInt("to", in: place.token...trace.tokens.count)
            if let model = state.models.first(where: { $0.id == place.model }), !model.fillsIn,
                model.state == .loaded
            {
                throw ActionError(
                    .conflict,
                    "\(model.name) was not trained to fill a gap: its vocabulary has no "
                        + "tokens for it")
            }
            func text(_ range: Range<Int>) -> String {
                String(
                    decoding: trace.tokens[range].filter { $0.role == .text }.flatMap(\.bytes),
                    as: UTF8.self)
            }
            let (prefix, suffix) = (text(0..<place.token), text(end..<trace.tokens.count))
            let decoding = try decoding(request, at: place, tree)
            let key = state.sessions[place.session].addBranch(
                named: "\(place.token): filled", parent: place.branch.key, edit: "fill",
                prompt: prefix)
            state.sessions[place.session].change(key) { branch in
                branch.isRunning = true
                branch.recording = decoding.recording
            }
            tellBranch(key, of: state.sessions[place.session])
            let run = try grow(
                "fill", session.id, [key], place.model, decoding, after: nil, in: &state
            ) { (explorer, follow) throws(BranchingFailure) in
                try explorer.fillInTheMiddle(
                    prefix: prefix, suffix: suffix, decoding.parameters,
                    language: session.language ?? "", progress: follow)
            }
            return Self.answer(run, [key])
        }
    }

    private static func answer(_ run: String, _ keys: [String]) -> [UInt8] {
        answer { writer in
            writer.member("run", run)
            if let key = keys.first { writer.member("branch", key) }
            if keys.count > 1 {
                writer.key("branches")
                writer.array { writer in
                    for key in keys { writer.write(key) }
                }
            }
        }
    }

    /// A text as part of a name.
    private static func shown(_ text: String) -> String {
        let visible = text.unicodeScalars.prefix(24).map { scalar in
            scalar == "\n"
                ? "⏎"
                : scalar == "\t"
                    ? "⇥"
                    : scalar.properties.isWhitespace
                        ? "␣"
                        : String(scalar)
        }
        return visible.joined()
    }
}
