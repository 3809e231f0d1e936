import ScopeDecoding
import ScopeMetrics
import ScopeTestKit
import ScopeTrace
import ScopeTransformer
import Testing
import TokenScope

/// Interventions while a session writes.
@Suite struct SessionEditTests {
    private static func decode(
        _ model: ModelContext, _ edits: [Intervention<Float>], chunk: Int = 512
    ) throws -> TokenTrace {
        var session = try DecodingSession(
            model, prompt: "def f(x):", parameters: .init(maxTokens: 6, prefillStepSize: chunk))
        session.edits = edits
        session.attach(SurprisalObserver())
        while try session.next() != nil {}
        return session.trace
    }

    @Test func aSessionWritesWithWhatItIsTold() throws {
        let model = try TinyModel(seed: 3).load()
        let plain = try Self.decode(model, [])
        let edits: [Intervention<Float>] = [
            .knockOut([QueryHead(1)], layers: .layers([0])),
            .scale(.feedForwardOutput, rows: 4..<7, by: 0),
        ]
        let edited = try Self.decode(model, edits)
        #expect(plain.header.settings.interventions.isEmpty)
        #expect(
            edited.header.settings.interventions == [
                "cut heads 1 of layers 0, from all rows to all rows",
                "scale feed-forward-output of all layers, rows 4..<7, by 0.0",
            ])
        let (before, after) = try (
            #require(plain[.surprisal]), #require(edited[.surprisal])
        )
        #expect(before[TokenIndex(8)] != after[TokenIndex(8)])
        // Rows are places of the sequence, however it is cut into passes.
        let chunked = try Self.decode(model, edits, chunk: 3)
        #expect(chunked.tokens.map(\.id) == edited.tokens.map(\.id))
        for token in 1..<9 {
            let values = try (
                #require(after[TokenIndex(token)]),
                #require(chunked[.surprisal]?[TokenIndex(token)])
            )
            #expect(abs(values.0 - values.1) <= 1e-4)
        }
    }

    @Test func whatHasNoPlaceInTheModelEndsTheSession() throws {
        let model = try TinyModel().load()
        var session = try DecodingSession(model, prompt: "abc")
        session.edits = [.scale(.values, layers: .layers([7]), by: 0)]
        _ = try session.next()
        #expect {
            _ = try session.next()
        } throws: { error in
            guard
                case .model(.intervention(0, 0, .layerOutOfRange(7, 2)))? =
                    error as? DecodingFailure
            else { return false }
            return "\(error)" == "intervention 0: there is no layer 7: layers are 0 to 1"
        }
    }

    @Test func aModelWithoutMeansRefuses() throws {
        let model = ScriptedModel(rows: [[0, 1], [1, 0]])
        var session = try DecodingSession(model.context, ids: [0])
        session.edits = [.scale(.values, by: 0)]
        #expect(throws: DecodingFailure.self) { while try session.next() != nil {} }
    }

    @Test func aMovedWindowTakesEditsWithIt() throws {
        let model = try TinyModel(seed: 5, contextLength: 32).load()
        let ids = (0..<20).map { 97 + $0 % 7 }
        func surprisal(_ edits: [Intervention<Float>]) throws -> [Double?] {
            var session = try DecodingSession(
                model, ids: ids,
                parameters: .init(maxTokens: 0, window: ContextWindow(length: 12, stride: 4)))
            session.edits = edits
            session.attach(SurprisalObserver())
            while try session.next() != nil {}
            let column = try #require(session.trace[.surprisal])
            return ids.indices.map { column[TokenIndex($0)] }
        }
        let plain = try surprisal([])
        let late = try surprisal([.scale(.attentionOutput, rows: 15..<17, by: 4)])
        #expect(late[..<16] == plain[..<16])
        #expect(late[16] != plain[16])
    }
}
