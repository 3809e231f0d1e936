/// A parsed pattern.
indirect enum RegexNode: Equatable, Sendable {
    case empty
    case set(CharacterPredicate)
    case concatenation([RegexNode])
    case alternation([RegexNode])
    case repetition(RegexNode, minimum: Int, maximum: Int?, isGreedy: Bool)

    /// Holds where the next scalar is in the set (`isPresent`), or where none is.
    case assertion(CharacterPredicate, isPresent: Bool)

    /// The set, if the node consumes exactly one scalar of a set.
    var singleSet: CharacterPredicate? {
        switch self {
        case .set(let predicate):
            return predicate
        case .alternation(let branches):
            var parts: [CharacterPredicate] = []
            for branch in branches {
                guard let part = branch.singleSet else { return nil }
                parts.append(part)
            }
            return .union(parts)
        case .empty, .concatenation, .repetition, .assertion:
            return nil
        }
    }
}

/// Why a pattern does not compile; the position counts its Unicode scalars from 0.
struct RegexError: Error, Equatable, Sendable {
    let position: Int
    let reason: String
}
