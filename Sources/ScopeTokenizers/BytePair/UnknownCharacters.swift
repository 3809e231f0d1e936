/// What becomes of characters that no token spells.
struct UnknownCharacters: Sendable {
    /// For each byte the token `<0xXX>` that stands for it, if characters fall back to bytes.
    var byteTokens: [UInt32]?
    /// The token for a character that does not fall back; without one the character vanishes.
    var unknownToken: UInt32?
    /// Whether a run of them gives one token.
    var isFused = false

    /// Finds the byte tokens of a vocabulary; those that are missing are ``BytePairModel/noToken``.
    static func byteTokens(in vocabulary: Vocabulary) -> [UInt32] {
        spellings.map { spelling in
            vocabulary.id(ofSpelling: spelling).map { UInt32($0) } ?? BytePairModel.noToken
        }
    }

    private static let spellings = (UInt8.min...UInt8.max).map(spelling(of:))

    /// The name of a byte's token, such as `<0x0A>`.
    static func spelling(of byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return Array("<0x".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            + Array(">".utf8)
    }

    /// Whether each byte of a character has a token.
    @inline(__always)
    func fallsBack(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard let byteTokens else { return false }
        for position in range
        where byteTokens[Int(bytes[position])] == BytePairModel.noToken {
            return false
        }
        return true
    }
}
