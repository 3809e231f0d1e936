public import ScopeTrace

extension SVGWriter {
    /// One pattern of attention as a table: the token that is predicted by the token attended to.
    ///
    /// - Parameters:
    ///   - pattern: The pattern, one of `TokenTrace.attentionPatterns`.
    ///   - trace: The trace it is of.
    ///   - tokens: The tokens that are shown; all by default, of which the last ``mostTokens`` count.
    /// - Returns: The picture.
    /// - Complexity: O(tokens²) of those shown.
    public func attentionMatrix(
        _ pattern: AttentionPattern, of trace: TokenTrace, tokens: Range<TokenIndex>? = nil
    ) -> String {
        let shown = shown(tokens, of: trace.tokens.count)
        let labels = shown.map { SVGText.label(trace.tokens[$0], columns: 14) }
        let cells = shown.map { row -> [SVGGrid.Cell] in
            var cells = shown.map { _ in SVGGrid.Cell() }
            for weight in pattern.rows[row] ?? [] where shown.contains(weight.token) {
                let place = weight.token - shown.lowerBound
                cells[place].heat = HeatScale.attention.heat(of: weight.value)
                cells[place].title =
                    "\(labels[row - shown.lowerBound]) (\(row)) from \(labels[place]) "
                    + "(\(weight.token)): \(DecimalText.significant(weight.value))"
            }
            return cells
        }
        return SVGGrid(
            title: "Attention of \(pattern.name)", subtitle: extent(shown, of: trace.tokens.count),
            description: "Each row is a predicted token; its cells are the weights of the tokens "
                + "before it. Cells without a value were not recorded.",
            scale: .attention, rowName: "predicts", columnName: "attended to", rows: labels,
            columns: labels, cells: cells, cellWidth: 18, cellHeight: 18
        ).text()
    }

    /// The head view: what the row that predicted a token attended to, heads by colour.
    ///
    /// Tokens stand left and right; lines lead from the row's token to those it attended to, as opaque
    /// as their weights are large. Beside each token on the right is a patch for each head.
    ///
    /// - Parameters:
    ///   - patterns: The patterns of one layer, or any others to be compared.
    ///   - trace: The trace they are of.
    ///   - token: The token whose prediction is looked at, from 1 up; nil for all that are shown.
    ///   - tokens: The tokens that are shown; all by default, of which the last ``mostTokens`` count.
    /// - Returns: The picture.
    /// - Complexity: O(weights).
    public func headView(
        _ patterns: [AttentionPattern], of trace: TokenTrace, token: TokenIndex? = nil,
        tokens: Range<TokenIndex>? = nil
    ) -> String {
        let shown = shown(tokens, of: trace.tokens.count)
        let queries = token.map { [$0.rawValue] } ?? Array(shown)
        let title =
            "Attention by head" + (token.map { ", of the row that predicted token \($0)" } ?? "")
        var picture = SVGDocument()
        let (left, line) = (12.0, SVGDocument.lineHeight)
        picture.text(title, x: left, y: 22, style: "font-weight:600")
        var y = 40.0
        let extent = extent(shown, of: trace.tokens.count)
        if !extent.isEmpty {
            picture.text(extent, x: left, y: y, ink: .muted)
            y += line
        }
        // The heads' colours, several in a line.
        var x = left
        for (place, pattern) in patterns.enumerated() {
            let width = Double(SVGText.columns(of: pattern.name)) * SVGDocument.columnWidth + 34
            if x > left, x + width > 620 {
                x = left
                y += line
            }
            picture.rect(
                x: x, y: y - 10, width: 12, height: 12, fill: Self.color(ofHead: place), radius: 2)
            picture.text(pattern.name, x: x + 18, y: y, ink: .muted)
            x += width
        }
        y += line + 10

        let labels = shown.map { SVGText.label(trace.tokens[$0], columns: 24) }
        let widest = Double(labels.map(SVGText.columns).max() ?? 0) * SVGDocument.columnWidth
        let (from, patch) = (left + widest + 8, 9.0)
        let to = from + 220
        let keysX = to + Double(patterns.count) * patch + 12
        picture.text("row of", x: from - 8, y: y, ink: .muted, anchor: .end)
        picture.text("attends to", x: keysX, y: y, ink: .muted)
        let top = y + 8
        func center(_ token: Int) -> Double {
            top + (Double(token - shown.lowerBound) + 0.5) * line
        }
        // Row r predicts token r + 1, so the row of a token's prediction is the token before it.
        for (place, pattern) in patterns.enumerated() {
            draw(
                pattern, place, queries: queries, shown, from: from, to: to, center, in: &picture)
        }
        for token in shown {
            let label = labels[token - shown.lowerBound]
            let isAsked = queries.contains(token + 1)
            picture.text(
                label, x: from - 8, y: center(token) + 4, ink: isAsked ? .text : .muted,
                anchor: .end)
            for (place, pattern) in patterns.enumerated() {
                drawPatch(
                    pattern, place, token, queries, x: to + Double(place) * patch + 4,
                    y: center(token) - line / 2 + 1, width: patch - 1, height: line - 2,
                    in: &picture)
            }
            picture.text(label, x: keysX, y: center(token) + 4)
        }
        return picture.finish(
            title: title,
            description: "Tokens at the left and at the right; lines lead from the token whose row "
                + "it is to the tokens it attended to, as opaque as the weight is large.")
    }

    private func draw(
        _ pattern: AttentionPattern, _ place: Int, queries: [Int], _ shown: Range<Int>,
        from: Double, to: Double, _ center: (Int) -> Double, in picture: inout SVGDocument
    ) {
        for query in queries {
            guard query >= 1, query <= pattern.rows.count, shown.contains(query - 1),
                let row = query < pattern.rows.count ? pattern.rows[query] : nil
            else { continue }
            for weight in row where shown.contains(weight.token) && weight.value >= 0.005 {
                picture.path(
                    "M\(SVGText.number(from)) \(SVGText.number(center(query - 1)))"
                        + "L\(SVGText.number(to)) \(SVGText.number(center(weight.token)))",
                    attributes: "stroke=\"\(Self.color(ofHead: place).hexadecimal)\" "
                        + "stroke-width=\"2\" "
                        + "stroke-opacity=\"\(SVGText.number(min(1, weight.value)))\"")
            }
        }
    }

    private func drawPatch(
        _ pattern: AttentionPattern, _ place: Int, _ token: Int, _ queries: [Int], x: Double,
        y: Double, width: Double, height: Double, in picture: inout SVGDocument
    ) {
        // Of several rows the largest weight: a mean would fade with the length of the text.
        let value = queries.reduce(0.0) { largest, query in
            guard pattern.rows.indices.contains(query) else { return largest }
            let weight = pattern.rows[query]?.first { $0.token == token }?.value
            return max(largest, weight ?? 0)
        }
        guard value >= 0.005 else { return }
        picture.group(title: "\(pattern.name): \(DecimalText.significant(value))") { picture in
            picture.path(
                "M\(SVGText.number(x)) \(SVGText.number(y))h\(SVGText.number(width))"
                    + "v\(SVGText.number(height))h-\(SVGText.number(width))z",
                attributes: "fill=\"\(Self.color(ofHead: place).hexadecimal)\" "
                    + "fill-opacity=\"\(SVGText.number(min(1, value)))\"")
        }
    }

    /// Eight colours that colour-blind eyes tell apart (Okabe and Ito, 2008; the black one as a grey
    /// that shows on dark pages as well).
    private static let headColors: [HeatRamp.Color] = [
        0x0072B2, 0xE69F00, 0x009E73, 0xD55E00, 0xCC79A7, 0x56B4E9, 0xF0E442, 0x808080,
    ].map { HeatRamp.Color($0) }

    private static func color(ofHead place: Int) -> HeatRamp.Color {
        headColors[place % headColors.count]
    }
}
