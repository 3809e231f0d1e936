extension [UInt8] {
    /// Appends a JSON string: quotes, and escapes for quotes, backslashes and control characters.
    ///
    /// - Parameter string: any text.
    /// - Complexity: O(bytes).
    public mutating func appendJSON(string: String) {
        append(UInt8(ascii: "\""))
        for unit in string.utf8 {
            switch unit {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(unit)
            case 0..<0x20: appendJSONEscape(unit)
            default: append(unit)
            }
        }
        append(UInt8(ascii: "\""))
    }

    /// Appends a JSON number in the shortest decimal text that reads back to the same value.
    ///
    /// Whole values keep their `.0`, so that a reader can tell them from integers. An infinity
    /// becomes the string `"Infinity"` or `"-Infinity"`.
    ///
    /// - Parameter number: any value but NaN.
    public mutating func appendJSON<Number: BinaryFloatingPoint & CustomStringConvertible>(
        number: Number
    ) {
        precondition(!number.isNaN, "NaN cannot be written")
        if number.isInfinite {
            append(contentsOf: (number < 0 ? "\"-Infinity\"" : "\"Infinity\"").utf8)
        } else {
            // The standard library's text is the shortest one and within JSON's grammar.
            append(contentsOf: number.description.utf8)
        }
    }

    private mutating func appendJSONEscape(_ unit: UInt8) {
        append(UInt8(ascii: "\\"))
        switch unit {
        case 0x08: append(UInt8(ascii: "b"))
        case 0x09: append(UInt8(ascii: "t"))
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0C: append(UInt8(ascii: "f"))
        case 0x0D: append(UInt8(ascii: "r"))
        default:
            let digits = [UInt8]("0123456789abcdef".utf8)
            append(contentsOf: "u00".utf8)
            append(digits[Int(unit >> 4)])
            append(digits[Int(unit & 0xF)])
        }
    }
}
