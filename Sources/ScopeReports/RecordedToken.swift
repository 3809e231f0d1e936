public import ScopeTrace

/// A token as a file recorded it: its id, and whatever else the file holds of it.
public struct RecordedToken: Hashable, Sendable {
    /// One metric of the token.
    public struct Metric: Hashable, Sendable {
        /// The metric's name.
        public let name: String
        /// The value; lines do not tell kinds apart fully, so a list is a row of numbers unless
        /// all its numbers are whole.
        public let value: MetricCell
    }

    /// The token's number in the vocabulary, zero or more.
    public var id: Int

    /// The place in the sequence, nil where the file does not tell.
    public var index: TokenIndex?

    /// The token's bytes, nil where the file does not tell.
    public var bytes: [UInt8]?

    /// The token's bytes as text, nil where the file does not tell.
    public var text: String?

    /// The bytes of the sequence that the token covers, nil where the file does not tell.
    public var sequenceSpan: Range<Int>?

    /// The bytes of the caller's document that the token covers, if any.
    public var sourceSpan: Range<Int>?

    /// How the token came into the sequence, nil where the file does not tell.
    public var origin: TokenOrigin?

    /// What the token is for, nil where the file does not tell.
    public var role: TokenRole?

    /// The metrics, in the file's order.
    public var metrics: [Metric] = []

    /// Makes a token of which only the id is known.
    ///
    /// - Parameter id: The token's number in the vocabulary.
    public init(id: Int) {
        self.id = id
    }

    /// Takes another value of a metric, or a first one.
    mutating func amend(_ metric: Metric) {
        if let place = metrics.firstIndex(where: { $0.name == metric.name }) {
            metrics[place] = metric
        } else {
            metrics.append(metric)
        }
    }

    /// The value of a metric, nil where the file holds none of that name.
    ///
    /// - Complexity: O(*m*) in the number of the token's metrics.
    public subscript(metric name: String) -> MetricCell? {
        metrics.first { $0.name == name }?.value
    }
}
