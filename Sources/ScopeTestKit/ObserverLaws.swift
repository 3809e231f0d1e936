public import TokenScope

/// Checks an observer against every ``ObserverLaw``.
///
/// Each check decodes the same prompt with the same seed in two ways that must not differ, and compares
/// what the observer recorded, its summary and, where it is `Equatable`, its own value, bit for bit.
/// Metrics and results in seconds or per second are left out: time is no part of a replay.
///
/// ```swift
/// @Test func myObserverKeepsTheLaws() throws {
///     #expect(try ObserverLaws().violations(of: MyObserver()).isEmpty)
/// }
/// ```
public struct ObserverLaws: Sendable {
    /// The model to decode with.
    public let context: ModelContext
    /// The prompt.
    public let prompt: String
    /// How tokens are drawn.
    public let parameters: GenerateParameters

    /// Creates the checks.
    ///
    /// The chunks of the prompt stay below 16 tokens, where a row's numbers do not depend on its
    /// batch, so exact comparison is right with any model of this package.
    ///
    /// - Parameters:
    ///   - context: The model; by default a ``TinyModel`` without an end of text.
    ///   - prompt: The prompt; long enough to be cut up.
    ///   - parameters: How tokens are drawn; by default 16 of them at temperature 1.
    /// - Throws: `DecodingFailure` where the default model cannot be made.
    public init(
        context: ModelContext? = nil, prompt: String = "def add(a, b):\n    return",
        parameters: GenerateParameters? = nil
    ) throws(DecodingFailure) {
        if let context { self.context = context } else { self.context = try TinyModel().load() }
        self.prompt = prompt
        var settings =
            parameters
            ?? GenerateParameters(
                maxTokens: 16, temperature: 1, topP: 0.9,
                logitBias: context == nil ? [ByteTokenizer.endOfText: -.infinity] : [:], seed: 5)
        settings.prefillStepSize = 4
        self.parameters = settings
    }

    /// The laws that an observer breaks.
    ///
    /// - Parameter observer: The observer's starting value, from which every check begins.
    /// - Returns: A violation for each check that failed; none where all is well.
    /// - Throws: `DecodingFailure` that the observer or the model caused.
    /// - Complexity: About thirty times the prompt with its continuation.
    public func violations<Observer: DecodingObserver>(
        of observer: Observer
    ) throws(DecodingFailure) -> [LawViolation] {
        let laws: [(ObserverLaw, (Observer) throws(DecodingFailure) -> [String])] = [
            (.replay, replay), (.chunking, chunking), (.prefixAndRest, prefixAndRest),
            (.fork, fork),
        ]
        var violations: [LawViolation] = []
        for (law, check) in laws {
            for detail in try check(observer) {
                violations.append(LawViolation(law: law, detail: detail))
            }
        }
        return violations
    }

    private func replay<Observer: DecodingObserver>(
        _ observer: Observer
    ) throws(DecodingFailure) -> [String] {
        var first = try begin(observer)
        var second = try begin(observer)
        try first.decodeToEnd()
        try second.decodeToEnd()
        return difference(second, first, "the second run")
    }

    private func chunking<Observer: DecodingObserver>(
        _ observer: Observer
    ) throws(DecodingFailure) -> [String] {
        var whole = try begin(observer)
        try whole.decodeToEnd()
        var details: [String] = []
        for size in [1, 2, 3, 5, 8, 15] {
            var cut = try begin(observer) { $0.prefillStepSize = size }
            try cut.decodeToEnd()
            details += difference(cut, whole, "with \(size) tokens of the prompt at once")
        }
        return details
    }

    private func prefixAndRest<Observer: DecodingObserver>(
        _ observer: Observer
    ) throws(DecodingFailure) -> [String] {
        var whole = try begin(observer)
        try whole.decodeToEnd()
        var details: [String] = []
        // A session that stops after each token is asked for everything, and goes on.
        var stepped = try begin(observer)
        while try stepped.next() { _ = stepped.session.trace }
        details += difference(stepped, whole, "with a summary after each token")
        let written = whole.session.trace.tokens.count { $0.origin == .sampled }
        for count in Set([0, 1, written / 2]) where count < written {
            var prefix = try begin(observer) { $0.maxTokens = count }
            try prefix.decodeToEnd()
            let length = prefix.session.trace.tokens.count
            var part = try begin(observer)
            while part.session.trace.tokens.count < length, try part.next() {}
            let name = "a prefix of \(length) tokens"
            details += difference(part, prefix, name)
            try part.decodeToEnd()
            details += difference(part, whole, name + " and the rest")
        }
        return details
    }

    private func fork<Observer: DecodingObserver>(
        _ observer: Observer
    ) throws(DecodingFailure) -> [String] {
        var alone = try begin(observer)
        try alone.decodeToEnd()
        let length = alone.session.trace.tokens.count
        var details: [String] = []
        for place in Set([length / 4, length / 2, length - 2]) where place > 0 {
            let other = (alone.session.trace.tokens[place].id + 1) % 200
            var branchAlone = try begin(observer)
            try branchAlone.decode(place, thenForce: other)
            try branchAlone.decodeToEnd()

            var trunk = try begin(observer)
            try trunk.decode(place)
            var branch = trunk
            try branch.session.force(other)
            try branch.decodeToEnd()
            try trunk.decodeToEnd()
            details += difference(trunk, alone, "a session whose fork at \(place) went on first")
            details += difference(branch, branchAlone, "a fork at \(place)")

            var left = try begin(observer)
            try left.decode(place)
            var right = left
            try right.session.force(other)
            var isGoingOn = true
            while isGoingOn {
                let leftWentOn = try left.next()
                let rightWentOn = try right.next()
                isGoingOn = leftWentOn || rightWentOn
            }
            details += difference(left, alone, "a session in turns with its fork at \(place)")
            details += difference(right, branchAlone, "a fork in turns from \(place)")
        }
        return details
    }

    private func begin<Observer: DecodingObserver>(
        _ observer: Observer, _ change: (inout GenerateParameters) -> Void = { _ in }
    ) throws(DecodingFailure) -> ObservedRun<Observer> {
        var parameters = parameters
        change(&parameters)
        return try ObservedRun(
            DecodingSession(context, prompt: prompt, parameters: parameters), observer)
    }

    private func difference<Observer: DecodingObserver>(
        _ run: ObservedRun<Observer>, _ expected: ObservedRun<Observer>, _ what: String
    ) -> [String] {
        run.difference(from: expected).map { ["\(what): \($0)"] } ?? []
    }
}
