import Testing
import TokenScope

/// Sequences longer than the context, read in windows.
@Suite struct WindowTests {
    private func model() throws -> ModelContext { try ModelContext.tinyPython.get() }

    private func ids(_ count: Int) throws -> [Int] {
        let text = String(repeating: "def f(x):\n    return [x, x + 1]\n", count: 60)
        return Array(try model().tokenizer.encode(text: text).prefix(count))
    }

    private func score(_ ids: [Int], _ window: ContextWindow?) throws -> TokenTrace {
        var parameters = GenerateParameters.greedy(maxTokens: 0)
        parameters.window = window
        parameters.prefillStepSize = 16
        var session = try DecodingSession(try model(), ids: ids, parameters: parameters)
        session.attach(SurprisalObserver())
        session.attach(ContextLengthObserver())
        return try session.decodeAll()
    }

    @Test(arguments: [(24, 8), (24, 23), (24, 1), (7, 3), (100, 50)])
    func everyTokenIsPredictedFromAWindowThatEndsBeforeIt(_ length: Int, _ stride: Int) throws {
        let ids = try ids(90)
        let trace = try score(ids, ContextWindow(length: length, stride: stride))
        #expect(trace.ids == ids)
        let contexts = try #require(trace[.contextLength])
        let surprisals = try #require(trace[.surprisal])
        for index in 1..<ids.count {
            let context = try #require(contexts[index])
            #expect(context == index || (length - stride...length).contains(context))
            // The definition: the same tokens, read alone, predict this one.
            if index % 7 == 0 {
                let start = index - context
                let alone = try score(Array(ids[start...index]), nil)
                let expected = try #require(alone[.surprisal]?[context])
                let own = try #require(surprisals[index])
                #expect(abs(own - expected) <= 1e-4 * (1 + expected))
            }
        }
    }

    @Test func aWindowThatIsNeverFullChangesNothing() throws {
        let ids = try ids(40)
        let plain = try score(ids, nil)
        let windowed = try score(ids, ContextWindow(length: 40, stride: 10))
        #expect(plain[.surprisal] == windowed[.surprisal])
        #expect(windowed.header.settings.window == ContextWindow(length: 40, stride: 10))
    }

    @Test func aTextBeyondTheContextNeedsAWindow() throws {
        let limit = try model().configuration.contextLength
        let ids = Array(repeating: 5, count: limit + 20)
        #expect(throws: DecodingFailure.self) { try score(ids, nil) }
        let trace = try score(ids, ContextWindow(length: limit, stride: limit / 2))
        #expect(trace.tokens.count == limit + 20)
    }

    @Test func generationGoesOnBeyondTheWindow() throws {
        var parameters = GenerateParameters(maxTokens: 40, temperature: 1.2, topP: 1, seed: 4)
        parameters.window = ContextWindow(length: 16, stride: 6)
        var session = try DecodingSession(try model(), ids: try ids(10), parameters: parameters)
        session.attach(ContextLengthObserver())
        let trace = try session.decodeAll()
        #expect(trace.tokens.count > 20)
        #expect(trace[.contextLength]?.present.max() == 16)
        var again = try DecodingSession(try model(), ids: try ids(10), parameters: parameters)
        #expect(try again.decodeAll().ids == trace.ids)
    }

    @Test func attentionCoversTheWindow() throws {
        struct Lengths: DecodingObserver {
            var signals: SignalRequest { SignalRequest(attention: .layers([0])) }
            var matches = true
            mutating func observe(
                _ step: borrowing DecodingStep, record: inout TokenMetrics
            ) {
                guard let row = step.attention(layer: 0, head: QueryHead(0)) else { return }
                matches = matches && row.count == step.contextLength
            }
        }
        var parameters = GenerateParameters.greedy(maxTokens: 0)
        parameters.window = ContextWindow(length: 12, stride: 5)
        var session = try DecodingSession(try model(), ids: try ids(40), parameters: parameters)
        let lengths = session.attach(Lengths())
        _ = try session.decodeAll()
        #expect(session[lengths].matches)
    }

    @Test(arguments: [(1, 1), (10, 0), (10, 10), (10, -1), (100_000, 5)])
    func impossibleWindowsAreRefused(_ length: Int, _ stride: Int) throws {
        let ids = try ids(4)
        #expect {
            try score(ids, ContextWindow(length: length, stride: stride))
        } throws: { error in
            guard case DecodingFailure.invalidSetting(let name, _) = error else { return false }
            return name == "window"
        }
    }
}
