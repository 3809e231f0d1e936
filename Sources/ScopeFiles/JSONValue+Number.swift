extension JSONValue {
    /// A whole number, exactly.
    ///
    /// Spellings such as `3.0` and `2e3`, which configuration files hold, count as whole.
    ///
    /// - Returns: the number.
    /// - Throws: ``FileError/malformed(file:field:position:reason:)`` for a fraction, a number that
    ///   `Int` cannot hold, and any other value.
    /// - Complexity: O(bytes).
    public func int() throws(FileError) -> Int {
        guard kind == .number else { throw mismatch("an integer") }
        let range = tape.range(node)
        if let small = tape.shortInteger(range) { return small }
        switch WholeNumber(tape.contents.copy(range)) {
        case .value(let value): return value
        case .fraction: throw mismatch("an integer")
        case .outOfRange: throw mismatch("an integer of 64 bits")
        }
    }

    /// A whole number of up to 64 bits without a sign, exactly; a string of its digits counts as one.
    ///
    /// - Returns: the number.
    /// - Throws: ``FileError/malformed(file:field:position:reason:)`` for a fraction, a number that
    ///   `UInt64` cannot hold, and any other value.
    /// - Complexity: O(bytes).
    public func uint64() throws(FileError) -> UInt64 {
        let digits: String?
        switch kind {
        case .string: digits = try string()
        case .number: digits = (try? int()).map { String($0) } ?? lexeme
        default: digits = nil
        }
        guard let number = digits.flatMap({ UInt64($0) }) else {
            throw mismatch("a whole number of 64 bits without a sign")
        }
        return number
    }

    /// A number, rounded to the nearest `Double`.
    ///
    /// - Returns: the number, always finite.
    /// - Throws: ``FileError/malformed(file:field:position:reason:)`` for a number beyond
    ///   `Double` and any other value.
    /// - Complexity: O(bytes).
    public func double() throws(FileError) -> Double {
        guard kind == .number else { throw mismatch("a number") }
        guard let value = Double(lexeme), value.isFinite else {
            throw mismatch("a number within the range of Double")
        }
        return value
    }
}

extension JSONTape {
    /// The common case without a copy: up to 18 digits and a sign, nothing else.
    fileprivate func shortInteger(_ range: Range<Int>) -> Int? {
        let contents = contents
        let units = contents.units
        var digits = range
        let isNegative = units[range.lowerBound] == UInt8(ascii: "-")
        if isNegative { digits = range.lowerBound + 1..<range.upperBound }
        guard digits.count <= 18 else { return nil }
        var value = 0
        for position in digits {
            let digit = units[position] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return isNegative ? -value : value
    }
}

/// A valid JSON number taken as a whole number, in decimal arithmetic throughout.
private enum WholeNumber {
    case value(Int)
    case fraction
    case outOfRange

    init(_ lexeme: [UInt8]) {
        let isNegative = lexeme.first == UInt8(ascii: "-")
        let exponentMark = lexeme.firstIndex { $0 | 0x20 == UInt8(ascii: "e") } ?? lexeme.count
        var digits: [UInt8] = []
        var fractionDigits = 0
        var isFraction = false
        for unit in lexeme[..<exponentMark] {
            if unit == UInt8(ascii: ".") {
                isFraction = true
            } else if unit != UInt8(ascii: "-") {
                digits.append(unit - UInt8(ascii: "0"))
                if isFraction { fractionDigits += 1 }
            }
        }
        let significant = digits.reversed().drop { $0 == 0 }.reversed()
        let trailingZeros = digits.count - significant.count
        guard significant.contains(where: { $0 != 0 }) else {
            self = .value(0)
            return
        }
        // value = significant × 10^scale
        let scale = Self.exponent(lexeme[exponentMark...]) - fractionDigits + trailingZeros
        guard scale >= 0 else {
            self = .fraction
            return
        }
        var value = 0
        for digit in significant.drop(while: { $0 == 0 })
            + Array(repeating: 0, count: min(scale, 20))
        {
            let (product, overflows) = value.multipliedReportingOverflow(by: 10)
            let step = isNegative ? -Int(digit) : Int(digit)
            let (sum, overflowsToo) = product.addingReportingOverflow(step)
            guard !overflows && !overflowsToo else {
                self = .outOfRange
                return
            }
            value = sum
        }
        self = .value(value)
    }

    /// The exponent from its `e` on, held to a size that cannot overflow what it is added to.
    private static func exponent(_ text: ArraySlice<UInt8>) -> Int {
        var value = 0
        for unit in text {
            let digit = unit &- UInt8(ascii: "0")
            if digit < 10, value < 1 << 40 { value = value * 10 + Int(digit) }
        }
        return text.contains(UInt8(ascii: "-")) ? -value : value
    }
}
