import Synchronization
import TokenScope

extension ExplorerWorkspace {
    /// Writes from a prompt, or from what was said so far.
    func generate(_ request: Fields) throws(ActionError) -> [UInt8] {
        let decoding = try DecodingRequest(request)
        let opening = try Opening(request)
        let model = try chosenModel()
        let prompt: String
        if let messages = try request.objects("messages") {
            prompt = try rendered(messages, by: model)
        } else {
            prompt = try request.required("prompt")
        }
        guard !prompt.isEmpty else {
            throw .invalid("prompt", "the prompt is empty: a token needs something to follow")
        }
        return try write(
            "generate", named: try request.string("session"), prompt: prompt, by: model,
            decoding, opening, language: nil)
    }

    /// Measures a text that is there already.
    func score(_ request: Fields) throws(ActionError) -> [UInt8] {
        let text = try request.required("text")
        guard !text.isEmpty else { throw .invalid("text", "the text is empty") }
        var decoding = try DecodingRequest(request)
        decoding.parameters = .greedy(maxTokens: 0)
        return try write(
            "score", named: try request.string("name"), prompt: text, by: try chosenModel(),
            decoding, try Opening(request),
            language: try request.string("language"))
    }

    /// What is put before a text: what its tokenizer adds, or the model's own mark alone.
    private struct Opening {
        let addSpecial: Bool
        let addBOS: Bool

        init(_ request: Fields) throws(ActionError) {
            addSpecial = try request.bool("add_special") ?? false
            addBOS = try request.bool("bos") ?? false
        }
    }

    private func chosenModel() throws(ActionError) -> ExplorerModel {
        try state.withLock { (state) throws(ActionError) in
            let id = state.model ?? state.models.last { $0.state != .failed }?.id
            guard let model = state.models.first(where: { $0.id == id }) else {
                throw ActionError(.conflict, "no model is loaded")
            }
            return model
        }
    }

    /// A conversation in a model's words, up to where the assistant begins.
    private func rendered(
        _ messages: [Fields], by model: ExplorerModel
    ) throws(ActionError) -> String {
        var words: [ChatMessage] = []
        for message in messages {
            words.append(
                ChatMessage(
                    role: try message.required("role"), content: try message.required("content")))
        }
        guard !words.isEmpty else { throw .invalid("messages", "messages are empty") }
        do {
            guard let template = try ChatTemplate.from(try model.files()) else {
                throw ActionError.invalid("messages", "\(model.name) has no chat template")
            }
            return try template.render(messages: words, addGenerationPrompt: true)
        } catch let error as ActionError {
            throw error
        } catch {
            throw .invalid("messages", "\(error)")
        }
    }

    private func write(
        _ kind: String, named name: String?, prompt: String, by model: ExplorerModel,
        _ decoding: DecodingRequest, _ opening: Opening, language: String?
    ) throws(ActionError) -> [UInt8] {
        try state.withLock { (state) throws(ActionError) in
            // A session that is there is added to, and any other name is that of a new one.
            var place = state.sessions.firstIndex { $0.id == name }
            if let known = place, state.sessions[known].model != model.id {
                throw ActionError(
                    .conflict, "the session was written by another model; load it first",
                    field: "session")
            }
            if place == nil {
                let title = Self.title(name ?? "", prompt)
                place = try addSession(named: title, by: model, in: &state)
            }
            guard let place else { throw .notFound("session", field: "session") }
            if let language { state.sessions[place].language = language }
            let session = state.sessions[place].id
            let key = state.sessions[place].addBranch(edit: kind, prompt: prompt)
            state.sessions[place].change(key) { branch in
                branch.isRunning = true
                branch.recording = decoding.recording
            }
            tellSessions(state)
            tellBranch(key, of: state.sessions[place])
            let run = try grow(kind, session, [key], model.id, decoding, after: nil, in: &state) {
                (explorer, follow) throws(BranchingFailure) in
                try explorer.write(
                    prompt: prompt, decoding.parameters, addSpecialTokens: opening.addSpecial,
                    addBOS: opening.addBOS, progress: follow)
            }
            return Self.answer { writer in
                writer.member("run", run)
                writer.member("session", session)
                writer.member("branch", key)
            }
        }
    }

    /// What a session is called that nobody named: how its text begins.
    private static func title(_ name: String, _ prompt: String) -> String {
        if !name.isEmpty { return String(name.prefix(200)) }
        let line = prompt.split(whereSeparator: \.isNewline).first {
            !$0.allSatisfy(\.isWhitespace)
        }
        return String((line ?? "text").prefix(60))
    }

    private func addSession(
        named name: String, by model: ExplorerModel, in state: inout State
    ) throws(ActionError) -> Int {
        guard state.sessions.count < Self.sessionLimit else {
            throw ActionError(.tooMany, "there are \(Self.sessionLimit) sessions: remove some")
        }
        let header = TraceHeader(
            model: ModelIdentity(
                name: model.name, family: model.family ?? "", fingerprint: "", parameterCount: 0),
            arithmetic: "none", kernels: "none", settings: GenerationSettings(), eosTokenIDs: [],
            contextLength: model.contextLength ?? 0,
            libraryVersion: TokenScopeVersion.current)
        var session = ExplorerSession(
            id: state.newID("s"), name: name, model: model.id, kind: "decoded",
            created: Self.now(),
            session: BranchSession(tree: BranchTree(header: header), model: model.name))
        if model.name == Self.embeddedName { session.language = "python" }
        state.sessions.append(session)
        return state.sessions.count - 1
    }

    /// Queues what writes branches, given in the order in which they are written, and tells what they
    /// become; `base` is the node that they are written after, nil for none that is known.
    func grow(
        _ kind: String, _ session: String, _ keys: [String], _ model: String,
        _ decoding: DecodingRequest, after base: BranchNode?,
        in state: inout State,
        _ work:
            @escaping @Sendable (
                inout BranchExplorer, (BranchProgress) -> Void
            ) throws(BranchingFailure) -> BranchOutcome
    ) throws(ActionError) -> String {
        try submit(kind, session: session, branches: keys, in: &state) { [weak self] run in
            guard let self else { return }
            var live: LiveBranches?
            do {
                let context = try self.context(of: model)
                var explorer = try self.explorer(of: session, decoding.recording, context)
                let old = explorer.tree.nextID
                var branches = LiveBranches(
                    keys, of: session, run: run.id, after: base, self,
                    context.tokenizer)
                live = branches
                defer {
                    self.bench.withLock { $0.keep(explorer, session, decoding.recording) }
                }
                do {
                    let outcome = try work(&explorer) { branches.follow($0) }
                    branches.finish(explorer.tree, outcome.leaves)
                } catch {
                    // What was written until then is in the tree.
                    let leaves = explorer.tree.leaves.filter { $0 >= old }
                    branches.finish(explorer.tree, leaves)
                    throw error
                }
            } catch {
                if live == nil { self.abandon(keys, of: session) }
                throw error
            }
        }
    }

    /// Says of branches that nothing is being written.
    private func abandon(_ keys: [String], of session: String) {
        state.withLock { state in
            guard let place = state.sessions.firstIndex(where: { $0.id == session }) else { return }
            for key in keys {
                state.sessions[place].change(key) { $0.isRunning = false }
                tellBranch(key, of: state.sessions[place])
            }
        }
    }

    /// The explorer of a session, with the caches that it still has.
    private func explorer(
        of session: String, _ recording: Recording, _ context: ModelContext
    ) throws -> BranchExplorer {
        if let known = bench.withLock({ $0.take(session, recording) }) { return known }
        let tree = state.withLock { state in
            state.sessions.first { $0.id == session }?.session.tree
        }
        guard let tree else { throw ActionError.notFound("session \(session)", field: "session") }
        return try BranchExplorer(
            context, tree: tree.isEmpty ? nil : tree, cacheBudget: 256 << 20
        ) { (session) throws(DecodingFailure) in
            session.attachStandardMetrics()
            if recording.alternatives > 0 {
                session.attach(AlternativesObserver(count: recording.alternatives))
            }
            if recording.hasAttention {
                session.attach(
                    AttentionObserver(AttentionSelection(heads: .mean), detail: .top(16)))
            }
            if recording.hasLens, let lens = try? LensObserver(context) { session.attach(lens) }
        }
    }
}
