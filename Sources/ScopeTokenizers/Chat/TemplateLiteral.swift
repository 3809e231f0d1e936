/// Reads names, numbers and strings of a template's source.
enum TemplateLiteral {
    /// The literal or name that begins at an offset, and where it ends; nil if there is none.
    static func read(
        _ source: [UInt8], at start: Int
    ) throws(TemplateFault) -> (TemplateToken.Kind, end: Int)? {
        switch source[start] {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return try number(source, at: start)
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return try string(source, at: start)
        default: return try name(source, at: start)
        }
    }

    /// The code point at an offset, which lies at the start of one, and where it ends.
    static func scalar(_ source: [UInt8], at start: Int) -> (Unicode.Scalar, end: Int) {
        if source[start] < 0x80 { return (Unicode.Scalar(source[start]), start + 1) }
        var iterator = source[start...].prefix(4).makeIterator()
        var decoder = UTF8()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else {
            return ("\u{FFFD}", start + 1)
        }
        return (scalar, start + UTF8.width(scalar))
    }

    private static func name(
        _ source: [UInt8], at start: Int
    ) throws(TemplateFault) -> (TemplateToken.Kind, end: Int)? {
        var end = start
        while end < source.count, isNameUnit(source[end]) { end += 1 }
        let text = String(decoding: source[start..<end], as: UTF8.self)
        if end < source.count, source[end] >= 0x80 {
            let (scalar, _) = scalar(source, at: end)
            guard !scalar.isTemplateSpace else { return end > start ? (.name(text), end) : nil }
            throw .unsupported("a name with the character \(scalar)")
        }
        return end > start ? (.name(text), end) : nil
    }

    private static func isNameUnit(_ unit: UInt8) -> Bool {
        switch unit {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    // MARK: Numbers

    private static func number(
        _ source: [UInt8], at start: Int
    ) throws(TemplateFault) -> (TemplateToken.Kind, end: Int) {
        let followsDot = start > 0 && source[start - 1] == UInt8(ascii: ".")
        if !followsDot, let end = endOfFloat(source, at: start) {
            let text = digits(source[start..<end])
            guard let value = Double(text), value.isFinite else {
                throw .unsupported("the number \(text)")
            }
            return (.float(value), end)
        }
        var radix = 10
        var end = start
        if source[start] == UInt8(ascii: "0") {
            let marks: [UInt8: Int] = [
                UInt8(ascii: "b"): 2, UInt8(ascii: "o"): 8, UInt8(ascii: "x"): 16,
            ]
            if start + 1 < source.count, let marked = marks[source[start + 1] | 0x20] {
                let first = start + 2
                end = endOfDigits(source, at: first, radix: marked, mayStartWithMark: true)
                if end > first {
                    radix = marked
                    return (try integer(digits(source[first..<end]), radix), end)
                }
            }
            // A zero is followed by zeros only.
            end = start + 1
            while end < source.count, let next = digitAfterMark(source, at: end, radix: 1) {
                end = next
            }
            return (.integer(0), end)
        }
        end = endOfDigits(source, at: start, radix: radix, mayStartWithMark: false)
        return (try integer(digits(source[start..<end]), radix), end)
    }

    private static func integer(
        _ digits: String, _ radix: Int
    ) throws(TemplateFault) -> TemplateToken.Kind {
        guard let value = Int(digits, radix: radix) else {
            throw .unsupported("an integer beyond 64 bits")
        }
        return .integer(value)
    }

    private static func digits(_ units: ArraySlice<UInt8>) -> String {
        String(decoding: units.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
    }

    /// Where a number with a fraction, an exponent or both ends; nil if it has neither.
    private static func endOfFloat(_ source: [UInt8], at start: Int) -> Int? {
        let whole = endOfDigits(source, at: start, radix: 10, mayStartWithMark: false)
        var end = whole
        if end + 1 < source.count, source[end] == UInt8(ascii: "."), isDigit(source[end + 1], 10) {
            end = endOfDigits(source, at: end + 1, radix: 10, mayStartWithMark: false)
        }
        if end < source.count, source[end] | 0x20 == UInt8(ascii: "e") {
            var exponent = end + 1
            if exponent < source.count, "+-".utf8.contains(source[exponent]) { exponent += 1 }
            if exponent < source.count, isDigit(source[exponent], 10) {
                end = endOfDigits(source, at: exponent, radix: 10, mayStartWithMark: false)
            }
        }
        return end > whole ? end : nil
    }

    private static func endOfDigits(
        _ source: [UInt8], at start: Int, radix: Int, mayStartWithMark: Bool
    ) -> Int {
        var end = start
        if !mayStartWithMark {
            guard end < source.count, isDigit(source[end], radix) else { return end }
            end += 1
        }
        while end < source.count, let next = digitAfterMark(source, at: end, radix: radix) {
            end = next
        }
        return end
    }

    /// Where a digit, or an underscore and a digit, ends.
    private static func digitAfterMark(_ source: [UInt8], at start: Int, radix: Int) -> Int? {
        if isDigit(source[start], radix) { return start + 1 }
        guard source[start] == UInt8(ascii: "_"), start + 1 < source.count,
            isDigit(source[start + 1], radix)
        else { return nil }
        return start + 2
    }

    private static func isDigit(_ unit: UInt8, _ radix: Int) -> Bool {
        let value =
            switch unit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(unit) - 0x30
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
                Int(unit | 0x20) - 0x61 + 10
            default: Int.max
            }
        return value < radix
    }

    // MARK: Strings

    private static func string(
        _ source: [UInt8], at start: Int
    ) throws(TemplateFault) -> (TemplateToken.Kind, end: Int) {
        let quote = source[start]
        var text = TemplateText("")
        var position = start + 1
        while position < source.count {
            let unit = source[position]
            position += 1
            if unit == quote { return (.string(text), position) }
            if unit == UInt8(ascii: "\\") {
                try appendEscape(source, at: &position, to: &text)
            } else {
                text.utf8.append(unit)
            }
        }
        throw .malformed("a string has no end")
    }

    /// Appends what an escape of Python's strings stands for, from the byte behind its backslash.
    private static func appendEscape(
        _ source: [UInt8], at position: inout Int, to text: inout TemplateText
    ) throws(TemplateFault) {
        guard position < source.count else { throw .malformed("a string has no end") }
        let letter = source[position]
        position += 1
        switch letter {
        case UInt8(ascii: "\n"): break
        case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): text.utf8.append(letter)
        case UInt8(ascii: "a"): text.utf8.append(0x07)
        case UInt8(ascii: "b"): text.utf8.append(0x08)
        case UInt8(ascii: "f"): text.utf8.append(0x0C)
        case UInt8(ascii: "n"): text.utf8.append(0x0A)
        case UInt8(ascii: "r"): text.utf8.append(0x0D)
        case UInt8(ascii: "t"): text.utf8.append(0x09)
        case UInt8(ascii: "v"): text.utf8.append(0x0B)
        case UInt8(ascii: "x"): try appendCode(source, at: &position, digits: 2, to: &text)
        case UInt8(ascii: "u"): try appendCode(source, at: &position, digits: 4, to: &text)
        case UInt8(ascii: "U"): try appendCode(source, at: &position, digits: 8, to: &text)
        case UInt8(ascii: "N"): throw .unsupported("the escape \\N of a string")
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            position -= 1
            var code = 0
            var count = 0
            while count < 3, position < source.count, isDigit(source[position], 8) {
                code = code * 8 + Int(source[position] - 0x30)
                position += 1
                count += 1
            }
            try append(code, to: &text)
        default: text.utf8 += [UInt8(ascii: "\\"), letter]
        }
    }

    private static func appendCode(
        _ source: [UInt8], at position: inout Int, digits: Int, to text: inout TemplateText
    ) throws(TemplateFault) {
        let end = position + digits
        guard end <= source.count, source[position..<end].allSatisfy({ isDigit($0, 16) }),
            let code = Int(String(decoding: source[position..<end], as: UTF8.self), radix: 16)
        else { throw .malformed("an escape of a string lacks its \(digits) digits") }
        position = end
        try append(code, to: &text)
    }

    private static func append(_ code: Int, to text: inout TemplateText) throws(TemplateFault) {
        guard let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init) else {
            throw .malformed("an escape of a string is no character")
        }
        text.append(scalar)
    }
}
