public import ScopeTrace
internal import ScopeTransformer

extension DecodingSession {
    /// How far a session comes without the model.
    enum Progress {
        /// A token to be handed out.
        case token(TokenRecord)
        /// Decoding has ended, and ``stopReason`` says why.
        case ended
        /// Tokens have to go through the model first.
        case pass
    }

    /// The next token: first the prompt's, then drawn ones.
    ///
    /// - Returns: The token, whose metrics are then in ``trace``; nil when decoding has ended, with
    ///   the reason in ``stopReason``.
    /// - Throws: ``DecodingFailure``; the trace holds what was observed before, and every later call
    ///   throws the same.
    /// - Complexity: One forward pass of one token; the prompt goes through in chunks.
    public mutating func next() throws(DecodingFailure) -> TokenRecord? {
        while true {
            switch try progress() {
            case .token(let token): return token
            case .ended: return nil
            case .pass: try passGuarded()
            }
        }
    }

    /// Sends what there is of the sequence through the model, the prompt above all, so that a copy of
    /// the session need not.
    ///
    /// ``next()`` does it by itself; what it returns does not change.
    ///
    /// - Throws: ``DecodingFailure``, as ``next()`` does.
    public mutating func prefill() throws(DecodingFailure) {
        while try readsOn() { try passGuarded() }
    }

    /// Goes on towards the next token to be handed out, as far as that needs no model.
    mutating func progress() throws(DecodingFailure) -> Progress {
        if let failure { throw failure }
        try checkObservation()
        while returned == recorder.trace.tokens.count {
            guard stopReason == nil else { return .ended }
            switch try guarded({ (session) throws(DecodingFailure) in try session.advance() }) {
            case .advanced: continue
            case .ended: return .ended
            case .pass: return .pass
            }
        }
        defer { returned += 1 }
        return .token(recorder.trace.tokens[returned])
    }

    /// Records what is known of the sequence; whether some of it has to go through the model yet.
    mutating func readsOn() throws(DecodingFailure) -> Bool {
        if let failure { throw failure }
        guard stopReason == nil else { return false }
        try checkObservation()
        while recorder.trace.tokens.count < sequence.count {
            let advance = try guarded { (session) throws(DecodingFailure) in try session.advance() }
            if case .pass = advance { return true }
        }
        return passed < sequence.count
    }

    /// Sends the next chunk through the model; a task that is cancelled ends decoding.
    private mutating func passGuarded() throws(DecodingFailure) {
        do throws(DecodingFailure) {
            try passNext()
        } catch {
            try settle(error)
        }
    }

    /// Takes back a pass of a batch; a task that is cancelled ends decoding.
    mutating func endPass(
        _ cache: KVCache<Float>, _ sink: PassSink, _ failure: ModelFailure?
    ) throws(DecodingFailure) {
        do throws(DecodingFailure) {
            try finishPass(cache, sink, failure)
        } catch {
            try settle(error)
        }
    }

    /// Keeps what went wrong: cancelling ends decoding, anything else ends the session for good.
    private mutating func settle(_ error: DecodingFailure) throws(DecodingFailure) {
        if case .model(.cancelled) = error {
            recorder.trace.stopReason = .cancelled
            return
        }
        failure = error
        throw error
    }

    private mutating func guarded<Result>(
        _ body: (inout DecodingSession) throws(DecodingFailure) -> Result
    ) throws(DecodingFailure) -> Result {
        do throws(DecodingFailure) {
            return try body(&self)
        } catch {
            failure = error
            throw error
        }
    }

    private enum Advance {
        case advanced
        case ended
        case pass
    }

    /// Goes on towards the next token of the trace.
    private mutating func advance() throws(DecodingFailure) -> Advance {
        let recorded = recorder.trace.tokens.count
        if recorded == 0 {
            try recorder.record(sequence[0], logits: nil)
            return .advanced
        }
        if recorded < sequence.count {
            // The prediction of a forced token may be at hand already.
            guard passed == recorded else { return .pass }
            try recorder.record(
                sequence[recorded], kept: lastLogits, draw: sequence.draw(of: recorded))
            return .advanced
        }
        guard drawn < parameters.maxTokens ?? Int.max else { return end(.length) }
        guard sequence.count < context.configuration.contextLength || parameters.window != nil
        else { return end(.contextLength) }
        guard passed == sequence.count else { return .pass }
        let draw = try draw()
        let stopMatch = append(draw.id, origin: .sampled, draw: draw)
        drawn += 1
        let token = sequence[sequence.count - 1]
        try recorder.record(token, kept: lastLogits, draw: draw)
        recorder.trace.stopReason = stopReason(at: token)
        if stopReason == nil, let stopMatch {
            recorder.trace.stopReason = .stop
            recorder.trace.stopMatch = stopMatch
        }
        return .advanced
    }

    private mutating func end(_ reason: StopReason) -> Advance {
        recorder.trace.stopReason = reason
        return .ended
    }

    /// Why a drawn token ends decoding; nil where it does not.
    private func stopReason(at token: TokenRecord) -> StopReason? {
        if context.configuration.eosTokenIDs.contains(token.id) { return .eos }
        return parameters.stopTokenIDs.contains(token.id) ? .stop : nil
    }
}
