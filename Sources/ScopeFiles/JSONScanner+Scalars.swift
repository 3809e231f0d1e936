extension JSONScanner {
    /// Steps over `true`, `false` or `null`.
    @_lifetime(self: copy self)
    mutating func scanLiteral(_ literal: StaticString) throws(JSONFault) {
        let start = position
        for scalar in literal.description.utf8 {
            guard position < end, units[position] == scalar else {
                throw JSONFault(position: start, reason: "expected \(literal)")
            }
            position += 1
        }
    }

    /// Steps over a number by the grammar of RFC 8259, section 6.
    @_lifetime(self: copy self)
    mutating func scanNumber() throws(JSONFault) {
        if units[position] == UInt8(ascii: "-") { position += 1 }
        if position < end, units[position] == UInt8(ascii: "0") {
            position += 1
            if isDigit { throw fault("a number starts with a zero") }
        } else {
            try scanDigits()
        }
        if position < end, units[position] == UInt8(ascii: ".") {
            position += 1
            try scanDigits()
        }
        if position < end, units[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < end,
                units[position] == UInt8(ascii: "+") || units[position] == UInt8(ascii: "-")
            {
                position += 1
            }
            try scanDigits()
        }
    }

    private var isDigit: Bool {
        position < end && units[position] &- UInt8(ascii: "0") < 10
    }

    @_lifetime(self: copy self)
    private mutating func scanDigits() throws(JSONFault) {
        guard isDigit else { throw fault("a number lacks a digit") }
        while isDigit { position += 1 }
    }

    /// Steps over a string, from its opening quote to after its closing one, checking escapes and
    /// UTF-8 on the way.
    @_lifetime(self: copy self)
    mutating func scanString() throws(JSONFault) {
        let start = position
        var cursor = position + 1
        while cursor < end {
            let unit = units[cursor]
            if unit == UInt8(ascii: "\"") {
                position = cursor + 1
                return
            }
            if unit >= 0x80 {
                position = cursor
                cursor += try multibyteLength()
            } else if unit == UInt8(ascii: "\\") {
                position = cursor
                try scanEscape()
                cursor = position
            } else if unit < 0x20 {
                position = cursor
                throw fault("a control character (\(shownUnit)) stands in a string")
            } else {
                cursor += 1
            }
        }
        throw JSONFault(position: start, reason: "ends inside a string")
    }

    @_lifetime(self: copy self)
    private mutating func scanEscape() throws(JSONFault) {
        let start = position
        position += 1
        guard position < end else { throw fault("ends inside an escape") }
        switch units[position] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        case UInt8(ascii: "u"):
            position += 1
            let first = try scanHexUnit()
            guard first & 0xF800 == 0xD800 else { return }
            // UTF-16 pairs only: an unpaired half is no character and has no UTF-8.
            guard first < 0xDC00, end - position >= 2, units[position] == UInt8(ascii: "\\"),
                units[position + 1] == UInt8(ascii: "u")
            else { throw JSONFault(position: start, reason: "an unpaired surrogate escape") }
            position += 2
            guard try scanHexUnit() & 0xFC00 == 0xDC00 else {
                throw JSONFault(position: start, reason: "an unpaired surrogate escape")
            }
        default:
            throw fault("found \(shownUnit) after a backslash")
        }
    }

    @_lifetime(self: copy self)
    private mutating func scanHexUnit() throws(JSONFault) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard position < end, let digit = hexDigit(units[position]) else {
                throw fault("a \\u escape lacks a hexadecimal digit")
            }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }

    /// The length of the character at the position, by table 3-7 of the Unicode Standard.
    private func multibyteLength() throws(JSONFault) -> Int {
        let lead = units[position]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw fault("invalid UTF-8")
        }
        guard position + length <= end, second.contains(units[position + 1]) else {
            throw fault("invalid UTF-8")
        }
        for offset in 2..<length where units[position + offset] & 0xC0 != 0x80 {
            throw fault("invalid UTF-8")
        }
        return length
    }
}

/// The value of a hexadecimal digit.
func hexDigit(_ unit: UInt8) -> UInt8? {
    switch unit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): unit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): unit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): unit - UInt8(ascii: "A") + 10
    default: nil
    }
}
