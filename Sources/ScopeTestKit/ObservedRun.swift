internal import TokenScope

/// A session with the observer that is under test.
struct ObservedRun<Observer: DecodingObserver> {
    var session: DecodingSession
    private let handle: ObserverHandle<Observer>

    init(_ session: DecodingSession, _ observer: Observer) {
        self.session = session
        handle = self.session.attach(observer)
    }

    /// Decodes one token; false where decoding has ended.
    mutating func next() throws(DecodingFailure) -> Bool {
        try session.next() != nil
    }

    mutating func decodeToEnd() throws(DecodingFailure) {
        while try next() {}
    }

    /// Decodes that many tokens, and puts one of the caller's choice behind them.
    mutating func decode(_ count: Int, thenForce id: Int? = nil) throws(DecodingFailure) {
        for _ in 0..<count { _ = try next() }
        if let id { try session.force(id) }
    }

    /// The first thing in which what was observed differs; nil where nothing does.
    func difference(from expected: ObservedRun) -> String? {
        if let difference = session.trace.observedDifference(from: expected.session.trace) {
            return difference
        }
        let own = session[handle]
        // Time is part of the value of an observer that records it.
        if session.trace.recordsTime { return nil }
        if let own = own as? any Equatable, !own.equals(expected.session[handle]) {
            return "the observer's own values differ"
        }
        return nil
    }
}

extension Equatable {
    fileprivate func equals(_ other: Any) -> Bool {
        (other as? Self) == self
    }
}

extension TokenTrace {
    fileprivate var recordsTime: Bool {
        metrics.columns.contains { $0.unit.isOfTime }
            || summary.entries.contains { $0.unit.isOfTime }
    }

    /// The first difference in tokens, metrics and summary, times left out.
    fileprivate func observedDifference(from expected: TokenTrace) -> String? {
        guard ids == expected.ids else { return "the tokens are \(ids), not \(expected.ids)" }
        let (own, other) = (metrics.timeless, expected.metrics.timeless)
        guard own.map(\.name) == other.map(\.name) else {
            return "the metrics are \(own.map(\.name)), not \(other.map(\.name))"
        }
        for (column, reference) in zip(own, other) {
            for position in 0..<tokens.count where column[position] != reference[position] {
                let (found, wanted) = (column[position], reference[position])
                return "\(column.name) of token \(position) is "
                    + "\(found.map { "\($0)" } ?? "absent"), not "
                    + "\(wanted.map { "\($0)" } ?? "absent")"
            }
        }
        let results = summary.entries.filter { !$0.unit.isOfTime }
        let references = expected.summary.entries.filter { !$0.unit.isOfTime }
        guard results.map(\.name) == references.map(\.name) else {
            return "the summary has \(results.map(\.name)), not \(references.map(\.name))"
        }
        for (result, reference) in zip(results, references) where result != reference {
            return "the summary's \(result.name) is \(result.value), not \(reference.value)"
        }
        return nil
    }
}

extension MetricTable {
    fileprivate var timeless: [AnyMetricColumn] { columns.filter { !$0.unit.isOfTime } }
}

extension MetricUnit {
    fileprivate var isOfTime: Bool { self == .seconds || self == .perSecond }
}
