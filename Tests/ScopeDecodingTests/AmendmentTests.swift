import ScopeDecoding
import ScopeFiles
import ScopeMetrics
import ScopeReports
import ScopeTestKit
import ScopeTrace
import Testing
import TokenScope

/// Values of earlier tokens that change while a stream is written.
@Suite struct AmendmentTests {
    /// A stream as a program writes it, token by token.
    private static func stream(
        chunk: Int, leavingOut: @escaping @Sendable (String) -> Bool = { _ in false }
    ) throws -> (lines: [String], trace: TokenTrace) {
        var session = try DecodingSession(
            TinyModel(seed: 2).load(), prompt: "def f(x):",
            parameters: .init(maxTokens: 5, temperature: 1, prefillStepSize: chunk))
        session.attach(SurprisalObserver())
        session.attach(ReceivedAttentionObserver(AttentionSelection()))
        let writer = JSONLinesWriter(leavingOut: leavingOut)
        var lines = [writer.header(of: session.trace)]
        while let token = try session.next() {
            lines.append(writer.line(for: token.index, in: session.trace))
            let changes = session.takeAmendments()
            if let line = writer.line(for: changes, after: token.index, in: session.trace) {
                lines.append(line)
            }
        }
        return (lines + [writer.footer(of: session.trace)], session.trace)
    }

    @Test(arguments: [1, 4, 512])
    func aStreamThatIsReadBackHoldsTheLastValues(_ chunk: Int) throws {
        let (lines, trace) = try Self.stream(chunk: chunk)
        let text = lines.joined(separator: "\n")
        let reader = try JSONLinesReader(
            FileContents(copying: Array(text.utf8), name: "stream.jsonl"))
        let whole = try JSONLinesReader(
            FileContents(
                copying: Array(JSONLinesWriter().text(of: trace).utf8), name: "whole.jsonl"))
        #expect(reader.tokens.count == 14)
        for (own, expected) in zip(reader.tokens, whole.tokens) {
            #expect(own.id == expected.id)
            #expect(
                own.metrics.sorted { $0.name < $1.name }
                    == expected.metrics.sorted { $0.name < $1.name })
        }
        #expect(reader.tokens[0][metric: "received_attention"] != nil)
        // Every written token changes what those before it have received.
        let amending = lines.filter { $0.contains("\"amended_by\"") }
        #expect(amending.count == (chunk == 512 ? 6 : chunk == 4 ? 7 : 13))
        #expect(amending.last?.contains("\"amended_by\":13") == true)
        // Without its amendments the stream would tell something else.
        let unamended = lines.filter { !$0.contains("\"amended_by\"") }.joined(separator: "\n")
        let stale = try JSONLinesReader(
            FileContents(copying: Array(unamended.utf8), name: "stale.jsonl"))
        #expect(stale.tokens[3].metrics != reader.tokens[3].metrics)
    }

    @Test func whatIsLeftOutIsNotAmended() throws {
        let lines = try Self.stream(chunk: 4) { $0 == "received_attention" }.lines
        #expect(!lines.contains { $0.contains("amended_by") || $0.contains("received") })
    }

    @Test func amendmentsAreTakenOnce() throws {
        var session = try DecodingSession(
            TinyModel().load(), prompt: "abc", parameters: .init(maxTokens: 1))
        session.attach(ReceivedAttentionObserver(AttentionSelection()))
        while try session.next() != nil {}
        var fork = session
        let changes = session.takeAmendments()
        #expect(changes.map(\.index) == (0..<3).map { TokenIndex($0) })
        #expect(Set(changes.map(\.name)) == ["received_attention"])
        #expect(session.takeAmendments().isEmpty)
        #expect(fork.takeAmendments() == changes)
    }

    @Test func anAmendmentOfATokenThatIsNotThereIsRefused() {
        let text = """
            {"index":0,"id":4,"metrics":{"a":1}}
            {"amended_by":1,"amendments":[{"index":2,"metrics":{"a":2}}]}
            """
        #expect {
            try JSONLinesReader(FileContents(copying: Array(text.utf8), name: "x.jsonl"))
        } throws: { error in
            "\(error)".contains("x.jsonl") && "\(error)".contains("names token 2")
        }
    }
}
