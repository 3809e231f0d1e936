/// The 256 characters in which byte-level vocabularies spell their tokens, one for each byte, as
/// GPT-2 introduced them: printable Latin-1 stands for itself, the rest for U+0100 and on.
enum ByteAlphabet {
    /// The character of each byte.
    static let scalars: [Unicode.Scalar] = {
        var following: UInt32 = 0x100
        return (UInt8.min...UInt8.max).map { byte in
            if isPrintable(byte) { return Unicode.Scalar(byte) }
            defer { following += 1 }
            return Unicode.Scalar(following) ?? "\u{FFFD}"
        }
    }()

    /// The byte of each character from U+0000 on, or -1.
    private static let bytes: [Int16] = {
        let largest = scalars.map(\.value).max() ?? 0
        var table = [Int16](repeating: -1, count: Int(largest) + 1)
        for (byte, scalar) in scalars.enumerated() {
            table[Int(scalar.value)] = Int16(byte)
        }
        return table
    }()

    private static func isPrintable(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: true
        default: false
        }
    }

    /// Appends the bytes that a spelling stands for, if all of it is of the alphabet.
    ///
    /// - Parameters:
    ///   - spelling: valid UTF-8.
    ///   - result: gets the bytes; left as it was if any character is not of the alphabet.
    /// - Returns: whether all characters are of the alphabet.
    static func appendBytes(spelledBy spelling: Span<UInt8>, to result: inout [UInt8]) -> Bool {
        let count = result.count
        let table = bytes
        var position = 0
        while position < spelling.count {
            var value = Int(spelling[position])
            position += 1
            if value >= 0x80 {
                // All of the alphabet lies below U+0800, where a character has two bytes.
                guard value < 0xE0 else {
                    result.removeSubrange(count...)
                    return false
                }
                value = (value & 0x1F) << 6 | Int(spelling[position] & 0x3F)
                position += 1
            }
            guard value < table.count, table[value] >= 0 else {
                result.removeSubrange(count...)
                return false
            }
            result.append(UInt8(table[value]))
        }
        return true
    }

    /// The bytes that a token adds to a text: what its spelling stands for, or the spelling itself
    /// where that is not of the alphabet.
    static func decodedBytes(of spelling: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        return appendBytes(spelledBy: spelling.span, to: &result) ? result : spelling
    }

    /// The spelling of some bytes.
    static func spelling(of bytes: some Sequence<UInt8>) -> String {
        var result = String.UnicodeScalarView()
        for byte in bytes { result.append(scalars[Int(byte)]) }
        return String(result)
    }
}
