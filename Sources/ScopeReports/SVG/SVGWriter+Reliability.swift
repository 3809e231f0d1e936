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
        var document = SVGDocument()
        UnitSquare.begin(title, across: "confidence", upward: "came true", in: &document)
        for (place, curve) in curves.enumerated() {
            let color = UnitSquare.styles[place % UnitSquare.styles.count].0
            let all = Double(max(1, curve.points.reduce(0) { $0 + $1.count }))
            UnitSquare.line(
                through: curve.points.map { ($0.confidence, $0.accuracy) }, number: place,
                in: &document)
            for point in curve.points {
                let radius = 2 + 14 * (Double(point.count) / all).squareRoot()
                let (centre, height) = (
                    UnitSquare.x(point.confidence), UnitSquare.y(point.accuracy)
                )
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
            UnitSquare.legend(curve.name, number: place, in: &document)
        }
        let names = curves.map(\.name).joined(separator: ", ")
        return document.finish(
            title: title,
            description:
                "Reliability diagram: confidence against the share that came true, of \(names).")
    }
}
