import Testing
import TokenScope

/// The observer's contract: what it is lent, and what happens to what it keeps.
@Suite struct ObserverTests {
    private func session(maxTokens: Int = 6) throws -> DecodingSession {
        try DecodingSession(
            try ModelContext.tinyPython.get(), prompt: "import os\nimport sys\n",
            parameters: .greedy(maxTokens: maxTokens))
    }

    /// Counts what each step lends.
    struct LoanObserver: DecodingObserver {
        var signals: SignalRequest
        var steps = 0
        var attentionLengths: [Int] = []
        var attentionSums: [Float] = []
        var hiddenWidths: [Int] = []
        var unasked = 0

        mutating func observe(
            _ step: borrowing DecodingStep, record: inout TokenMetrics
        ) throws {
            steps += 1
            if let row = step.attention(layer: 2, head: QueryHead(3)) {
                attentionLengths.append(row.count)
                var sum: Float = 0
                for index in row.indices { sum += row[index] }
                attentionSums.append(sum)
            }
            if let state = step.hiddenState(layer: 6) { hiddenWidths.append(state.count) }
            if step.attention(layer: 0, head: QueryHead(0)) != nil { unasked += 1 }
            if step.hiddenState(layer: 1) != nil { unasked += 1 }
        }
    }

    @Test func whatIsAskedForIsLentAndNothingElse() throws {
        var session = try session()
        let loans = session.attach(
            LoanObserver(
                signals: SignalRequest(attention: .layers([2]), hiddenStates: .layers([6]))))
        let trace = try session.decodeAll()
        let observer = session[loans]
        #expect(observer.steps == trace.tokens.count)
        // Token i was predicted by row i − 1, which sees the tokens 0…i − 1.
        #expect(observer.attentionLengths == Array(1..<trace.tokens.count))
        #expect(observer.attentionSums.allSatisfy { abs($0 - 1) < 1e-5 })
        #expect(observer.hiddenWidths == Array(repeating: 192, count: trace.tokens.count - 1))
        #expect(observer.unasked == 0)
    }

    @Test func withNobodyAskingNothingIsLent() throws {
        var session = try session()
        let loans = session.attach(LoanObserver(signals: SignalRequest()))
        _ = try session.decodeAll()
        #expect(session[loans].attentionLengths.isEmpty)
        #expect(session[loans].hiddenWidths.isEmpty)
    }

    @Test func theFirstTokenHasNoPrediction() throws {
        struct First: DecodingObserver {
            var missing: [Int] = []
            mutating func observe(
                _ step: borrowing DecodingStep, record: inout TokenMetrics
            ) {
                if step.distribution == nil { missing.append(step.token.index.rawValue) }
            }
        }
        var session = try session()
        let first = session.attach(First())
        _ = try session.decodeAll()
        #expect(session[first].missing == [0])
    }

    @Test func observersForkWithTheirSession() throws {
        struct Counter: DecodingObserver {
            var count = 0
            mutating func observe(
                _ step: borrowing DecodingStep, record: inout TokenMetrics
            ) {
                count += 1
            }
        }
        var session = try session()
        let counter = session.attach(Counter())
        for _ in 0..<4 { _ = try session.next() }
        let before = session[counter].count
        var fork = session
        _ = try fork.decodeAll()
        #expect(session[counter].count == before)
        #expect(fork[counter].count == fork.trace.tokens.count)
    }

    @Test func anErrorOfAnObserverNamesIt() throws {
        struct Refusal: Error {}
        struct Refusing: DecodingObserver {
            mutating func observe(
                _ step: borrowing DecodingStep, record: inout TokenMetrics
            ) throws {
                if step.token.index.rawValue == 2 { throw Refusal() }
            }
        }
        var session = try session()
        session.attach(Refusing())
        #expect {
            while try session.next() != nil {}
        } throws: { error in
            guard case DecodingFailure.observer(let name, let underlying) = error else {
                return false
            }
            return name == "Refusing" && underlying is Refusal
        }
        #expect(session.trace.tokens.count == 3)
        // The session has ended: no later call hangs or goes on with half a chunk.
        #expect(throws: DecodingFailure.self) { try session.next() }
        #expect(throws: DecodingFailure.self) { try session.next() }
    }

    @Test func anEarlierTokenCanBeAmended() throws {
        struct Amending: DecodingObserver {
            mutating func observe(
                _ step: borrowing DecodingStep, record: inout TokenMetrics
            ) {
                let index = step.token.index.rawValue
                if index > 0 { record.amend(.seenLater, at: TokenIndex(index - 1), to: index) }
            }
        }
        var session = try session(maxTokens: 2)
        session.attach(Amending())
        let trace = try session.decodeAll()
        let column = try #require(trace[.seenLater])
        #expect(Array(column.dropLast()) == (1..<trace.tokens.count).map { $0 })
        #expect(column.last == .some(nil))
    }

    @Test func theRunYieldsTheSameTokens() async throws {
        var plain = try session()
        let expected = try plain.decodeAll()
        var watched = try session()
        watched.attachStandardMetrics()
        let run = DecodingRun(watched)
        var tokens: [TokenRecord] = []
        var surprisals: [Double?] = []
        for try await token in run.tokens {
            tokens.append(token)
            surprisals.append(await run.value(of: .surprisal, at: token.index))
        }
        #expect(tokens == expected.tokens)
        #expect(await run.session.trace[.surprisal].map(Array.init) == surprisals)
        #expect(await run.value(of: .surprisal, at: TokenIndex(tokens.count)) == nil)
        #expect(await run.value(of: .seenLater, at: TokenIndex(0)) == nil)
        #expect(await run.session.trace.stopReason == .length)
    }

    @Test func cancellingTheAskingTaskEndsTheRun() async throws {
        let run = DecodingRun(
            try DecodingSession(
                try ModelContext.tinyPython.get(), prompt: "def f(x):",
                parameters: GenerateParameters(maxTokens: 1000, temperature: 2, topP: 1)))
        let (enough, signal) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            var count = 0
            for try await _ in run.tokens {
                count += 1
                if count == 12 {
                    signal.finish()
                    while !Task.isCancelled { await Task.yield() }
                }
            }
            return count
        }
        for await _ in enough {}
        task.cancel()
        #expect(try await task.value == 12)
        #expect(await run.session.trace.stopReason == .cancelled)
    }
}

extension MetricKey where Value == Int {
    fileprivate static let seenLater = MetricKey("seen_later", unit: .position)
}
