/// What the numbers of a metric count.
///
/// The set is open: a client names a unit of its own with ``init(rawValue:)``, and a unit that
/// this process has never heard of survives being decoded and encoded again.
public struct MetricUnit: RawRepresentable, Hashable, Codable, Sendable {
    /// The unit's name as it is written to files.
    public let rawValue: String

    /// Makes a unit.
    ///
    /// - Parameter rawValue: The unit's name as it is written to files.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A number without a unit, or a value that is no number.
    public static let none = MetricUnit(rawValue: "none")
    /// Natural units of information: logarithms are natural.
    public static let nats = MetricUnit(rawValue: "nats")
    /// The square of natural units of information: a variance.
    public static let squareNats = MetricUnit(rawValue: "nats^2")
    /// Bits of information: logarithms to base two.
    public static let bits = MetricUnit(rawValue: "bits")
    /// A probability, or a difference of two, from −1 to 1.
    public static let probability = MetricUnit(rawValue: "probability")
    /// A number of things.
    public static let count = MetricUnit(rawValue: "count")
    /// A place in an order, counted from 1.
    public static let rank = MetricUnit(rawValue: "rank")
    /// One quantity divided by another of its kind.
    public static let ratio = MetricUnit(rawValue: "ratio")
    /// A score of the network before the softmax.
    public static let logit = MetricUnit(rawValue: "logit")
    /// A place in the sequence, as a token index.
    public static let position = MetricUnit(rawValue: "position")
    /// Seconds of time.
    public static let seconds = MetricUnit(rawValue: "seconds")
    /// Times a second.
    public static let perSecond = MetricUnit(rawValue: "1/s")
    /// A number of bytes.
    public static let bytes = MetricUnit(rawValue: "bytes")
}
