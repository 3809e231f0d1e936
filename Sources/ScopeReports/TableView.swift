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
        Self.aligned(columns(of: [trace]))
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
        return Self.aligned([Column(name: "sample", cells: numbers)] + columns(of: traces))
    }

    private struct Column {
        let name: String
        var cells: [String]
        var isText = false
    }

    private func columns(of traces: [TokenTrace]) -> [Column] {
        let tokens = traces.flatMap(\.tokens)
        var columns = [
            Column(name: "token", cells: tokens.map { "\($0.index.rawValue)" }),
            Column(name: "id", cells: tokens.map { "\($0.id)" }),
            Column(name: "text", cells: tokens.map { shown($0.text) }, isText: true),
            Column(name: "origin", cells: tokens.map(\.origin.rawValue), isText: true),
        ]
        for name in traces.metricNames(where: { $0.numbers != nil }) {
            let cells = traces.flatMap { trace in
                let metric = trace.metrics.column(named: name)
                return trace.tokens.map { Self.number(metric?[$0.index.rawValue]) }
            }
            columns.append(Column(name: name, cells: cells))
        }
        return columns
    }

    private static func aligned(_ columns: [Column]) -> String {
        let widths = columns.map { column in
            column.cells.reduce(column.name.count) { max($0, $1.count) }
        }
        var text = ""
        for row in -1..<(columns.first?.cells.count ?? 0) {
            var line = ""
            for (place, column) in columns.enumerated() {
                let cell = row < 0 ? column.name : column.cells[row]
                let padding = String(repeating: " ", count: widths[place] - cell.count)
                line += (place == 0 ? "" : "  ")
                line += column.isText ? cell + padding : padding + cell
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
