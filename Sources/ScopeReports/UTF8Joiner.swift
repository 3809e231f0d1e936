/// Joins the bytes of successive tokens into text, holding back a character that is not complete.
///
/// Whatever way the bytes are cut into tokens, the pieces of text together are what decoding all
/// bytes at once gives, with U+FFFD for each part that is not UTF-8.
struct UTF8Joiner {
    /// What adding a token's bytes made readable.
    struct Piece: Equatable {
        /// The character that earlier tokens began, or that proved not to be one; often empty.
        var joined = ""
        /// The characters that lie wholly in the new bytes.
        var own = ""
    }

    /// The bytes that are held back: the beginning of a character.
    private(set) var held: [UInt8] = []

    /// Adds a token's bytes.
    mutating func add(_ bytes: [UInt8]) -> Piece {
        let buffer = held + bytes
        let complete = buffer.count - Self.incompleteSuffix(of: buffer)
        var piece = Piece()
        if complete > 0, !held.isEmpty {
            // What was held begins a character, so the first character, or U+FFFD, takes it all in.
            let end = Self.firstLength(of: buffer)
            piece.joined = String(decoding: buffer[..<end], as: UTF8.self)
            piece.own = String(decoding: buffer[end..<complete], as: UTF8.self)
        } else {
            piece.own = String(decoding: buffer[..<complete], as: UTF8.self)
        }
        held = Array(buffer[complete...])
        return piece
    }

    /// Gives what is held back as it stands, which is U+FFFD or nothing.
    mutating func flush() -> String {
        defer { held = [] }
        return String(decoding: held, as: UTF8.self)
    }

    /// The length of the character that the bytes begin with, or of the part of one.
    private static func firstLength(of bytes: [UInt8]) -> Int {
        var length = 1
        while length < bytes.count, isBeginning(bytes[..<length]) { length += 1 }
        return isBeginning(bytes[..<length]) || isCharacter(bytes[..<length]) ? length : length - 1
    }

    /// How many bytes at the end begin a character without ending it.
    private static func incompleteSuffix(of bytes: [UInt8]) -> Int {
        for length in stride(from: min(3, bytes.count), to: 0, by: -1)
        where isBeginning(bytes.suffix(length)) {
            return length
        }
        return 0
    }

    private static func isCharacter(_ bytes: ArraySlice<UInt8>) -> Bool {
        String(validating: bytes, as: UTF8.self).map { $0.unicodeScalars.count == 1 } ?? false
    }

    /// Whether the bytes are a proper beginning of a character's UTF-8 (Unicode, table 3-7).
    private static func isBeginning(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let lead = bytes.first else { return false }
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
        default: return false
        }
        guard bytes.count < length else { return false }
        let rest = bytes.dropFirst()
        return rest.prefix(1).allSatisfy { second.contains($0) }
            && rest.dropFirst().allSatisfy { (0x80...0xBF).contains($0) }
    }
}
