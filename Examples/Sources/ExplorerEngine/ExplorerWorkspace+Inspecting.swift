import Synchronization
import TokenScope

extension ExplorerWorkspace {
    /// A text that something is asked of.
    private struct Asked: Sendable {
        let model: String
        let ids: [Int]
        let token: Int
        let session: String
        let key: String
    }

    private func asked(_ request: Fields, in state: State) throws(ActionError) -> Asked {
        let place = try place(request, in: state)
        let session = state.sessions[place.session]
        let tree = session.tree(of: place.branch)
        return Asked(
            model: place.model,
            ids: tree.path(to: place.leaf).compactMap { tree[$0]?.token.id },
            token: place.token, session: session.id, key: place.branch.key)
    }

    private func asked(_ request: Fields) throws(ActionError) -> Asked {
        try state.withLock { (state) throws(ActionError) in try asked(request, in: state) }
    }

    /// Says which tokens a prediction came from.
    func attribute(_ request: Fields) throws(ActionError) -> [UInt8] {
        let method = try NamedAttribution.method(request)
        let contrast = try request.int("with", in: 0...Int.max)
        let target = try request.int("id", in: 0...Int.max)
        let run = try state.withLock { (state) throws(ActionError) in
            let asked = try asked(request, in: state)
            guard asked.token > 0 else {
                throw .invalid("token", "the first token was predicted from nothing")
            }
            return try submit(
                "attribute", session: asked.session, branches: [asked.key], in: &state
            ) { [weak self] _ in
                try self?.attribute(asked, method, target: target, against: contrast)
            }
        }
        return Self.answer { $0.member("run", run) }
    }

    private func attribute(
        _ asked: Asked, _ method: any AttributionMethod, target: Int?, against contrast: Int?
    ) throws {
        let context = try context(of: asked.model)
        let before = Array(asked.ids[..<asked.token])
        let question = Bench.Question(
            model: asked.model, ids: before, token: asked.token, what: "attribution")
        let text: AttributedText
        if case .text(let known)? = bench.withLock({ $0.answer(to: question) }) {
            text = known
        } else {
            text = try AttributedText(before, in: context, budget: 2 << 30)
            bench.withLock { $0.keep(.text(text), to: question) }
        }
        let attribution = try method.attribute(
            AttributionTarget(
                TokenIndex(asked.token), id: target ?? asked.ids[asked.token], against: contrast),
            in: text)
        state.withLock { state in
            guard let place = state.sessions.firstIndex(where: { $0.id == asked.session }) else {
                return
            }
            state.sessions[place].change(asked.key) { branch in
                branch.attributions.removeAll { old in
                    old.method == attribution.method && old.settings == attribution.settings
                        && old.target == attribution.target && old.targetID == attribution.targetID
                }
                branch.attributions.append(attribution)
            }
            state.sessions[place].isSaved = false
            tell("attribution") { writer in
                writer.object { writer in
                    writer.member("session", asked.session)
                    writer.member("branch", asked.key)
                    writer.key("attribution")
                    PageFeed.write(attribution, to: &writer)
                }
            }
        }
    }

    /// The attention from or to a token.
    func attention(_ request: Fields) throws(ActionError) -> [UInt8] {
        guard
            let direction = AttentionDirection(rawValue: try request.string("direction") ?? "from")
        else { throw .invalid("direction", "direction must be from or to") }
        let asked = try asked(request)
        let question = Bench.Question(
            model: asked.model,
            ids: direction == .from ? Array(asked.ids[...asked.token]) : asked.ids,
            token: asked.token, what: direction.rawValue)
        let weights = try computed { [weak self] in
            guard let self else { throw ActionError(.failed, "the server is ending") }
            if case .attention(let known)? = self.bench.withLock({ $0.answer(to: question) }) {
                return known
            }
            let context = try self.context(of: question.model)
            var session = try DecodingSession(
                context, ids: question.ids, parameters: .greedy(maxTokens: 0))
            let handle = session.attach(
                AttentionProbe(
                    of: question.token, direction, in: question.ids.count, context.configuration))
            while try session.next() != nil {}
            let weights = session[handle].weights
            self.bench.withLock { $0.keep(.attention(weights), to: question) }
            return weights
        }
        let layer = try request.index("layer", below: weights.layers, orElse: "mean")
        let head = try request.index("head", below: weights.heads, orElse: "mean")
        return Self.answer { writer in
            writer.member("weights", weights.weights(layer: layer, head: head))
            writer.member("first", weights.first)
            writer.member("layers", weights.layers)
            writer.member("heads", weights.heads)
        }
    }

    /// What each layer would have predicted in a token's place.
    func lens(_ request: Fields) throws(ActionError) -> [UInt8] {
        let asked = try asked(request)
        let count = try request.int("top", in: 1...64) ?? 5
        guard asked.token > 0 else {
            throw .invalid("token", "the first token was predicted from nothing")
        }
        let found = try computed { [weak self] in
            guard let self else { throw ActionError(.failed, "the server is ending") }
            let context = try self.context(of: asked.model)
            let token = TokenIndex(asked.token)
            var session = try DecodingSession(
                context, ids: Array(asked.ids[...asked.token]), parameters: .greedy(maxTokens: 0))
            session.attach(
                try LensObserver(
                    context, tokens: token..<TokenIndex(asked.token + 1), count: count))
            while try session.next() != nil {}
            return (
                readings: session.trace.lensTable()?.columns.first?.readings ?? [],
                tokenizer: context.tokenizer
            )
        }
        return Self.answer { writer in
            writer.key("layers")
            writer.array { writer in
                for reading in found.readings {
                    writer.object { writer in
                        writer.member("layer", reading.layer)
                        writer.member("ids", reading.ids)
                        writer.key("texts")
                        writer.array { writer in
                            for id in reading.ids {
                                writer.write(utf8: found.tokenizer.bytes(of: id) ?? [])
                            }
                        }
                        writer.member("probabilities", reading.probabilities)
                        writer.member("rank", reading.rank)
                        writer.member("entropy", reading.entropy)
                        writer.member("probability", reading.probability)
                        writer.member("divergence", reading.divergence)
                    }
                }
            }
        }
    }

    /// The tokens of a text.
    func tokens(_ request: Fields) throws(ActionError) -> [UInt8] {
        let text = try request.required("text")
        let tokenizer = state.withLock { state in
            state.model.flatMap { state.tokenizers[$0] }
        }
        guard let tokenizer else { throw ActionError(.conflict, "no model is loaded yet") }
        let ids = tokenizer.encode(text: text)
        return Self.answer { writer in
            writer.member("ids", ids)
            writer.key("texts")
            writer.array { writer in
                for id in ids { writer.write(utf8: tokenizer.bytes(of: id) ?? []) }
            }
        }
    }
}
