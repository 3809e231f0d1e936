/// How tokens become text again.
enum Decoder: Sendable {
    /// The bytes of the tokens side by side, read as UTF-8.
    case byteLevel

    /// The bytes that a token adds to the text, given its spelling.
    func bytes(ofSpelling spelling: [UInt8]) -> [UInt8] {
        switch self {
        case .byteLevel: ByteAlphabet.decodedBytes(of: spelling)
        }
    }

    /// The text of the bytes of all tokens.
    func text(of bytes: [UInt8]) -> String {
        switch self {
        case .byteLevel: String(decoding: bytes, as: UTF8.self)
        }
    }
}
