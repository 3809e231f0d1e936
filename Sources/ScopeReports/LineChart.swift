public import ScopeTrace

/// Draws a metric over the sequence as a line of braille dots for terminals.
///
/// Each character is two dots wide and four high. Where there are more tokens than dots, a dot is the
/// mean of the tokens it stands for; absent values leave a gap. A rule under the chart marks where
/// the prompt ends.
public struct LineChart: Sendable {
    /// Characters the plot is wide, labels not counted.
    public let width: Int
    /// Characters the plot is high.
    public let height: Int

    /// Makes a chart.
    ///
    /// - Parameters:
    ///   - width: Characters the plot is wide, labels not counted.
    ///   - height: Characters the plot is high.
    public init(width: Int = 72, height: Int = 8) {
        precondition(width > 0 && height > 0, "a chart needs room")
        self.width = width
        self.height = height
    }

    /// The chart of a trace's metric, or a line that says why there is none.
    ///
    /// - Parameters:
    ///   - trace: The trace.
    ///   - name: The metric's name.
    /// - Returns: Text for the terminal.
    /// - Complexity: O(tokens + width × height).
    public func text(of trace: TokenTrace, metric name: String) -> String {
        let column = trace.metrics.column(named: name)
        let values = (column?.numbers ?? []).map { $0.flatMap { $0.isFinite ? $0 : nil } }
        let present = values.compactMap { $0 }
        guard let least = present.min(), let most = present.max() else {
            return "\(name): no values\n"
        }
        let places = strokes(through: dots(values, from: least, to: most))
        let labels = [DecimalText.short(most, digits: 2), DecimalText.short(least, digits: 2)]
        let margin = labels.map(\.count).max() ?? 0
        let unit = column.map { $0.unit == .none ? "" : " (\($0.unit.rawValue))" } ?? ""
        var text = "\(name)\(unit) of \(values.count) tokens\n"
        for row in 0..<height {
            let label = row == 0 ? labels[0] : row == height - 1 ? labels[1] : ""
            text += String(repeating: " ", count: margin - label.count) + label + " ┤"
            text += line(places, row: row) + "\n"
        }
        return text + rule(trace, values.count, margin)
    }

    /// For each dot column the height of its dot, from the top; nil for a gap.
    private func dots(_ values: [Double?], from least: Double, to most: Double) -> [Int?] {
        let columns = min(2 * width, values.count)
        let range = most > least ? most - least : 1
        return (0..<columns).map { column in
            let tokens = values.count * column / columns..<values.count * (column + 1) / columns
            let present = values[tokens].compactMap { $0 }
            guard !present.isEmpty else { return nil }
            let mean = present.reduce(0, +) / Double(present.count)
            let height = (mean - least) / range * Double(4 * height - 1)
            return 4 * self.height - 1 - Int(height.rounded())
        }
    }

    /// For each dot column the dots from its own height towards that of the column before, so that
    /// neighbours meet.
    private func strokes(through dots: [Int?]) -> [ClosedRange<Int>?] {
        dots.indices.map { column in
            guard let own = dots[column] else { return nil }
            guard column > 0, let before = dots[column - 1], before != own else { return own...own }
            return before < own ? before + 1...own : own...before - 1
        }
    }

    private func line(_ places: [ClosedRange<Int>?], row: Int) -> String {
        // Bits of the Unicode braille block, by column and height within a character.
        let bits: [[UInt32]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]
        var text = ""
        for character in 0..<(places.count + 1) / 2 {
            var pattern: UInt32 = 0x2800
            for side in 0..<2 where 2 * character + side < places.count {
                guard let stroke = places[2 * character + side] else { continue }
                for dot in 0..<4 where stroke.contains(4 * row + dot) {
                    pattern |= bits[side][dot]
                }
            }
            text.unicodeScalars.append(Unicode.Scalar(pattern) ?? " ")
        }
        return text
    }

    private func rule(_ trace: TokenTrace, _ count: Int, _ margin: Int) -> String {
        let prompt = trace.tokens.prefix { $0.origin == .prompt }.count
        let length = (min(2 * width, count) + 1) / 2
        guard length > 0 else { return "" }
        var line = Array(repeating: "─", count: length)
        if prompt > 0, prompt < count {
            line[min(length - 1, prompt * length / count)] = "┴"
        }
        return String(repeating: " ", count: margin) + " └" + line.joined()
            + (prompt > 0 && prompt < count ? "  ┴ the prompt ends" : "") + "\n"
    }
}
