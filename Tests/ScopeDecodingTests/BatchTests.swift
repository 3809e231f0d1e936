import ScopeMetrics
import ScopeTestKit
import Testing
import TokenScope

/// Sessions that share their passes, and sessions that go on with other settings.
@Suite struct BatchTests {
    private func session(
        _ prompt: String, _ parameters: GenerateParameters, watching: Bool = true
    ) throws -> DecodingSession {
        var session = try DecodingSession(
            try ModelContext.tinyPython.get(), prompt: prompt, parameters: parameters)
        if watching { session.attachStandardMetrics() }
        return session
    }

    private func endless(
        _ count: Int, seed: UInt64, _ change: (inout GenerateParameters) -> Void = { _ in }
    ) -> GenerateParameters {
        var parameters = GenerateParameters(
            maxTokens: count, temperature: 1, logitBias: [0: -.infinity], seed: seed)
        change(&parameters)
        return parameters
    }

    /// Sessions of different prompts, lengths, settings, observers and edits.
    private func sessions() throws -> [DecodingSession] {
        var trunk = try session("def add(a, b):\n    return", endless(9, seed: 4))
        for _ in 0..<12 { _ = try trunk.next() }
        var fork = trunk
        try fork.force(50)
        var edited = try session("import os\n", endless(7, seed: 1))
        edited.edits = [.scale(.feedForwardOutput, rows: 2..<40, by: 0.5)]
        var attending = try session("x = [1, 2,", endless(12, seed: 2), watching: false)
        attending.attach(AttentionObserver())
        let windowed = try session(
            String(repeating: "y = 2\n", count: 8),
            endless(20, seed: 3) {
                $0.prefillStepSize = 5
                $0.window = ContextWindow(length: 16, stride: 8)
            })
        let penalised = try session(
            "for i in", endless(15, seed: 7) { ($0.repetitionPenalty, $0.topK) = (1.2, 8) })
        let stopping = try session("def f(", endless(90, seed: 9) { $0.stopStrings = ["\n"] })
        return [trunk, fork, edited, attending, windowed, penalised, stopping]
    }

    @Test func eachSessionOfABatchWritesWhatItWritesAlone() throws {
        let sessions = try sessions()
        var batch = DecodingBatch(sessions)
        var tokens = sessions.map { _ in [TokenRecord]() }
        var isGoingOn = true
        while isGoingOn {
            isGoingOn = false
            for (place, outcome) in batch.next().enumerated() {
                guard case .token(let token) = outcome else { continue }
                tokens[place].append(token)
                isGoingOn = true
            }
        }
        for (place, var alone) in sessions.enumerated() {
            var expected: [TokenRecord] = []
            while let token = try alone.next() { expected.append(token) }
            #expect(tokens[place] == expected)
            #expect(batch.sessions[place].trace == alone.trace)
        }
        // Each pass serves all that need one.
        let longest = tokens.map(\.count).max() ?? 0
        #expect(batch.passes <= longest + 16)
        #expect(batch.forwardTokens > batch.passes * 2)
    }

    @Test func aSessionThatFailsHoldsNobodyUp() throws {
        struct Failing: DecodingObserver {
            struct Fault: Error {}
            mutating func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) throws
            {
                if step.token.origin == .sampled { throw Fault() }
            }
        }
        let sound = try session("def add(a, b):", endless(6, seed: 1))
        var failing = sound
        failing.attach(Failing())
        var misplaced = sound
        misplaced.edits = [.scale(.values, layers: .layers([70]), by: 0)]
        var batch = DecodingBatch([failing, sound, misplaced])
        var failures = [0, 0, 0]
        var outcomes = batch.next()
        while outcomes[1].isToken {
            for (place, outcome) in outcomes.enumerated() {
                if case .failed = outcome { failures[place] += 1 }
            }
            outcomes = batch.next()
        }
        var alone = sound
        #expect(batch.sessions[1].trace == (try alone.decodeAll()))
        #expect(failures[0] > 1 && failures[1] == 0 && failures[2] > 1)
        guard case .failed(.model(.intervention(lane: 0, index: 0, _))) = outcomes[2] else {
            Issue.record("the refusal names the session's own lane")
            return
        }
        #expect(throws: DecodingFailure.self) { try batch.prefill() }
    }

    @Test func sessionsOfOtherModelsTakePartInABatch() throws {
        let other = try TinyModel().load()
        let parameters = GenerateParameters(maxTokens: 5, seed: 2)
        let sessions = [
            try session("x = 1", endless(8, seed: 2)),
            try DecodingSession(other, prompt: "abc", parameters: parameters),
            try session("y", endless(3, seed: 2)),
        ]
        var batch = DecodingBatch(sessions)
        while batch.next().contains(where: \.isToken) {}
        for (place, var alone) in sessions.enumerated() {
            #expect(batch.sessions[place].trace == (try alone.decodeAll()))
        }
    }

    @Test func prefillingABatchChangesNothing() throws {
        let sessions = try sessions()
        var batch = DecodingBatch(sessions)
        try batch.prefill()
        let spent = batch.forwardTokens
        try batch.prefill()
        #expect(batch.forwardTokens == spent)
        while batch.next().contains(where: \.isToken) {}
        for (place, var alone) in sessions.enumerated() {
            #expect(batch.sessions[place].trace == (try alone.decodeAll()))
        }
    }

    @Test func aSessionGoesOnWithOtherSettings() throws {
        var session = try session("def f(", endless(6, seed: 1) { $0.stopStrings = ["zzz"] })
        let begun = try session.decodeAll()
        #expect(begun.stopReason == .length)
        try session.resume(with: endless(5, seed: 8) { $0.repetitionPenalty = 1.3 })
        #expect(session.stopReason == nil)
        let trace = try session.decodeAll()
        #expect(trace.ids.starts(with: begun.ids))
        #expect(trace.tokens.count == begun.tokens.count + 5)
        #expect(trace.header.settings.seed == 8)
        #expect(GenerateParameters(trace.header.settings) == session.parameters)
        // The tokens are those of a session that has these settings and is given the same beginning.
        var fresh = try DecodingSession(
            session.context, ids: begun.ids,
            parameters: endless(5, seed: 8) { $0.repetitionPenalty = 1.3 })
        #expect(try fresh.decodeAll().ids == trace.ids)
        // The end of what is there may be the beginning of a stop text.
        let text = Array(trace.generatedText.utf8.suffix(2))
        var stopping = session
        let next = try {
            var other = session
            try other.resume(with: endless(1, seed: 8))
            return try other.decodeAll()
        }()
        let more = next.tokens[next.tokens.count - 1].bytes
        try stopping.resume(
            with: endless(4, seed: 8) {
                $0.stopStrings = [String(decoding: text + more.prefix(1), as: UTF8.self)]
            })
        #expect(try stopping.decodeAll().stopReason == .stop)
        #expect(throws: DecodingFailure.self) {
            try stopping.resume(
                with: endless(1, seed: 1) { $0.window = ContextWindow(length: 8, stride: 4) })
        }
        #expect(throws: DecodingFailure.self) {
            try stopping.resume(with: GenerateParameters(topP: 2))
        }
    }
}
