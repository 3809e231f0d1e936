public import ScopeTrace

/// Shows a trace as an aligned table for terminals, one row a token.
///
/// The columns are the token's place, id, text and origin, then every metric that is one number, with
/// three digits after the point. Control characters of the text are shown in a visible spelling.
public struct TableView: Sendable {
    /// Characters that a token's text may take before it is cut.
    public let textWidth: Int

    /// Makes a view.
    ///
    /// - Parameter textWidth: Characters that a token's text may take before it is cut.
    public init(textWidth: Int = 24) {
        precondition(textWidth > 1, "a column of text needs at least two characters")
        self.textWidth = textWidth
    }

    /// The whole trace, with a first row of names and units.
    ///
    /// - Parameter trace: The trace.
    /// - Returns: Text for the terminal.
    /// - Complexity: O(tokens × columns).
    public func text(of trace: TokenTrace) -> String {
        let metrics = trace.metrics.columns.filter { $0.numbers != nil }
        var columns: [[String]] = [
            ["token"] + trace.tokens.map { "\($0.index.rawValue)" },
            ["id"] + trace.tokens.map { "\($0.id)" },
            ["text"] + trace.tokens.map { shown($0.text) },
            ["origin"] + trace.tokens.map(\.origin.rawValue),
        ]
        for metric in metrics {
            columns.append(
                [metric.name] + trace.tokens.map { Self.number(metric[$0.index.rawValue]) })
        }
        let isText = { (column: Int) in column == 2 || column == 3 }
        let widths = columns.map { $0.map(\.count).max() ?? 0 }
        var text = ""
        for row in 0...trace.tokens.count {
            var line = ""
            for (place, column) in columns.enumerated() {
                let padding = String(repeating: " ", count: widths[place] - column[row].count)
                line += (place == 0 ? "" : "  ")
                line += isText(place) ? column[row] + padding : padding + column[row]
            }
            while line.last == " " { line.removeLast() }
            text += line + "\n"
        }
        return text
    }

    private func shown(_ text: String) -> String {
        var visible = ""
        for scalar in text.unicodeScalars {
            visible +=
                scalar == "\n" || scalar == "\t" || !TerminalText.isHarmless(scalar)
                ? TerminalText.picture(of: scalar) : String(Character(scalar))
        }
        let quoted = "\"" + visible + "\""
        return quoted.count > textWidth ? quoted.prefix(textWidth - 1) + "…" : quoted
    }

    private static func number(_ cell: MetricCell?) -> String {
        switch cell {
        case .double(let value): DecimalText.fixed(value, digits: 3)
        case .int(let value): "\(value)"
        case .bool(let value): value ? "yes" : "no"
        default: ""
        }
    }
}
