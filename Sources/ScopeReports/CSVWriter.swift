public import ScopeTrace

/// Writes a trace as comma-separated values (RFC 4180), one row a token, for spreadsheets.
///
/// The columns are `index`, `id`, `text`, `start`, `end`, `origin` and `role`, then every metric that
/// is one number, truth value or string a token, in the order of the table; ids and rows have no
/// place in a cell and are left out. Absent values are empty. Numbers are exact; infinities are
/// `Infinity` and `-Infinity`. Of several samples the rows follow one another, with a first column
/// `sample`.
public struct CSVWriter: Sendable {
    /// Makes a writer.
    public init() {}

    /// The whole trace, with a first row of names; lines end in CR LF as the format says.
    ///
    /// - Parameter trace: The trace.
    /// - Returns: The text.
    /// - Complexity: O(tokens × columns).
    public func text(of trace: TokenTrace) -> String {
        let metrics = [trace].metricNames(where: \.isScalar)
        return line(Self.names + metrics) + rows(of: trace, metrics: metrics, first: [])
    }

    /// Several samples of one prompt, numbered from 0, after one row of names.
    ///
    /// - Parameter traces: The samples' traces; a metric that one of them lacks is empty there.
    /// - Returns: The text.
    /// - Complexity: O(tokens × columns).
    public func text(ofSamples traces: [TokenTrace]) -> String {
        let metrics = traces.metricNames(where: \.isScalar)
        var text = line(["sample"] + Self.names + metrics)
        for (number, trace) in traces.enumerated() {
            text += rows(of: trace, metrics: metrics, first: ["\(number)"])
        }
        return text
    }

    private static let names = ["index", "id", "text", "start", "end", "origin", "role"]

    private func rows(of trace: TokenTrace, metrics: [String], first: [String]) -> String {
        let columns = metrics.map { trace.metrics.column(named: $0) }
        var text = ""
        for token in trace.tokens {
            let place = token.index.rawValue
            var fields =
                first + [
                    "\(place)", "\(token.id)", token.text, "\(token.sequenceSpan.lowerBound)",
                    "\(token.sequenceSpan.upperBound)", token.origin.rawValue, token.role.rawValue,
                ]
            for column in columns { fields.append(Self.field(column?[place])) }
            text += line(fields)
        }
        return text
    }

    private func line(_ fields: [String]) -> String {
        fields.map(Self.quoted).joined(separator: ",") + "\r\n"
    }

    private static func field(_ cell: MetricCell?) -> String {
        switch cell {
        case .double(let value):
            value.isFinite ? "\(value)" : value < 0 ? "-Infinity" : "Infinity"
        case .int(let value): "\(value)"
        case .bool(let value): "\(value)"
        case .string(let value): value
        case .ids, .row, .opaque, nil: ""
        }
    }

    private static func quoted(_ field: String) -> String {
        // By scalars: CR LF is one character, and would not be found as either of them.
        let mustQuote = field.unicodeScalars.contains { [",", "\"", "\r", "\n"].contains($0) }
        guard mustQuote || field.first == " " || field.last == " " else { return field }
        return "\""
            + field.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }
}

extension [TokenTrace] {
    /// The names of metrics of some kind, in the order in which they first occur.
    func metricNames(where isFitting: (AnyMetricColumn) -> Bool) -> [String] {
        var names: [String] = []
        for column in flatMap({ $0.metrics.columns })
        where isFitting(column) && !names.contains(column.name) {
            names.append(column.name)
        }
        return names
    }
}

extension AnyMetricColumn {
    /// Whether a cell holds one number, truth value or string.
    var isScalar: Bool {
        switch kind {
        case .double, .int, .bool, .string: true
        case .ids, .row, .opaque: false
        }
    }
}
