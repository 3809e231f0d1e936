public import ScopeTrace

extension SVGWriter {
    /// The model view: every pattern of attention of the trace as a small picture, layers × heads.
    ///
    /// In each, rows are the predicted tokens from above and columns the tokens attended to. Several
    /// tokens share a place where there are more than 42; it shows their largest weight.
    ///
    /// - Parameters:
    ///   - trace: The trace, in which an attention observer has recorded rows.
    ///   - tokens: The tokens that are shown; all by default.
    /// - Returns: The picture; nil where the trace holds no attention.
    /// - Complexity: O(weights).
    public func modelView(of trace: TokenTrace, tokens: Range<TokenIndex>? = nil) -> String? {
        let patterns = trace.attentionPatterns
        guard !patterns.isEmpty else { return nil }
        let count = trace.tokens.count
        let shown = (tokens.map { $0.lowerBound.rawValue..<$0.upperBound.rawValue } ?? 0..<count)
            .clamped(to: 0..<count)
        let layers = Set(patterns.map(\.layer)).sorted()
        let heads = Set(patterns.map { $0.head ?? -1 }).sorted()
        var picture = SVGDocument()
        let (left, size, gap) = (12.0, 84.0, 10.0)
        let title = "Attention of \(layers.count) layers by \(heads.count) heads"
        picture.text(title, x: left, y: 22, style: "font-weight:600")
        picture.text(
            "rows: tokens \(shown.lowerBound) to \(max(shown.lowerBound, shown.upperBound - 1)), "
                + "predicted; columns: the tokens attended to",
            x: left, y: 40, ink: .muted)
        picture.legend(.attention, x: left, y: 54)
        let (gridX, gridY) = (left + 72, 118.0)
        for (column, head) in heads.enumerated() {
            picture.text(
                head < 0 ? "mean" : "head \(head)",
                x: gridX + Double(column) * (size + gap) + size / 2, y: gridY - 8, ink: .muted,
                anchor: .middle)
        }
        for (row, layer) in layers.enumerated() {
            let y = gridY + Double(row) * (size + gap)
            picture.text(
                "layer \(layer)", x: gridX - 10, y: y + size / 2 + 4, ink: .muted, anchor: .end)
            for (column, head) in heads.enumerated() {
                guard
                    let pattern = patterns.first(where: {
                        $0.layer == layer && ($0.head ?? -1) == head
                    })
                else { continue }
                let x = gridX + Double(column) * (size + gap)
                picture.group(title: pattern.name) { picture in
                    drawThumbnail(pattern, shown, x: x, y: y, size: size, in: &picture)
                    picture.frame(x: x, y: y, width: size, height: size)
                }
            }
        }
        return picture.finish(
            title: title,
            description: "A small table of attention weights for each layer and head.")
    }

    /// Places of a side of a small picture.
    static var thumbnailCells: Int { 42 }

    private func drawThumbnail(
        _ pattern: AttentionPattern, _ shown: Range<Int>, x: Double, y: Double, size: Double,
        in picture: inout SVGDocument
    ) {
        let side = min(shown.count, Self.thumbnailCells)
        guard side > 0 else { return }
        func place(_ token: Int) -> Int { (token - shown.lowerBound) * side / shown.count }
        var values = [Double?](repeating: nil, count: side * side)
        for token in shown {
            guard pattern.rows.indices.contains(token), let row = pattern.rows[token] else {
                continue
            }
            for weight in row where shown.contains(weight.token) {
                let cell = place(token) * side + place(weight.token)
                values[cell] = max(values[cell] ?? 0, weight.value)
            }
        }
        // One path a colour, of which there are few, keeps the file small.
        let steps = 16
        var paths = [String](repeating: "", count: steps + 1)
        let cell = size / Double(side)
        for row in 0..<side {
            var column = 0
            while column < side {
                guard let step = values[row * side + column].map({ self.step($0, steps) }) else {
                    column += 1
                    continue
                }
                let start = column
                while column < side,
                    values[row * side + column].map({ self.step($0, steps) }) == step
                {
                    column += 1
                }
                let width = Double(column - start) * cell
                paths[step] +=
                    "M\(SVGText.number(x + Double(start) * cell)) "
                    + "\(SVGText.number(y + Double(row) * cell))h\(SVGText.number(width))"
                    + "v\(SVGText.number(cell))h-\(SVGText.number(width))z"
            }
        }
        for (step, path) in paths.enumerated() where !path.isEmpty {
            let color = HeatRamp.color(heat: Double(step) / Double(steps))
            picture.path(
                path, attributes: "fill=\"\(color.hexadecimal)\" shape-rendering=\"crispEdges\"")
        }
    }

    private func step(_ weight: Double, _ steps: Int) -> Int {
        Int((HeatScale.attention.heat(of: weight) * Double(steps)).rounded())
    }
}
