public import ScopeTrace

/// Writes a trace as comma-separated values (RFC 4180), one row a token, for spreadsheets.
///
/// The columns are `index`, `id`, `text`, `start`, `end`, `origin` and `role`, then every metric that
/// is one number, truth value or string a token, in the order of the table; ids and rows have no
/// place in a cell and are left out. Absent values are empty. Numbers are exact; infinities are
/// `Infinity` and `-Infinity`.
public struct CSVWriter: Sendable {
    /// Makes a writer.
    public init() {}

    /// The whole trace, with a first row of names; lines end in CR LF as the format says.
    ///
    /// - Parameter trace: The trace.
    /// - Returns: The text.
    /// - Complexity: O(tokens × columns).
    public func text(of trace: TokenTrace) -> String {
        let columns = trace.metrics.columns.filter { $0.isScalar }
        let names = ["index", "id", "text", "start", "end", "origin", "role"] + columns.map(\.name)
        var text = line(names)
        for token in trace.tokens {
            let place = token.index.rawValue
            var fields = [
                "\(place)", "\(token.id)", token.text, "\(token.sequenceSpan.lowerBound)",
                "\(token.sequenceSpan.upperBound)", token.origin.rawValue, token.role.rawValue,
            ]
            for column in columns { fields.append(Self.field(column[place])) }
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

extension AnyMetricColumn {
    /// Whether a cell holds one number, truth value or string.
    var isScalar: Bool {
        switch kind {
        case .double, .int, .bool, .string: true
        case .ids, .row, .opaque: false
        }
    }
}
