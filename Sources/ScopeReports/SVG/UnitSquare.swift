/// A frame for curves from 0 to 1 on both axes, with a legend beside it.
struct UnitSquare {
    static let left = 56.0
    static let top = 44.0
    static let side = 320.0

    /// Colours with dashes, so that curves are told apart without colours, too.
    static let styles = [
        ("#c2410c", ""), ("#1f6fb2", "6 3"), ("#0b7a55", "2 2"), ("#824fcf", "8 2 2 2"),
    ]

    static func x(_ value: Double) -> Double { left + side * value }
    static func y(_ value: Double) -> Double { top + side * (1 - value) }

    /// A line through points.
    static func path(_ points: [(Double, Double)]) -> String {
        points.enumerated().map { place, point in
            "\(place == 0 ? "M" : "L")\(SVGText.number(x(point.0))) "
                + SVGText.number(y(point.1))
        }.joined(separator: " ")
    }

    /// Draws heading, frame, diagonal, ticks and the names of the axes.
    static func begin(
        _ title: String, across: String, upward: String, in document: inout SVGDocument
    ) {
        document.text(title, x: 12, y: 22)
        document.frame(x: left, y: top, width: side, height: side)
        document.path(
            path([(0, 0), (1, 1)]), attributes: "class=\"f\" stroke-dasharray=\"2 4\"")
        for tick in [0.0, 0.25, 0.5, 0.75, 1] {
            let label = DecimalText.short(tick, digits: 2)
            document.text(label, x: x(tick), y: top + side + 18, ink: .muted, anchor: .middle)
            document.text(label, x: left - 8, y: y(tick) + 4, ink: .muted, anchor: .end)
        }
        document.text(
            across, x: left + side / 2, y: top + side + 38, ink: .muted, anchor: .middle)
        document.text(
            upward, x: 18, y: top + side / 2, ink: .muted, anchor: .middle, isUpright: false)
    }

    /// Draws a curve's line.
    static func line(
        through points: [(Double, Double)], number: Int, in document: inout SVGDocument
    ) {
        let (color, dashes) = styles[number % styles.count]
        document.path(
            path(points),
            attributes: "fill=\"none\" stroke=\"\(color)\" stroke-width=\"1.5\""
                + (dashes.isEmpty ? "" : " stroke-dasharray=\"\(dashes)\""))
    }

    /// Draws a curve's line of the legend.
    static func legend(_ name: String, number: Int, in document: inout SVGDocument) {
        let (color, dashes) = styles[number % styles.count]
        let line = top + 14 + 20 * Double(number)
        document.path(
            "M\(SVGText.number(left + side + 24)) \(SVGText.number(line))h28",
            attributes: "stroke=\"\(color)\" stroke-width=\"2\""
                + (dashes.isEmpty ? "" : " stroke-dasharray=\"\(dashes)\""))
        document.text(name, x: left + side + 60, y: line + 4)
    }
}
