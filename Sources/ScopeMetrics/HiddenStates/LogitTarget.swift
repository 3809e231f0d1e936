/// A logit, or the difference between two, that is taken apart.
public enum LogitTarget: Hashable, Sendable {
    /// That of the token that stands there.
    case actual
    /// That of the token that stands there less another's.
    case actualAgainst(Int)
    /// The first less the second.
    case difference(Int, Int)
    /// That of the token that stands there less that of the most probable other one.
    case margin
    /// That of a given token.
    case token(Int)

    /// The ids that it names.
    var ids: [Int] {
        switch self {
        case .actual, .margin: []
        case .actualAgainst(let id), .token(let id): [id]
        case .difference(let first, let second): [first, second]
        }
    }
}
