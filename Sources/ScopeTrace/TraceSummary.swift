/// Results about a whole sequence, such as its perplexity: named numbers in a fixed order.
public struct TraceSummary: Hashable, Sendable {
    /// One named number.
    public struct Entry: Hashable, Sendable {
        /// The result's name, unique in a summary.
        public let name: String
        /// The unit of the value.
        public let unit: MetricUnit
        /// The value, possibly infinite, never NaN.
        public let value: Double
    }

    /// The results, in the order in which their names were first set.
    public private(set) var entries: [Entry] = []

    /// Makes an empty summary.
    public init() {}

    /// The value of a result, nil where there is none of that name and unit.
    ///
    /// Setting nil removes the result. Setting a NaN is a programmer's mistake and stops the
    /// program.
    ///
    /// - Complexity: O(*n*) in the number of results.
    public subscript(key: MetricKey<Double>) -> Double? {
        get { entries.first { $0.name == key.name && $0.unit == key.unit }?.value }
        set {
            guard let newValue else {
                entries.removeAll { $0.name == key.name }
                return
            }
            precondition(!newValue.isNaN, "summary \(key.name): NaN is not a value of a trace")
            put(Entry(name: key.name, unit: key.unit, value: newValue))
        }
    }

    /// Takes over the results of another summary; its values win where a name is in both.
    ///
    /// - Parameter other: The summary to take over.
    /// - Complexity: O(*n* · *m*) in the numbers of results.
    public mutating func merge(_ other: TraceSummary) {
        for entry in other.entries { put(entry) }
    }

    private mutating func put(_ entry: Entry) {
        if let place = entries.firstIndex(where: { $0.name == entry.name }) {
            entries[place] = entry
        } else {
            entries.append(entry)
        }
    }
}

extension TraceSummary: Codable {
    private struct WireEntry: Codable {
        let name: String
        let unit: MetricUnit
        let value: WireDouble
    }

    /// Reads a summary from a list of `{name, unit, value}`.
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: `DecodingError` when a name occurs twice or a value is no number.
    public init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        var seen: Set<String> = []
        while !container.isAtEnd {
            let entry = try container.decode(WireEntry.self)
            guard seen.insert(entry.name).inserted else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "two results are named \"\(entry.name)\"")
            }
            entries.append(Entry(name: entry.name, unit: entry.unit, value: entry.value.value))
        }
    }

    /// Writes the summary as a list of `{name, unit, value}`.
    ///
    /// - Parameter encoder: The encoder to write to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        for entry in entries {
            try container.encode(
                WireEntry(name: entry.name, unit: entry.unit, value: WireDouble(entry.value)))
        }
    }
}
