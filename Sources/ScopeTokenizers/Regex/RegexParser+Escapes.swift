extension RegexParser {
    /// What an escape stands for.
    enum Escape {
        case scalar(Unicode.Scalar)
        case set(CharacterPredicate)
    }

    /// An escape outside a class; the backslash has been read.
    mutating func parseEscape(from start: Int) throws(RegexError) -> Atom {
        if consume("z") {
            return Atom(node: .assertion(.everything, isPresent: false))
        }
        switch try parseEscapedElement(from: start, insideClass: false) {
        case .scalar(let scalar):
            return Atom(node: .set(try fold(scalar, at: start)), literal: scalar)
        case .set(let predicate):
            return Atom(node: .set(predicate))
        }
    }

    /// An escape that may stand inside a class as well as outside.
    mutating func parseEscapedElement(
        from start: Int, insideClass: Bool
    ) throws(RegexError) -> Escape {
        guard let scalar = next else { throw error("the pattern ends with \"\\\"", at: start) }
        position += 1
        switch scalar {
        case "n": return .scalar("\n")
        case "r": return .scalar("\r")
        case "t": return .scalar("\t")
        case "f": return .scalar("\u{0C}")
        case "v": return .scalar("\u{0B}")
        case "a": return .scalar("\u{07}")
        case "e": return .scalar("\u{1B}")
        case "s": return .set(.whiteSpace)
        case "S": return .set(.inverse(.whiteSpace))
        case "d": return .set(.digit)
        case "D": return .set(.inverse(.digit))
        // Oniguruma reads its Latin-1 table only outside classes.
        case "w": return .set(insideClass ? .unicodeWord : .word)
        case "W": return .set(.inverse(insideClass ? .unicodeWord : .word))
        case "x": return .scalar(try parseHexadecimal(from: start))
        case "u": return .scalar(try parseCodePoint(digits: 4, from: start))
        case "p": return .set(try parseProperty(from: start, insideClass: insideClass))
        case "P":
            return .set(.inverse(try parseProperty(from: start, insideClass: insideClass)))
        default:
            guard scalar.isASCII, scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
            else { return .scalar(scalar) }
            throw error("\"\\\(scalar)\" is not supported", at: start)
        }
    }

    /// `\x{1F600}` or `\x41`; a byte beyond ASCII would be no character.
    private mutating func parseHexadecimal(from start: Int) throws(RegexError) -> Unicode.Scalar {
        if consume("{") {
            let scalar = try parseCodePoint(digits: nil, from: start)
            guard consume("}") else { throw error("\"\\x{\" is not closed", at: start) }
            return scalar
        }
        let scalar = try parseCodePoint(digits: 2, from: start)
        guard scalar.isASCII else {
            throw error("\"\\x\" of a byte beyond ASCII is not supported", at: start)
        }
        return scalar
    }

    private mutating func parseCodePoint(
        digits: Int?, from start: Int
    ) throws(RegexError) -> Unicode.Scalar {
        var value: UInt32 = 0
        var count = 0
        while count < digits ?? 6, let scalar = next, scalar.isASCII,
            let digit = Character(scalar).hexDigitValue
        {
            value = value << 4 | UInt32(digit)
            count += 1
            position += 1
        }
        guard count > 0, digits == nil || count == digits, let scalar = Unicode.Scalar(value)
        else { throw error("the escape names no character", at: start) }
        return scalar
    }

    /// `{L}`, `{^L}` or `{Uppercase_Letter}` after `\p`.
    private mutating func parseProperty(
        from start: Int, insideClass: Bool
    ) throws(RegexError) -> CharacterPredicate {
        guard consume("{"), let end = scalars[position...].firstIndex(of: "}") else {
            throw error("\"\\p\" without a name in braces", at: start)
        }
        let isNegated = consume("^")
        let name = String(String.UnicodeScalarView(scalars[position..<end]))
        position = end + 1
        let predicate: CharacterPredicate
        if let categories = CategorySet(propertyName: name) {
            predicate = .categories(categories)
        } else if name.lowercased() == "alphabetic" {
            predicate = .alphabetic
        } else {
            throw error("the property \"\(name)\" is not supported", at: start)
        }
        // Only inside a class does ignoring case add to a property, and numbers gain nothing.
        if ignoresCase, insideClass, predicate != .categories(.number) {
            throw error("\"\\p{\(name)}\" in a class with case ignored is not supported", at: start)
        }
        return isNegated ? .inverse(predicate) : predicate
    }

    /// The scalars that a literal matches: itself, or what folds to it when case is ignored.
    func fold(_ scalar: Unicode.Scalar, at place: Int) throws(RegexError) -> CharacterPredicate {
        guard ignoresCase else { return .scalar(scalar.value) }
        return .ranges(ScalarRanges(try folded([scalar.value...scalar.value], at: place)))
    }

    /// Adds what differs only by case from members of ASCII ranges.
    ///
    /// Beyond ASCII, U+017F folds to s and U+212A to k.
    func folded(
        _ ranges: [ClosedRange<UInt32>], at place: Int
    ) throws(RegexError) -> [ClosedRange<UInt32>] {
        var result = ranges
        for range in ranges {
            guard range.upperBound < 0x80 else {
                throw error("a character beyond ASCII with case ignored", at: place)
            }
            for value in range {
                guard ((0x41...0x5A) as ClosedRange<UInt32>).contains(value & ~0x20) else {
                    continue
                }
                result.append(value ^ 0x20...value ^ 0x20)
                if value | 0x20 == 0x73 { result.append(0x17F...0x17F) }
                if value | 0x20 == 0x6B { result.append(0x212A...0x212A) }
            }
        }
        return result
    }
}
