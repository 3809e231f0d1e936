/// The typed name of a metric.
///
/// Declare keys as static members, so that they read well where they are used:
///
/// ```swift
/// extension MetricKey where Value == Double {
///     static var temperatureGap: MetricKey { MetricKey("temperature.gap", unit: .nats) }
/// }
/// ```
///
/// A name belongs to one type and one unit in a table; prefix names of your own ("acme.depth").
public struct MetricKey<Value: MetricValue>: Hashable, Sendable {
    /// The name, unique in a table.
    public let name: String

    /// The unit of the values.
    public let unit: MetricUnit

    /// Makes a key.
    ///
    /// - Parameters:
    ///   - name: The name, unique in a table; must not be empty.
    ///   - unit: The unit of the values.
    public init(_ name: String, unit: MetricUnit = .none) {
        precondition(!name.isEmpty, "a metric key must have a name")
        self.name = name
        self.unit = unit
    }

    /// What the cells of this key's column hold.
    public var kind: MetricKind { Value.metricConformance.kind }
}
