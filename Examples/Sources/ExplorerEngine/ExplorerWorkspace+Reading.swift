#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
import Synchronization
import TokenScope

extension ExplorerWorkspace {
    /// Everything that there is, with the number of the last event that is in it.
    package func stateText() -> [UInt8] {
        let methods = NamedAttribution.all
        return state.withLock { state in
            Self.answer { writer in
                writer.member("version", 1)
                writer.member("library", TokenScopeVersion.current)
                writer.key("models")
                writer.array { writer in
                    for model in state.models { model.write(to: &writer) }
                }
                writer.key("model")
                if let model = state.model { writer.write(model) } else { writer.writeNull() }
                writer.key("methods")
                writer.array { writer in
                    for method in methods { method.write(to: &writer) }
                }
                writer.key("languages")
                writer.array { writer in
                    for language in Self.languages { writer.write(language) }
                }
                writer.key("sessions")
                Self.write(state.sessions, to: &writer)
                let open = state.runs.filter { !$0.state.isOver }
                writer.key("run")
                if let run = open.first(where: { $0.state == .running }) {
                    run.write(to: &writer)
                } else {
                    writer.writeNull()
                }
                writer.key("queue")
                writer.array { writer in
                    for run in open where run.state == .waiting { run.write(to: &writer) }
                }
                // Nothing can happen while the state is held.
                writer.member("event", events.last)
            }
        }
    }

    /// A session's manifest.
    package func sessionText(_ id: String) throws(ActionError) -> [UInt8] {
        let session = try state.withLock { (state) throws(ActionError) in
            try Self.session(id, in: state)
        }
        return Self.answer { writer in
            writer.member("format", PageFeed.format)
            writer.member("version", PageFeed.version)
            writer.member("title", session.name)
            writer.key("language")
            if let language = session.language {
                writer.write(language)
            } else {
                writer.writeNull()
            }
            writer.member("generator", TokenScopeVersion.current)
            writer.key("session")
            session.write(to: &writer)
            writer.key("traces")
            writer.array { writer in
                for branch in session.branches {
                    Self.write(branch, of: session, to: &writer)
                }
            }
        }
    }

    /// Tells of a branch that is new or has changed.
    func tellBranch(_ key: String, of session: ExplorerSession) {
        guard let place = session.index(of: key) else { return }
        tell("branch") { writer in
            writer.object { writer in
                writer.member("session", session.id)
                writer.key("branch")
                Self.write(session.branches[place], of: session, to: &writer)
            }
        }
    }

    private static func write(
        _ branch: ExplorerBranch, of session: ExplorerSession, to writer: inout JSONWriter
    ) {
        let tree = session.tree(of: branch)
        writer.object { writer in
            writer.member("key", branch.key)
            writer.member("name", branch.name)
            writer.member("tokens", session.tokenCount(of: branch))
            var path: [BranchNode.ID] = []
            if let leaf = branch.leaf, tree.contains(leaf) { path = tree.path(to: leaf) }
            let prompt = path.prefix { tree[$0]?.token.origin == .prompt }.count
            writer.member("prompt", prompt)
            writer.member("syntax", !Self.languages.isEmpty)
            writer.key("parent")
            if let parent = branch.parent { writer.write(parent) } else { writer.writeNull() }
            writer.key("fork")
            if let fork = branch.fork { writer.write(fork) } else { writer.writeNull() }
            writer.member("edit", branch.edit)
            writer.member("running", branch.isRunning)
            if let text = branch.prompt { writer.member("prompt_text", text) }
            let settings = path.reversed().lazy.compactMap { tree.settings(of: $0) }.first
            writer.key("settings")
            Self.write(settings, branch.recording, to: &writer)
            writer.member("attributions", branch.attributions.count)
            writer.key("stop_reason")
            let end = branch.leaf.flatMap { tree.contains($0) ? tree.end(of: $0) : nil }
            if let reason = end?.stopReason {
                writer.write(reason.rawValue)
            } else {
                writer.writeNull()
            }
            writer.key("summary")
            writer.object { writer in
                for result in end?.summary.entries ?? [] {
                    writer.member(result.name, result.value)
                }
            }
        }
    }

    private static func write(
        _ settings: GenerationSettings?, _ recording: Recording, to writer: inout JSONWriter
    ) {
        guard let settings else { return writer.writeNull() }
        writer.object { writer in
            writer.key("max_tokens")
            if let count = settings.maxTokens { writer.write(count) } else { writer.writeNull() }
            writer.member("greedy", settings.isGreedy)
            writer.member("temperature", settings.temperature)
            writer.member("top_k", settings.topK)
            writer.member("top_p", settings.topP)
            writer.member("min_p", settings.minP)
            writer.member("repetition_penalty", settings.repetitionPenalty)
            writer.member("frequency_penalty", settings.frequencyPenalty)
            writer.member("presence_penalty", settings.presencePenalty)
            writer.member("seed", settings.seed)
            writer.key("stop")
            writer.array { writer in
                for text in settings.stopStrings { writer.write(text) }
            }
            writer.member("alternatives", recording.alternatives)
            writer.key("record")
            writer.object { writer in
                writer.member("attention", recording.hasAttention)
                writer.member("lens", recording.hasLens)
            }
        }
    }

    /// What a reader of a branch needs.
    struct BranchReading: Sendable {
        let trace: TokenTrace
        let branch: ExplorerBranch
        let session: ExplorerSession
        let tokenizer: (any Tokenizer)?
    }

    /// A branch as it is now, being written or not.
    func reading(_ session: String, _ key: String) throws(ActionError) -> BranchReading {
        let found = try state.withLock {
            (state) throws(ActionError) -> (ExplorerSession, (any Tokenizer)?) in
            let session = try Self.session(session, in: state)
            return (session, session.model.flatMap { state.tokenizers[$0] })
        }
        guard let place = found.0.index(of: key) else {
            throw .notFound("branch \(key)", field: "branch")
        }
        let branch = found.0.branches[place]
        let tree = found.0.tree(of: branch)
        let trace: TokenTrace
        if let leaf = branch.leaf, tree.contains(leaf) {
            trace = tree.trace(of: leaf)
        } else {
            trace = TokenTrace(header: tree.header)
        }
        return BranchReading(
            trace: trace, branch: branch, session: found.0, tokenizer: found.1)
    }

    /// A branch's trace.
    package func traceText(_ session: String, _ key: String) throws(ActionError) -> [UInt8] {
        let reading = try reading(session, key)
        return PageFeed.trace(reading.trace, attributions: reading.branch.attributions) {
            reading.tokenizer?.bytes(of: $0)
        }
    }

    /// A branch's long lists.
    package func rowsText(_ session: String, _ key: String) throws(ActionError) -> [UInt8] {
        PageFeed.rows(of: try reading(session, key).trace)
    }

    static func session(_ id: String, in state: State) throws(ActionError) -> ExplorerSession {
        guard let session = state.sessions.first(where: { $0.id == id }) else {
            throw .notFound("session \(id)", field: "session")
        }
        return session
    }

    static func now() -> String { Date().formatted(.iso8601) }
}
