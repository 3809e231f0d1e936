import CompatibleObservers
import TinyPythonModel
import TokenScope

extension MetricKey where Value == Double {
    static var lead: MetricKey { MetricKey("client.lead", unit: .nats) }
}

/// How many nats the most probable token was ahead of the one that came: zero where it came.
struct LeadObserver: DecodingObserver {
    private var largest = 0.0

    mutating func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) {
        guard let distribution = step.distribution else { return }
        let best = distribution.mostProbable(1)[0]
        let lead =
            distribution.logProbability(of: best) - distribution.logProbability(of: step.token.id)
        record[.lead] = lead
        largest = max(largest, lead)
    }

    func summary() -> TraceSummary {
        var summary = TraceSummary()
        summary[.lead] = largest
        return summary
    }
}

/// A program that watches the embedded model with an observer of its own.
@main struct UmbrellaClient {
    static func main() async throws {
        let model = try loadModel(from: .tinyPython)
        var session = try DecodingSession(
            model, prompt: "def add(a, b):\n    return", parameters: .greedy(maxTokens: 8))
        session.attach(LeadObserver())
        while let token = try session.next() {
            let lead = session.trace[.lead]?[token.index.rawValue].map { "\($0)" } ?? "absent"
            print("\(token.index) \(token.origin) \(token.text.debugDescription): \(lead)")
        }

        let trace = session.trace
        let drawn = trace.tokens.filter { $0.origin == .sampled }
        precondition((1...8).contains(drawn.count) && trace.stopReason != nil)
        precondition(
            drawn.allSatisfy { trace[.lead]?[$0.index.rawValue] == 0 },
            "a greedy token is the most probable one")
        precondition(trace[.lead]?[0] == nil, "token 0 has no prediction")
        precondition(trace.summary[.lead].map { $0 > 0 } == true, "the prompt has surprises")
        try await checkCompatibility(model)
    }

    /// Runs the observers that must go on compiling.
    static func checkCompatibility(_ model: ModelContext) async throws {
        let (alone, _) = try watching(model, with: GapObserver())
        let (both, pair) = try watching(model, with: AllOf(FocusObserver(), SignalsObserver()))
        precondition(alone[.gap] != nil && both[.focus] != nil && both[.length] != nil)
        precondition(both.summary[.focus] == pair.first.summary()[.focus])
        precondition(pair.second.draws > 0 && pair.second.lent >= 3 * pair.second.draws)

        let all = try watching(
            model, withAll: [GapObserver(), AnyOf([ColumnsObserver(), FocusObserver()])])
        precondition(all[.place] != nil && all[.repeats] != nil && all[.kind] != nil)
        precondition(all[.row]?.present.allSatisfy { $0.values.count == 3 } == true)
        precondition(all[.others]?.present.first?.values.count == 3)

        let streamed = try await streaming(model, with: GapObserver())
        precondition(streamed == all[.gap].map(Array.init))
        print("observers of version 0.1 compile and run")
    }
}
