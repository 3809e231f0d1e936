/// What the cells of a metric's column hold.
///
/// The kinds are closed so that a process can read every metric, also those whose keys it does
/// not know. A column of a kind from some later version is kept as ``opaque(_:)`` and written
/// back as it came.
public enum MetricKind: Hashable, Sendable {
    /// `Double`, infinities included, never NaN.
    case double
    /// `Int`.
    case int
    /// `Bool`.
    case bool
    /// `String`.
    case string
    /// ``TokenIDs``.
    case ids
    /// ``MetricRow``.
    case row
    /// A kind that this version does not know, by its name.
    case opaque(String)

    /// The kind's name as it is written to files.
    public var name: String {
        switch self {
        case .double: "double"
        case .int: "int"
        case .bool: "bool"
        case .string: "string"
        case .ids: "ids"
        case .row: "row"
        case .opaque(let name): name
        }
    }

    /// Makes the kind of the given name, opaque when this version does not know it.
    ///
    /// - Parameter name: The kind's name as it is written to files.
    public init(name: String) {
        switch name {
        case "double": self = .double
        case "int": self = .int
        case "bool": self = .bool
        case "string": self = .string
        case "ids": self = .ids
        case "row": self = .row
        default: self = .opaque(name)
        }
    }
}
