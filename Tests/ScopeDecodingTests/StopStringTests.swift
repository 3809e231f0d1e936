import Testing
import TokenScope

/// Stop texts: found in bytes, wherever tokens begin and end.
@Suite struct StopStringTests {
    private func model() throws -> ModelContext { try ModelContext.tinyPython.get() }

    /// A session whose model writes `text` in the tokens it encodes to, whatever was before.
    private func writing(
        _ ids: [Int], stops: [String], prompt: [Int] = [1]
    ) throws -> DecodingSession {
        let rows = (Array(prompt.dropFirst()) + ids).map { id in
            var row = [Float](repeating: -50, count: 4096)
            row[id] = 50
            return row
        }
        var parameters = GenerateParameters.greedy(maxTokens: ids.count)
        parameters.stopStrings = stops
        return try DecodingSession(
            try ModelContext.replaying(rows), ids: prompt, parameters: parameters)
    }

    private func ids(_ pieces: [String]) throws -> [Int] {
        let tokenizer = try model().tokenizer
        return try pieces.map { piece in
            let ids = tokenizer.encode(text: piece)
            try #require(ids.count == 1, "\(piece) is no single token")
            return ids[0]
        }
    }

    @Test func aStopTextMayCrossTokens() throws {
        let pieces = try ids(["a", "b", "c", "d", "e", "f"])
        var session = try writing(pieces, stops: ["zz", "cde"])
        let start = session.trace.bytes.count
        let trace = try session.decodeAll()
        #expect(trace.stopReason == .stop)
        #expect(trace.generatedText == "abcde")
        #expect(trace.completion == "ab")
        let match = try #require(trace.stopMatch)
        #expect(match.text == "cde")
        #expect(Array(trace.bytes[match.span]) == Array("cde".utf8))
        #expect(start == 0 && match.start == trace.tokens[3].sequenceSpan.lowerBound)
        #expect(try session.next() == nil)
    }

    @Test func aStopTextMayLieInsideOneToken() throws {
        var session = try writing(try ids(["x", "return", "y"]), stops: ["tur"])
        let trace = try session.decodeAll()
        #expect(trace.generatedText == "xreturn")
        #expect(trace.completion == "xre")
    }

    @Test func theTextThatBeginsFirstCounts() throws {
        var session = try writing(try ids(["r", "e", "turn"]), stops: ["urn", "etu", "et"])
        let trace = try session.decodeAll()
        #expect(trace.stopMatch?.text == "etu")
        #expect(trace.completion == "r")
    }

    @Test func nothingBeforeTheFirstWrittenTokenCounts() throws {
        let prompt = try ids(["x", "a", "b"])
        var session = try writing(try ids(["c", "b", "c"]), stops: ["bc"], prompt: prompt)
        let trace = try session.decodeAll()
        #expect(trace.generatedText == "cbc")
        #expect(trace.completion == "c")
    }

    @Test func partsOfACharacterAreMatchedByBytes() throws {
        let tokenizer = try model().tokenizer
        let pieces = tokenizer.encode(text: "ab€c")
        try #require(pieces.count > 4, "the euro sign must take several tokens")
        var session = try writing(pieces, stops: ["€"])
        let trace = try session.decodeAll()
        #expect(trace.stopMatch?.text == "€")
        #expect(trace.completion == "ab")
    }

    @Test func overlappingBeginningsAreNotMissed() throws {
        var session = try writing(try ids(["a", "a", "b", "a", "a", "b", "c"]), stops: ["aabc"])
        let trace = try session.decodeAll()
        #expect(trace.completion == "aab")
    }

    @Test func aForcedTokenGoesOnAfterTheStop() throws {
        var session = try writing(try ids(["a", "b", "a", "b"]), stops: ["ab"])
        while try session.next() != nil {}
        #expect(session.trace.stopMatch != nil)
        try session.force(try ids(["a"])[0])
        #expect(session.stopReason == nil)
        #expect(session.trace.stopMatch == nil)
        while try session.next() != nil {}
        // The forced "a" and the drawn "b" end it again.
        #expect(session.trace.generatedText == "abab")
        #expect(session.trace.stopReason == .stop)
        #expect(session.trace.completion == "ab")
    }

    @Test func matchesAgreeWithASearchOfTheWholeText() throws {
        var state: UInt64 = 88
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let letters = try ids(["a", "b"])
        for _ in 0..<60 {
            let pieces = (0..<14).map { _ in letters[next(2)] }
            let stops = (0..<1 + next(3)).map { _ in
                String((0..<2 + next(4)).map { _ in next(2) == 0 ? "a" : "b" } as [Character])
            }
            var session = try writing(pieces, stops: stops)
            let trace = try session.decodeAll()
            let text = pieces.map { $0 == letters[0] ? "a" : "b" }.joined()
            let end = (1...text.count).first { length in
                stops.contains { text.prefix(length).hasSuffix($0) }
            }
            #expect(trace.generatedText == text.prefix(end ?? text.count))
            if let end {
                let longest = stops.filter { text.prefix(end).hasSuffix($0) }.map(\.count).max()
                #expect(trace.completion.count == end - (longest ?? 0))
            } else {
                #expect(trace.stopMatch == nil)
                #expect(trace.stopReason == .length)
            }
        }
    }

    @Test func settingsAreInTheHeader() throws {
        let parameters = GenerateParameters(
            maxTokens: 3, temperature: 0.5, topK: 4, topP: 0.9, minP: 0.1, repetitionPenalty: 1.1,
            frequencyPenalty: 0.2, presencePenalty: 0.3, logitBias: [7: -1], seed: 5,
            stopTokenIDs: [9], stopStrings: ["\n\n"], prefillStepSize: 64)
        let session = try DecodingSession(try model(), prompt: "x", parameters: parameters)
        #expect(
            session.trace.header.settings
                == GenerationSettings(
                    maxTokens: 3, temperature: 0.5, topK: 4, topP: 0.9, minP: 0.1,
                    repetitionPenalty: 1.1, frequencyPenalty: 0.2, presencePenalty: 0.3,
                    logitBias: [7: -1], seed: 5, stopTokenIDs: [9], stopStrings: ["\n\n"],
                    prefillStepSize: 64))
    }
}
