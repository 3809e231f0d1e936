/// Why an intervention is refused before anything is computed.
public enum InterventionFault: Error, Equatable, Sendable {
    /// The model cannot be intervened in at all.
    case unsupported
    /// The model has no such head.
    case headOutOfRange(Int, count: Int)
    /// The model has no such layer.
    case layerOutOfRange(Int, count: Int)
    /// A mean over heads is no head.
    case meanIsNoHead
    /// The model's blocks have no such place.
    case missingSite(StateSite)
    /// A value or a factor that is no finite number; the place among the values, 0 for a factor.
    case notFinite(place: Int)
    /// The state is not made up of such heads.
    case partOfOtherHeads(StateSite)
    /// Rows before the first or behind the longest text.
    case rowsOutOfRange(Range<Int>, limit: Int)
    /// Values that are neither one row nor one for each of the rows.
    case wrongRowCount(Int, expected: Int)
    /// Values of another width than the part of the state they are for.
    case wrongWidth(Int, expected: Int)
}

extension InterventionFault: CustomStringConvertible {
    /// One line that says what was expected.
    public var description: String {
        switch self {
        case .unsupported:
            "this model takes no interventions"
        case .headOutOfRange(let head, let count):
            "there is no head \(head): heads are 0 to \(count - 1)"
        case .layerOutOfRange(let layer, let count):
            "there is no layer \(layer): layers are 0 to \(count - 1)"
        case .meanIsNoHead:
            "the mean over heads is no head: name heads"
        case .missingSite(let site):
            "this family's blocks have no \(site.rawValue): attention and feed-forward read the "
                + "same rows"
        case .notFinite(let place):
            "value \(place) is not finite"
        case .partOfOtherHeads(let site):
            "\(site.rawValue) is not made up of such heads"
        case .rowsOutOfRange(let rows, let limit):
            "rows \(rows.lowerBound)..<\(rows.upperBound) do not lie in the context of \(limit)"
        case .wrongRowCount(let count, let expected):
            "\(count) rows of values for \(expected) rows: give one for all, or one for each"
        case .wrongWidth(let width, let expected):
            "values are \(width) wide where the state is \(expected)"
        }
    }
}
