/// A table of coloured cells with labels at the left and above: what most pictures are made of.
struct SVGGrid {
    struct Cell {
        /// From 0 to 1; nil for a cell without a value, which is left out.
        var heat: Double?
        /// What stands in it.
        var text = ""
        /// What a pointer over it shows; empty for nothing.
        var title = ""
    }

    var title: String
    var subtitle = ""
    var description: String
    var scale: HeatScale
    /// What the labels at the left and those above name.
    var rowName: String
    var columnName: String
    var rows: [String]
    var columns: [String]
    /// A row of cells for each of `rows`.
    var cells: [[Cell]]
    var cellWidth: Double
    var cellHeight: Double

    /// The picture.
    func text() -> String {
        var picture = SVGDocument()
        let (left, line) = (12.0, SVGDocument.lineHeight)
        let labelColumns = rows.map(SVGText.columns).max() ?? 0
        let tallest = Double(columns.map(SVGText.columns).max() ?? 0) * SVGDocument.columnWidth
        // Labels lie flat where they all fit over their cells.
        let isFlat = tallest <= cellWidth - 2
        let gridX =
            left + max(Double(labelColumns), Double(SVGText.columns(of: rowName)))
            * SVGDocument.columnWidth + 10
        picture.text(title, x: left, y: 22, style: "font-weight:600")
        var y = 22.0
        if !subtitle.isEmpty {
            y += line
            picture.text(subtitle, x: left, y: y, ink: .muted)
        }
        y += 14
        picture.legend(scale, x: left, y: y)
        y += 32 + line
        picture.text(columnName, x: gridX, y: y, ink: .muted)
        let gridY = y + (isFlat ? line : tallest + 8) + 4
        picture.text(rowName, x: gridX - 8, y: gridY - 6, ink: .muted, anchor: .end)
        for (place, label) in columns.enumerated() {
            let center = gridX + (Double(place) + 0.5) * cellWidth
            if isFlat {
                picture.text(label, x: center, y: gridY - 6, anchor: .middle)
            } else {
                picture.text(label, x: center + 4, y: gridY - 6, isUpright: false)
            }
        }
        for (row, label) in rows.enumerated() {
            let top = gridY + Double(row) * cellHeight
            picture.text(
                label, x: gridX - 8, y: top + cellHeight / 2 + 4, anchor: .end)
            for (column, cell) in cells[row].enumerated() {
                draw(cell, x: gridX + Double(column) * cellWidth, y: top, in: &picture)
            }
        }
        picture.frame(
            x: gridX - 0.5, y: gridY - 0.5, width: Double(columns.count) * cellWidth + 1,
            height: Double(rows.count) * cellHeight + 1)
        return picture.finish(title: title, description: description)
    }

    private func draw(_ cell: Cell, x: Double, y: Double, in picture: inout SVGDocument) {
        guard let heat = cell.heat else { return }
        let color = HeatRamp.color(heat: heat)
        func fill(_ picture: inout SVGDocument) {
            // A hair more than the cell, so that no line shows between neighbours.
            picture.rect(
                x: x, y: y, width: cellWidth + 0.25, height: cellHeight + 0.25, fill: color)
            guard !cell.text.isEmpty else { return }
            picture.text(
                cell.text, x: x + cellWidth / 2, y: y + cellHeight / 2 + 4, on: color,
                anchor: .middle)
        }
        if cell.title.isEmpty {
            fill(&picture)
        } else {
            picture.group(title: cell.title) { fill(&$0) }
        }
    }
}
