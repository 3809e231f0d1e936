@_spi(_Unicode) import Swift

/// What is done to a stretch of text before it is split.
///
/// The cases are those that keep or lose the relation to the source as a whole; the ones that
/// replace single characters belong to SentencePiece-style files.
enum Normalizer: Sendable {
    /// Unicode's normalization form C.
    case nfc
    case sequence([Normalizer])

    static let identity = Normalizer.sequence([])

    /// Normalises a text; it loses its origin only if it changes.
    func normalize(_ text: inout NormalizedText) {
        switch self {
        case .nfc:
            Self.compose(&text)
        case .sequence(let steps):
            for step in steps { step.normalize(&text) }
        }
    }

    private static func compose(_ text: inout NormalizedText) {
        // ASCII is composed already, and most of source code is ASCII.
        guard text.bytes.contains(where: { $0 >= 0x80 }) else { return }
        let composed = Array(
            String(String.UnicodeScalarView(String(decoding: text.bytes, as: UTF8.self)._nfc)).utf8)
        guard composed != text.bytes else { return }
        text = NormalizedText(bytes: composed, origin: .lost)
    }
}
