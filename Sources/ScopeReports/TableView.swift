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
        TextTable(columns(of: [trace])).text
    }

    /// Several samples of one prompt, numbered from 0 in a first column, after one row of names.
    ///
    /// - Parameter traces: The samples' traces; a metric that one of them lacks is empty there.
    /// - Returns: Text for the terminal.
    /// - Complexity: O(tokens × columns).
    public func text(ofSamples traces: [TokenTrace]) -> String {
        let numbers = traces.enumerated().flatMap { number, trace in
            trace.tokens.map { _ in "\(number)" }
        }
        return TextTable([TextTable.Column("sample", numbers)] + columns(of: traces)).text
    }

    private func columns(of traces: [TokenTrace]) -> [TextTable.Column] {
        let tokens = traces.flatMap(\.tokens)
        var columns = [
            TextTable.Column("token", tokens.map { "\($0.index.rawValue)" }),
            TextTable.Column("id", tokens.map { "\($0.id)" }),
            TextTable.Column(
                "text", tokens.map { TerminalText.quoted($0.text, width: textWidth) }, isText: true),
            TextTable.Column("origin", tokens.map(\.origin.rawValue), isText: true),
        ]
        for name in traces.metricNames(where: { $0.numbers != nil }) {
            let cells = traces.flatMap { trace in
                let metric = trace.metrics.column(named: name)
                return trace.tokens.map { Self.number(metric?[$0.index.rawValue]) }
            }
            columns.append(TextTable.Column(name, cells))
        }
        return columns
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
