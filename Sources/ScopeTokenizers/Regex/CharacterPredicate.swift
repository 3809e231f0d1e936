/// What one element of a pattern accepts, as an expression over a scalar's properties.
indirect enum CharacterPredicate: Hashable, Sendable {
    case ranges(ScalarRanges)
    case categories(CategorySet)
    case alphabetic
    case union([CharacterPredicate])
    case intersection([CharacterPredicate])
    case inverse(CharacterPredicate)

    static var whiteSpace: CharacterPredicate { .ranges(.whiteSpace) }
    static var digit: CharacterPredicate { .categories(CategorySet(.decimalNumber)) }
    static var everything: CharacterPredicate { .ranges(ScalarRanges([0...0x10FFFF])) }

    /// UTS #18's word characters without the joiners.
    static var unicodeWord: CharacterPredicate {
        .union([.alphabetic, .categories(.wordBeyondAlphabetic)])
    }

    /// `\w` as Oniguruma has it, whose Latin-1 table counts ¹ ² ³ ¼ ½ ¾ as well.
    static var word: CharacterPredicate {
        .union([unicodeWord, .ranges(ScalarRanges([0xB2...0xB3, 0xB9...0xB9, 0xBC...0xBE]))])
    }

    static func scalar(_ value: UInt32) -> CharacterPredicate {
        .ranges(ScalarRanges([value...value]))
    }

    /// Evaluates the expression for any scalar with these three properties.
    ///
    /// - Complexity: O(size of the expression), times the logarithm of its longest range list.
    func contains(_ value: UInt32, category: Int, isAlphabetic: Bool) -> Bool {
        switch self {
        case .ranges(let ranges):
            return ranges.contains(value)
        case .categories(let set):
            return set.contains(position: category)
        case .alphabetic:
            return isAlphabetic
        case .union(let parts):
            return parts.contains {
                $0.contains(value, category: category, isAlphabetic: isAlphabetic)
            }
        case .intersection(let parts):
            return parts.allSatisfy {
                $0.contains(value, category: category, isAlphabetic: isAlphabetic)
            }
        case .inverse(let part):
            return !part.contains(value, category: category, isAlphabetic: isAlphabetic)
        }
    }

    /// Adds the scalar values at which membership may change for reasons of range.
    func collectBoundaries(into boundaries: inout Set<UInt32>) {
        switch self {
        case .ranges(let ranges):
            for range in ranges.ranges {
                boundaries.insert(range.lowerBound)
                boundaries.insert(range.upperBound + 1)
            }
        case .categories, .alphabetic:
            break
        case .union(let parts), .intersection(let parts):
            for part in parts { part.collectBoundaries(into: &boundaries) }
        case .inverse(let part):
            part.collectBoundaries(into: &boundaries)
        }
    }

    /// Whether the expression asks for Unicode's `Alphabetic` property.
    var readsAlphabetic: Bool {
        switch self {
        case .ranges, .categories: false
        case .alphabetic: true
        case .union(let parts), .intersection(let parts): parts.contains(where: \.readsAlphabetic)
        case .inverse(let part): part.readsAlphabetic
        }
    }
}
