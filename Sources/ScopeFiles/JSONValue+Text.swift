extension JSONValue {
    /// A string's characters.
    ///
    /// - Returns: the string, escapes resolved.
    /// - Throws: ``FileError/malformed(file:field:position:reason:)`` for any other value.
    /// - Complexity: O(bytes).
    public func string() throws(FileError) -> String {
        String(decoding: try utf8(), as: UTF8.self)
    }

    /// A string's characters in UTF-8.
    ///
    /// - Returns: valid UTF-8, escapes resolved; a NUL may be among it.
    /// - Throws: ``FileError/malformed(file:field:position:reason:)`` for any other value.
    /// - Complexity: O(bytes).
    public func utf8() throws(FileError) -> [UInt8] {
        guard kind == .string else { throw mismatch("a string") }
        return tape.utf8(node)
    }
}

extension JSONTape {
    /// The bytes between the quotes.
    private func inside(_ string: Int) -> Range<Int> {
        start(string) + 1..<Int(nodes[string].link) - 1
    }

    private func firstEscape(in range: Range<Int>) -> Int? {
        let contents = contents
        let units = contents.units
        var position = range.lowerBound
        while position < range.upperBound {
            if units[position] == UInt8(ascii: "\\") { return position }
            position += 1
        }
        return nil
    }

    func string(_ string: Int, equals wanted: [UInt8]) -> Bool {
        let range = inside(string)
        // Every escape is longer than what it stands for.
        guard range.count >= wanted.count else { return false }
        if firstEscape(in: range) != nil { return utf8(string) == wanted }
        guard range.count == wanted.count else { return false }
        let contents = contents
        let units = contents.units
        for (offset, unit) in wanted.enumerated()
        where units[range.lowerBound + offset] != unit {
            return false
        }
        return true
    }

    /// A string's characters with its escapes, which the scanner has checked, resolved.
    func utf8(_ string: Int) -> [UInt8] {
        let range = inside(string)
        guard let escape = firstEscape(in: range) else { return contents.copy(range) }
        let contents = contents
        let units = contents.units
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        result += contents.copy(range.lowerBound..<escape)
        var position = escape
        while position < range.upperBound {
            let unit = units[position]
            guard unit == UInt8(ascii: "\\") else {
                result.append(unit)
                position += 1
                continue
            }
            let letter = units[position + 1]
            position += 2
            switch letter {
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"): appendScalar(at: &position, to: &result)
            default: result.append(letter)
            }
        }
        return result
    }

    /// Appends the character of `\uXXXX` or of a surrogate pair of them, from its first digit.
    private func appendScalar(at position: inout Int, to result: inout [UInt8]) {
        var value = hexUnit(at: position)
        position += 4
        if value & 0xF800 == 0xD800 {
            value = 0x10000 + (value & 0x3FF) << 10 + hexUnit(at: position + 2) & 0x3FF
            position += 6
        }
        guard let scalar = Unicode.Scalar(value) else { return }
        result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private func hexUnit(at position: Int) -> UInt32 {
        var value: UInt32 = 0
        for offset in 0..<4 {
            value = value << 4 | UInt32(hexDigit(contents[position + offset]) ?? 0)
        }
        return value
    }
}
