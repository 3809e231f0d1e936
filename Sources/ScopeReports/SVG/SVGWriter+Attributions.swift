public import ScopeTrace

extension SVGWriter {
    /// Attributions of many predictions as a table: the token that is predicted by where it came from.
    ///
    /// A row's colours are the shares of its scores' magnitudes, so rows can be compared; a score that
    /// speaks against the prediction has a minus sign in its cell.
    ///
    /// - Parameters:
    ///   - attributions: One a row, by one method, in any order.
    ///   - trace: The text they are of, for its tokens.
    ///   - tokens: The tokens that are shown; all by default, of which the last ``mostTokens`` count.
    /// - Returns: The picture.
    /// - Complexity: O(tokens²) of those shown.
    public func attributionMatrix(
        _ attributions: [Attribution], of trace: TokenTrace, tokens: Range<TokenIndex>? = nil
    ) -> String {
        let shown = shown(tokens, of: trace.tokens.count)
        let labels = shown.map { SVGText.label(trace.tokens[$0], columns: 14) }
        let rows = attributions.filter { shown.contains($0.target.rawValue) }
            .sorted { $0.target < $1.target }
        let scale = HeatScale("share", unit: .none, cold: 0, hot: 1)
        let cells = rows.map { row -> [SVGGrid.Cell] in
            let sum = row.scores.reduce(0) { $0 + abs($1) }
            return zip(shown, labels).map { source, label in
                guard source < row.scores.count else { return SVGGrid.Cell() }
                let score = row.scores[source]
                let share = sum > 0 ? abs(score) / sum : 0
                return SVGGrid.Cell(
                    heat: scale.heat(of: share), text: score < 0 && share >= 0.005 ? "−" : "",
                    title: "\(labels[row.target.rawValue - shown.lowerBound]) (\(row.target)) from "
                        + "\(label) (\(source)): score \(DecimalText.significant(score)), share "
                        + DecimalText.significant(share))
            }
        }
        return SVGGrid(
            title: "Where each prediction came from"
                + (rows.first.map { ": \($0.method)" } ?? ""),
            subtitle: extent(shown, of: trace.tokens.count),
            description: "Each row is a predicted token; its cells are the shares of the tokens "
                + "before it in the sum of the scores' magnitudes.",
            scale: scale, rowName: "predicted", columnName: "came from",
            rows: rows.map { labels[$0.target.rawValue - shown.lowerBound] }, columns: labels,
            cells: cells, cellWidth: 18, cellHeight: 18
        ).text()
    }
}
