import ScopeTrace

extension MetricKey where Value == Double {
    static var guess: MetricKey { MetricKey("consumer.guess", unit: .probability) }
}

/// A program that reads and writes analyses and never runs a model: it needs the values alone.
@main struct TraceOnly {
    static func main() {
        var trace = TokenTrace(
            header: TraceHeader(
                model: ModelIdentity(
                    name: "none", family: "none", fingerprint: "00", parameterCount: 0),
                kernels: "none",
                settings: GenerationSettings(maxTokens: 3, seed: 7),
                eosTokenIDs: [0],
                contextLength: 8,
                libraryVersion: "0"
            )
        )
        for (id, text) in ["x", " =", " 1"].enumerated() {
            let origin: TokenOrigin = id == 0 ? .prompt : .sampled
            let index = trace.append(id: id, bytes: Array(text.utf8), origin: origin)
            // Token 0 has no prediction, so there is nothing to say about it.
            guard index.predictingRow != nil else { continue }
            trace.record(at: index) { metrics in metrics[.guess] = 1 / Double(id + 1) }
        }
        trace.stopReason = .length

        var branch = trace
        branch.record(at: TokenIndex(2)) { metrics in metrics[.guess] = 1 }
        precondition(branch != trace, "a copy is independent of the trace it was made from")
        precondition(isCodable(trace) && trace.text == "x = 1" && trace.generatedText == " = 1")

        for token in trace.tokens {
            let guess = trace[.guess]?[token.index.rawValue].map { "\($0)" } ?? "absent"
            print("\(token.index) \(token.sequenceSpan) \(token.origin): \(guess)")
        }
    }

    private static func isCodable(_ value: some Codable & Sendable & Equatable) -> Bool {
        value == value
    }
}
