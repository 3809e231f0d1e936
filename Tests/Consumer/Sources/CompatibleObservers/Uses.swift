// What clients do with observers: attach them by type and by protocol, wrap them, read them back, change
// logits beside them, and run them where others `await`.
package import TokenScope

/// An observer made of others, whatever they are.
package struct AllOf<First: DecodingObserver, Second: DecodingObserver>: DecodingObserver {
    package private(set) var first: First
    package private(set) var second: Second

    package init(_ first: First, _ second: Second) {
        self.first = first
        self.second = second
    }

    package var signals: SignalRequest { first.signals.union(second.signals) }

    package func byteCount(tokens: Int, of model: DecoderConfiguration) -> Double {
        first.byteCount(tokens: tokens, of: model) + second.byteCount(tokens: tokens, of: model)
    }

    package mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) throws {
        try first.observe(step, record: &record)
        try second.observe(step, record: &record)
    }

    package func summary() -> TraceSummary {
        var summary = first.summary()
        summary.merge(second.summary())
        return summary
    }
}

/// Observers that are known at run time only.
package struct AnyOf: DecodingObserver {
    package var observers: [any DecodingObserver]

    package init(_ observers: [any DecodingObserver]) { self.observers = observers }

    package var signals: SignalRequest {
        observers.reduce(SignalRequest()) { $0.union($1.signals) }
    }

    package mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) throws {
        for place in observers.indices { try observers[place].observe(step, record: &record) }
    }
}

/// The least that a processor has.
package struct NoRepeat: LogitProcessor {
    private var last: Int?

    package init() {}

    package mutating func accept(_ token: TokenRecord) { last = token.id }

    package func process(_ logits: inout MutableSpan<Float>, at index: TokenIndex) {
        if let last { logits[last] = -.infinity }
    }
}

/// Decodes with one observer of any type, and gives it back.
package func watching<Observer: DecodingObserver>(
    _ model: ModelContext, with observer: Observer
) throws(DecodingFailure) -> (TokenTrace, Observer) {
    var session = try DecodingSession(
        model, prompt: "def add(a, b):\n    return", parameters: .greedy(maxTokens: 8))
    let handle: ObserverHandle<Observer> = session.attach(observer)
    session.attach(processor: NoRepeat())
    while let token = try session.next() { precondition(token.index.rawValue >= 0) }
    return (session.trace, session[handle])
}

/// Attaches what is known by its protocol alone.
package func watching(
    _ model: ModelContext, withAll observers: [any DecodingObserver]
) throws(DecodingFailure) -> TokenTrace {
    var session = try DecodingSession(
        model, prompt: "def add(a, b):\n    return", parameters: .greedy(maxTokens: 8))
    for observer in observers { attach(observer, to: &session) }
    while try session.next() != nil {}
    return session.trace
}

private func attach(_ observer: some DecodingObserver, to session: inout DecodingSession) {
    session.attach(observer)
}

/// The same, away from the caller's thread.
package func streaming(
    _ model: ModelContext, with observer: some DecodingObserver
) async throws -> [Double?] {
    var session = try DecodingSession(
        model, prompt: "def add(a, b):\n    return", parameters: .greedy(maxTokens: 8))
    session.attach(observer)
    let run = DecodingRun(session)
    var values: [Double?] = []
    for try await token in run.tokens {
        values.append(await run.value(of: .gap, at: token.index))
    }
    return values
}
