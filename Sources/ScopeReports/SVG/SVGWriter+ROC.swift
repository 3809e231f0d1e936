/// How many of the cases that should be found a detector finds for how many false alarms: a curve of a
/// receiver operating characteristic.
public struct ROCCurve: Hashable, Sendable {
    /// Both shares at one limit.
    public struct Point: Hashable, Sendable {
        /// The share of what is none that is taken for one, from 0 to 1.
        public var falseAlarms: Double
        /// The share of what is one that is found, from 0 to 1.
        public var found: Double

        /// Makes a point.
        public init(falseAlarms: Double, found: Double) {
            self.falseAlarms = falseAlarms
            self.found = found
        }
    }

    /// What the reader knows it by.
    public var name: String
    /// The points, by the share of false alarms.
    public var points: [Point]

    /// Makes a curve.
    public init(name: String, points: [Point]) {
        self.name = name
        self.points = points
    }
}

extension SVGWriter {
    /// Receiver operating characteristics (Fawcett, 2006): the share that is found against the share of
    /// false alarms, with the diagonal of a detector that guesses.
    ///
    /// Curves differ by colour and by dashes.
    ///
    /// - Parameters:
    ///   - curves: The curves, at most four are told apart.
    ///   - title: The heading.
    /// - Returns: The picture.
    public func roc(_ curves: [ROCCurve], title: String) -> String {
        var document = SVGDocument()
        UnitSquare.begin(title, across: "false alarms", upward: "found", in: &document)
        for (number, curve) in curves.enumerated() {
            document.group(title: curve.name) { document in
                UnitSquare.line(
                    through: curve.points.map { ($0.falseAlarms, $0.found) }, number: number,
                    in: &document)
            }
            UnitSquare.legend(curve.name, number: number, in: &document)
        }
        let names = curves.map(\.name).joined(separator: ", ")
        return document.finish(
            title: title,
            description:
                "Receiver operating characteristic: the share found against the share of false alarms, of "
                + "\(names).")
    }
}
