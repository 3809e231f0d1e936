import Testing
import TokenScope

/// Every way decoding ends, and every way it refuses to begin.
@Suite struct StoppingTests {
    private func model() throws -> ModelContext { try ModelContext.tinyPython.get() }

    /// Logits that make `id` certain.
    private func certain(_ id: Int, of size: Int = 4096) -> [Float] {
        var row = [Float](repeating: -50, count: size)
        row[id] = 50
        return row
    }

    @Test func eosEndsAndIsPartOfTheTrace() throws {
        var session = try DecodingSession(
            try model(), prompt: "def f(x):\n    return x\n",
            parameters: GenerateParameters(maxTokens: 400, temperature: 1, topP: 1, seed: 5))
        let trace = try session.decodeAll()
        #expect(trace.stopReason == .eos)
        #expect(trace.tokens.last?.role == .eos)
        #expect(trace.tokens.last?.id == 0)
        #expect(try session.next() == nil)
    }

    @Test func severalEOSIdsEachEnd() throws {
        for id in [11, 12] {
            let rows = [certain(7), certain(8), certain(id), certain(9)]
            let context = try ModelContext.replaying(rows, eosTokenIDs: [11, 12])
            var session = try DecodingSession(context, ids: [1], parameters: .greedy())
            let trace = try session.decodeAll()
            #expect(trace.ids == [1, 7, 8, id])
            #expect(trace.stopReason == .eos)
        }
    }

    @Test func aStopIdEnds() throws {
        let context = try ModelContext.replaying([certain(7), certain(8), certain(9)])
        var parameters = GenerateParameters.greedy()
        parameters.stopTokenIDs = [8]
        var session = try DecodingSession(context, ids: [1], parameters: parameters)
        let trace = try session.decodeAll()
        #expect(trace.ids == [1, 7, 8])
        #expect(trace.stopReason == .stop)
    }

    @Test func theContextEnds() throws {
        let context = try ModelContext.replaying([certain(7), certain(8), certain(9)])
        var session = try DecodingSession(context, ids: [1], parameters: .greedy())
        let trace = try session.decodeAll()
        #expect(trace.ids == [1, 7, 8, 9])
        #expect(trace.stopReason == .contextLength)
    }

    @Test func noTokensAreDrawnWhereNoneAreAsked() throws {
        var session = try DecodingSession(
            try model(), prompt: "x = 1", parameters: .greedy(maxTokens: 0))
        let trace = try session.decodeAll()
        #expect(trace.tokens.allSatisfy { $0.origin == .prompt })
        #expect(trace.stopReason == .length)
    }

    @Test func aCancelledTaskEndsBetweenLayers() async throws {
        let context = try model()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            var session = try DecodingSession(context, prompt: "def f(x):")
            session.attachStandardMetrics()
            return try session.decodeAll()
        }
        task.cancel()
        let trace = try await task.value
        #expect(trace.stopReason == .cancelled)
        #expect(trace.tokens.count == 1)
    }

    @Test func brokenLogitsAreAnErrorAndNotATrap() throws {
        var row = certain(7)
        row[3] = .nan
        let context = try ModelContext.replaying([row, row])
        var session = try DecodingSession(context, ids: [1, 2], parameters: .greedy())
        #expect {
            while try session.next() != nil {}
        } throws: { error in
            guard case DecodingFailure.notADistribution(let token) = error else { return false }
            return token.rawValue == 1
        }
    }

    @Test(arguments: [
        ("temperature", GenerateParameters(temperature: -1)),
        ("temperature", GenerateParameters(temperature: .nan)),
        ("topP", GenerateParameters(topP: 0)),
        ("topP", GenerateParameters(topP: 1.5)),
        ("topK", GenerateParameters(topK: -1)),
        ("maxTokens", GenerateParameters(maxTokens: -1)),
        ("minP", GenerateParameters(minP: -0.1)),
        ("minP", GenerateParameters(minP: 1.1)),
        ("repetitionPenalty", GenerateParameters(repetitionPenalty: 0)),
        ("repetitionPenalty", GenerateParameters(repetitionPenalty: .infinity)),
        ("frequencyPenalty", GenerateParameters(frequencyPenalty: .nan)),
        ("presencePenalty", GenerateParameters(presencePenalty: .infinity)),
        ("logitBias", GenerateParameters(logitBias: [4096: 1])),
        ("logitBias", GenerateParameters(logitBias: [1: .infinity])),
        ("logitBias", GenerateParameters(logitBias: [1: .nan])),
        ("stopStrings", GenerateParameters(stopStrings: ["a", ""])),
        ("prefillStepSize", GenerateParameters(prefillStepSize: 0)),
    ])
    func settingsOutOfRangeAreRefusedByName(
        _ name: String, _ parameters: GenerateParameters
    ) throws {
        let context = try model()
        #expect {
            try DecodingSession(context, prompt: "x", parameters: parameters)
        } throws: { error in
            guard case DecodingFailure.invalidSetting(let field, _) = error else { return false }
            return field == name
        }
    }

    @Test func anEmptyOrTooLongPromptIsRefused() throws {
        let context = try model()
        #expect(throws: DecodingFailure.self) { try DecodingSession(context, prompt: "") }
        let limit = context.configuration.contextLength
        #expect {
            try DecodingSession(context, ids: Array(repeating: 1, count: limit + 1))
        } throws: { error in
            guard case DecodingFailure.model(.contextExceeded(let length, _)) = error else {
                return false
            }
            return length == limit + 1
        }
    }
}
