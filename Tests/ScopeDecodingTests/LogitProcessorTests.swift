import Testing
import TokenScope

/// What changes logits before a draw: exact effects, order, and what stays untouched.
@Suite struct LogitProcessorTests {
    private func processed(
        _ logits: [Float], by processor: some LogitProcessor, after ids: [(Int, TokenOrigin)] = []
    ) throws -> [Float] {
        var processor = processor
        for (index, (id, origin)) in ids.enumerated() {
            processor.accept(
                TokenRecord(
                    index: TokenIndex(index), id: id, bytes: [], sequenceSpan: 0..<0,
                    origin: origin))
        }
        var logits = logits
        var span = logits.mutableSpan
        try processor.process(&span, at: TokenIndex(ids.count))
        return logits
    }

    @Test func repetitionDividesPositiveAndMultipliesNegativeLogitsOnce() throws {
        let logits = try processed(
            [4, -4, 4, -4, 0, -.infinity], by: RepetitionPenalty(2),
            after: [(0, .prompt), (1, .sampled), (0, .forced), (4, .prompt), (5, .prompt)])
        #expect(logits == [2, -8, 4, -4, 0, -.infinity])
    }

    @Test func frequencyAndPresenceCountWhatFollowsThePrompt() throws {
        let logits = try processed(
            [1, 1, 1, 1], by: OccurrencePenalty(frequency: 0.5, presence: 0.25),
            after: [(0, .prompt), (1, .sampled), (2, .forced), (1, .sampled)])
        #expect(logits == [1, -0.25, 0.25, 1])
    }

    @Test func biasIsAdded() throws {
        let logits = try processed([1, 2, 3], by: LogitBias([0: 0.5, 2: -.infinity]))
        #expect(logits == [1.5, 2, -.infinity])
    }

    private func greedy(
        _ logits: [Float], prompt: [Int], tokens: Int,
        _ change: (inout GenerateParameters) -> Void
    ) throws -> DecodingSession {
        let context = try ModelContext.replaying(
            Array(repeating: logits, count: prompt.count + tokens))
        var parameters = GenerateParameters.greedy(maxTokens: tokens)
        change(&parameters)
        return try DecodingSession(context, ids: prompt, parameters: parameters)
    }

    private func written(_ session: DecodingSession) throws -> [Int] {
        var session = session
        return try session.decodeAll().tokens.filter { $0.origin == .sampled }.map(\.id)
    }

    @Test func penaltiesWorkInASession() throws {
        let logits: [Float] = [3, 2.9, 1, -1]
        // The prompt's 0 weighs 1.5, then 1 weighs 1.45 after it was written.
        #expect(
            try written(greedy(logits, prompt: [0], tokens: 3) { $0.repetitionPenalty = 2 })
                == [1, 0, 0])
        // The prompt's 0 does not count: 3, 2.9, 2.5, 2.4, …
        #expect(
            try written(greedy(logits, prompt: [0], tokens: 4) { $0.frequencyPenalty = 0.5 })
                == [0, 1, 0, 1])
        #expect(
            try written(greedy(logits, prompt: [0], tokens: 4) { $0.presencePenalty = 2.5 })
                == [0, 1, 2, 0])
        #expect(
            try written(greedy(logits, prompt: [0], tokens: 2) { $0.logitBias = [3: 4.5] })
                == [3, 3])
    }

    @Test func biasComesBeforePenaltiesAndPenaltiesBeforeProcessors() throws {
        // (1 + 3) / 2 = 2 beats 1.9; the other order would give 1/2 + 3 = 3.5, which beats 2.1 too.
        var session = try greedy([1, 1.9, 2.1], prompt: [0], tokens: 1) {
            $0.logitBias = [0: 3]
            $0.repetitionPenalty = 2
        }
        #expect(try written(session) == [2])
        struct Doubling: LogitProcessor {
            func process(_ logits: inout MutableSpan<Float>, at index: TokenIndex) {
                for place in logits.indices { logits[place] = logits[place] * -1 }
            }
        }
        // Negated after the penalty: −2, −1.9, −2.1.
        session.attach(processor: Doubling())
        #expect(try written(session) == [1])
        #expect(session.trace.header.settings.processors == ["Doubling"])
    }

    /// Forbids what was seen, and keeps what it saw.
    struct OnlyNew: LogitProcessor {
        var seen: [Int] = []
        var origins: [TokenOrigin] = []
        mutating func accept(_ token: TokenRecord) {
            seen.append(token.id)
            origins.append(token.origin)
        }
        func process(_ logits: inout MutableSpan<Float>, at index: TokenIndex) {
            for id in seen { logits[id] = -.infinity }
        }
    }

    @Test func aProcessorSeesEveryTokenOnceAndForks() throws {
        var session = try greedy([5, 4, 3, 2, 1], prompt: [4, 0], tokens: 3) { _ in }
        let handle = session.attach(processor: OnlyNew())
        #expect(session[handle].seen == [4, 0])
        for _ in 0..<2 { _ = try session.next() }
        #expect(try session.next()?.id == 1)
        var fork = session
        try fork.force(3)
        #expect(try fork.next()?.id == 3)
        #expect(try fork.next()?.id == 2)
        #expect(fork[handle].seen == [4, 0, 1, 3, 2])
        #expect(fork[handle].origins == [.prompt, .prompt, .sampled, .forced, .sampled])
        #expect(session[handle].seen == [4, 0, 1])
        #expect(try session.next()?.id == 2)
        // A processor attached late has seen as much.
        let late = session.attach(processor: OnlyNew())
        #expect(session[late].seen == session[handle].seen)
    }

    @Test func theModelsDistributionStaysUntouched() throws {
        let logits: [Float] = [2, 1, 0, -1]
        var plain = try greedy(logits, prompt: [0], tokens: 1) { _ in }
        plain.attach(EntropyObserver())
        plain.attach(AlternativesObserver(count: 4))
        let expected = try plain.decodeAll()
        var changed = try greedy(logits, prompt: [0], tokens: 1) {
            $0.logitBias = [0: -.infinity, 1: -9]
            $0.repetitionPenalty = 3
        }
        changed.attach(EntropyObserver())
        changed.attach(AlternativesObserver(count: 4))
        let trace = try changed.decodeAll()
        #expect(expected.ids == [0, 0])
        #expect(trace.ids == [0, 2])
        #expect(trace.metrics == expected.metrics)
    }

    @Test func nothingLeftToDrawIsAnErrorByName() throws {
        struct Ban: LogitProcessor {
            func process(_ logits: inout MutableSpan<Float>, at index: TokenIndex) {
                for place in logits.indices { logits[place] = -.infinity }
            }
        }
        struct Break: LogitProcessor {
            func process(_ logits: inout MutableSpan<Float>, at index: TokenIndex) {
                logits[1] = .nan
            }
        }
        for temperature in [0, 1.0] {
            let parameters = GenerateParameters(maxTokens: 1, temperature: temperature)
            let context = try ModelContext.replaying([[1, 2, 3]])
            var session = try DecodingSession(context, ids: [0], parameters: parameters)
            session.attach(processor: Ban())
            #expect {
                while try session.next() != nil {}
            } throws: { error in
                guard case DecodingFailure.nothingToSample(let token) = error else { return false }
                return token == TokenIndex(1)
            }
        }
        let context = try ModelContext.replaying([[1, 2, 3]])
        var session = try DecodingSession(
            context, ids: [0], parameters: GenerateParameters(temperature: 1))
        session.attach(processor: Break())
        #expect(throws: DecodingFailure.self) { while try session.next() != nil {} }
    }

    @Test func brokenLogitsAreTheModelsFaultEvenWithAProcessor() throws {
        for bias in [[:], [0: 1.0]] {
            for temperature in [0.0, 1.0] {
                let context = try ModelContext.replaying([[1, .nan, 3]])
                var session = try DecodingSession(
                    context, ids: [0],
                    parameters: GenerateParameters(temperature: temperature, logitBias: bias))
                #expect {
                    while try session.next() != nil {}
                } throws: { error in
                    guard case DecodingFailure.notADistribution(let token) = error else {
                        return false
                    }
                    return token == TokenIndex(1)
                }
            }
        }
    }

    @Test func anErrorOfAProcessorNamesIt() throws {
        struct Refusal: Error {}
        struct Refusing: LogitProcessor {
            let name = "refuser"
            func process(_ logits: inout MutableSpan<Float>, at index: TokenIndex) throws {
                throw Refusal()
            }
        }
        var session = try greedy([1, 2], prompt: [0], tokens: 1) { _ in }
        session.attach(processor: Refusing())
        #expect {
            while try session.next() != nil {}
        } throws: { error in
            guard case DecodingFailure.processor(let name, let underlying) = error else {
                return false
            }
            return name == "refuser" && underlying is Refusal
        }
        #expect(session.trace.ids == [0])
    }
}
