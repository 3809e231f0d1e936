import ScopeTrace
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct GenerationSettingsTests {
    private func decode(_ text: String) throws -> GenerationSettings {
        try JSONDecoder().decode(GenerationSettings.self, from: Data(text.utf8))
    }

    @Test func whatIsAbsentChangesNothing() throws {
        #expect(try decode("{}") == GenerationSettings())
        #expect(
            try decode(
                """
                {"temperature":0.5,"topK":2,"topP":0.9,"seed":7,"stopTokenIDs":[1],\
                "addSpecialTokens":true}
                """)
                == GenerationSettings(
                    temperature: 0.5, topK: 2, topP: 0.9, seed: 7, stopTokenIDs: [1],
                    addSpecialTokens: true))
    }

    @Test func biasesAreWrittenInOrderWithInfinitiesSpelledOut() throws {
        let settings = GenerationSettings(logitBias: [30: 1, 4: -.infinity, 7: -0.5])
        let text = String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
        let places = try [#"4"#, "7", "30"].map { id in
            try #require(text.firstRange(of: #""id":\#(id)"#)).lowerBound
        }
        #expect(places == places.sorted())
        #expect(text.contains(#""bias":"-Infinity""#))
        #expect(try decode(text) == settings)
    }

    @Test(arguments: [
        #"{"temperature":-1}"#, #"{"topK":-1}"#, #"{"topP":0}"#, #"{"topP":1.5}"#,
        #"{"minP":-0.1}"#, #"{"minP":1.1}"#, #"{"repetitionPenalty":0}"#, #"{"maxTokens":-1}"#,
        #"{"logitBias":[{"id":-1,"bias":0}]}"#, #"{"logitBias":[{"id":1,"bias":"Infinity"}]}"#,
        #"{"logitBias":[{"id":1,"bias":0},{"id":1,"bias":0}]}"#, #"{"stopStrings":[""]}"#,
        #"{"prefillStepSize":0}"#, #"{"seed":"x"}"#,
    ])
    func whatCannotBeIsRefused(_ text: String) {
        #expect(throws: DecodingError.self) { try decode(text) }
    }

    @Test func theCompletionEndsWhereTheStopTextBegins() {
        var trace = TokenTrace(header: .sample)
        trace.append(id: 1, bytes: Array("ab".utf8), origin: .prompt)
        trace.append(id: 2, bytes: Array("cd".utf8), origin: .sampled)
        trace.append(id: 3, bytes: Array("<s>".utf8), origin: .forced, role: .special)
        trace.append(id: 4, bytes: Array("ef".utf8), origin: .sampled)
        #expect(trace.completion == "cdef")
        trace.stopMatch = StopMatch(text: "f", start: 8)
        #expect(trace.completion == "cde")
        #expect(trace.stopMatch?.span == 8..<9)
        trace.stopMatch = StopMatch(text: "d<s>ef", start: 3)
        #expect(trace.completion == "c")
        #expect(trace.generatedText == "cdef")
    }

    @Test func aStopTextOutsideTheSequenceIsRefused() throws {
        var trace = TokenTrace(header: .sample)
        trace.append(id: 1, bytes: [65], origin: .sampled)
        trace.stopMatch = StopMatch(text: "AB", start: 1)
        let text = String(decoding: try JSONEncoder().encode(trace), as: UTF8.self)
        let broken = text.replacing(#""start":1"#, with: #""start":2"#)
        #expect(broken != text)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(TokenTrace.self, from: Data(broken.utf8))
        }
    }
}
