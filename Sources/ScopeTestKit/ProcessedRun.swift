internal import TokenScope

/// A session with the logit processor that is under test, and what it left of every row.
struct ProcessedRun<Processor: LogitProcessor> {
    /// Keeps the logits of every draw, as those before it in the order of attachment left them.
    struct Recorder: LogitProcessor {
        private(set) var rows: [[Float]] = []

        mutating func process(_ logits: inout MutableSpan<Float>, at index: TokenIndex) {
            var row: [Float] = []
            row.reserveCapacity(logits.count)
            for id in logits.indices { row.append(logits[id]) }
            rows.append(row)
        }
    }

    var session: DecodingSession
    private let processor: ProcessorHandle<Processor>
    private let recorder: ProcessorHandle<Recorder>

    init(_ session: DecodingSession, _ processor: Processor) {
        self.session = session
        self.processor = self.session.attach(processor: processor)
        recorder = self.session.attach(processor: Recorder())
    }

    /// The logits of every draw, one for each entry of the vocabulary.
    var rows: [[Float]] { session[recorder].rows }

    mutating func decode(_ count: Int = .max) throws(DecodingFailure) {
        var left = count
        while left > 0, try session.next() != nil { left -= 1 }
    }

    /// The first thing in which the draws differ; nil where nothing does.
    func difference(from expected: ProcessedRun) -> String? {
        let first = session.trace.tokens.count - rows.count
        for (number, (row, reference)) in zip(rows, expected.rows).enumerated() {
            for (id, pair) in zip(row, reference).enumerated()
            where pair.0.bitPattern != pair.1.bitPattern {
                return "the logit of \(id) for token \(first + number) is \(pair.0), not \(pair.1)"
            }
        }
        let (ids, others) = (session.trace.ids, expected.session.trace.ids)
        guard ids == others else { return "the tokens are \(ids), not \(others)" }
        if let own = session[processor] as? any Equatable,
            !own.isSame(as: expected.session[processor])
        {
            return "the processor's own values differ"
        }
        return nil
    }
}

extension Equatable {
    fileprivate func isSame(as other: Any) -> Bool {
        (other as? Self) == self
    }
}
