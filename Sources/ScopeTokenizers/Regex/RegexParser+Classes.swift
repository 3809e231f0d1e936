extension RegexParser {
    /// A bracketed class; the opening bracket at `start` has been read.
    ///
    /// Nested classes are joined, `&&` intersects all that stands on either side.
    mutating func parseClass(from start: Int) throws(RegexError) -> CharacterPredicate {
        try enter()
        defer { depth -= 1 }
        let isNegated = consume("^")
        var operands: [CharacterPredicate] = []
        var union = ClassUnion()
        var isFirst = true
        while true {
            guard let scalar = next else { throw error("the class is not closed", at: start) }
            let place = position
            position += 1
            if scalar == "]" {
                // As the first element a bracket is literal, if another one closes the class.
                guard isFirst else { break }
                guard scalars[position...].contains("]") else {
                    throw error("the class is empty", at: start)
                }
                try union.add(parseRange(from: scalar, at: place), at: place, in: self)
            } else if scalar == "[" {
                if next == ":" {
                    throw error("POSIX brackets are not supported", at: place)
                }
                union.parts.append(try parseClass(from: place))
            } else if scalar == "&", next == "&" {
                position += 1
                operands.append(union.predicate)
                union = ClassUnion()
            } else if scalar == "\\" {
                switch try parseEscapedElement(from: place, insideClass: true) {
                case .set(let predicate):
                    union.parts.append(predicate)
                    try refuseRange(after: place)
                case .scalar(let low):
                    try union.add(parseRange(from: low, at: place), at: place, in: self)
                }
            } else {
                try union.add(parseRange(from: scalar, at: place), at: place, in: self)
            }
            isFirst = false
        }
        operands.append(union.predicate)
        let members = operands.count == 1 ? operands[0] : .intersection(operands)
        return isNegated ? .inverse(members) : members
    }

    /// The rest of `a-z` after its first character, or that character alone.
    private mutating func parseRange(
        from low: Unicode.Scalar, at place: Int
    ) throws(RegexError) -> ClosedRange<UInt32> {
        guard next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
            return low.value...low.value
        }
        position += 1
        var high = scalars[position]
        position += 1
        switch high {
        case "[":
            throw error("a range that ends with a class is not supported", at: place)
        case "\\":
            guard
                case .scalar(let escaped) = try parseEscapedElement(
                    from: position - 1, insideClass: true)
            else {
                throw error("a range ends with a set of characters", at: place)
            }
            high = escaped
        case "&" where next == "&":
            throw error("a range that ends with \"&&\" is not supported", at: place)
        default:
            break
        }
        guard low <= high else { throw error("the range is reversed", at: place) }
        return low.value...high.value
    }

    private func refuseRange(after place: Int) throws(RegexError) {
        guard next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
            return
        }
        throw error("a range starts with a set of characters", at: place)
    }
}

/// What stands between two operators of a class.
private struct ClassUnion {
    var ranges: [ClosedRange<UInt32>] = []
    var parts: [CharacterPredicate] = []

    mutating func add(
        _ range: ClosedRange<UInt32>, at place: Int, in parser: RegexParser
    ) throws(RegexError) {
        if parser.ignoresCase {
            ranges += try parser.folded([range], at: place)
        } else {
            ranges.append(range)
        }
    }

    var predicate: CharacterPredicate {
        let all = ranges.isEmpty ? parts : [.ranges(ScalarRanges(ranges))] + parts
        return all.count == 1 ? all[0] : .union(all)
    }
}
