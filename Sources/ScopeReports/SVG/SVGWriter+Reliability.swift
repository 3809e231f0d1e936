/// How often predictions of about the same confidence came true: a curve of a reliability diagram.
public struct ReliabilityCurve: Hashable, Sendable {
    /// Predictions of about the same confidence.
    public struct Point: Hashable, Sendable {
        /// Their mean confidence, from 0 to 1.
        public var confidence: Double
        /// The share of them that came true.
        public var accuracy: Double
        /// How many they are.
        public var count: Int

        /// Makes a point.
        public init(confidence: Double, accuracy: Double, count: Int) {
            self.confidence = confidence
            self.accuracy = accuracy
            self.count = count
        }
    }

    /// What the reader knows it by.
    public var name: String
    /// The points, by confidence.
    public var points: [Point]

    /// Makes a curve.
    public init(name: String, points: [Point]) {
        self.name = name
        self.points = points
    }
}

extension SVGWriter {
    /// A reliability diagram: confidence against the share that came true, with the diagonal on which
    /// both agree (DeGroot and Fienberg, 1983).
    ///
    /// Dots are as large as the square root of their share of the predictions; exact numbers are shown where
    /// a pointer rests. Curves differ by colour and by dashes.
    ///
    /// - Parameters:
    ///   - curves: The curves, at most four are told apart.
    ///   - title: The heading.
    /// - Returns: The picture.
    public func reliability(_ curves: [ReliabilityCurve], title: String) -> String {
        let (left, top, side) = (56.0, 44.0, 320.0)
        var document = SVGDocument()
        document.text(title, x: 12, y: 22)
        document.frame(x: left, y: top, width: side, height: side)
        func x(_ value: Double) -> Double { left + side * value }
        func y(_ value: Double) -> Double { top + side * (1 - value) }
        func path(_ points: [(Double, Double)]) -> String {
            points.enumerated().map { place, point in
                "\(place == 0 ? "M" : "L")\(SVGText.number(x(point.0))) "
                    + SVGText.number(y(point.1))
            }.joined(separator: " ")
        }
        document.path(
            path([(0, 0), (1, 1)]), attributes: "class=\"f\" stroke-dasharray=\"2 4\"")
        for tick in [0.0, 0.25, 0.5, 0.75, 1] {
            let label = DecimalText.short(tick, digits: 2)
            document.text(label, x: x(tick), y: top + side + 18, ink: .muted, anchor: .middle)
            document.text(label, x: left - 8, y: y(tick) + 4, ink: .muted, anchor: .end)
        }
        document.text(
            "confidence", x: left + side / 2, y: top + side + 38, ink: .muted, anchor: .middle)
        document.text(
            "came true", x: 18, y: top + side / 2, ink: .muted, anchor: .middle, isUpright: false)
        let styles = [
            ("#c2410c", ""), ("#1f6fb2", "6 3"), ("#0b7a55", "2 2"), ("#824fcf", "8 2 2 2"),
        ]
        for (place, curve) in curves.enumerated() {
            let (color, dashes) = styles[place % styles.count]
            let all = Double(max(1, curve.points.reduce(0) { $0 + $1.count }))
            document.path(
                path(curve.points.map { ($0.confidence, $0.accuracy) }),
                attributes: "fill=\"none\" stroke=\"\(color)\" stroke-width=\"1.5\""
                    + (dashes.isEmpty ? "" : " stroke-dasharray=\"\(dashes)\""))
            for point in curve.points {
                let radius = 2 + 14 * (Double(point.count) / all).squareRoot()
                let (centre, height) = (x(point.confidence), y(point.accuracy))
                let told =
                    "\(curve.name): confidence \(DecimalText.fixed(point.confidence, digits: 3)), "
                    + "came true \(DecimalText.fixed(point.accuracy, digits: 3)), "
                    + "\(point.count) predictions"
                document.group(title: told) { document in
                    let r = SVGText.number(radius)
                    document.path(
                        "M\(SVGText.number(centre - radius)) \(SVGText.number(height))"
                            + "a\(r) \(r) 0 1 0 \(SVGText.number(2 * radius)) 0"
                            + "a\(r) \(r) 0 1 0 \(SVGText.number(-2 * radius)) 0",
                        attributes: "fill=\"\(color)\" fill-opacity=\".35\" stroke=\"\(color)\"")
                }
            }
            let line = top + 14 + 20 * Double(place)
            document.path(
                "M\(SVGText.number(left + side + 24)) \(SVGText.number(line))h28",
                attributes: "stroke=\"\(color)\" stroke-width=\"2\""
                    + (dashes.isEmpty ? "" : " stroke-dasharray=\"\(dashes)\""))
            document.text(curve.name, x: left + side + 60, y: line + 4)
        }
        let names = curves.map(\.name).joined(separator: ", ")
        return document.finish(
            title: title,
            description:
                "Reliability diagram: confidence against the share that came true, of \(names).")
    }
}
