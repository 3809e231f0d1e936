@_spi(_Unicode) import Swift

/// What is done to a stretch of text before it is split.
struct Normalizer: Sendable {
    /// One step of several.
    enum Step: Sendable {
        /// Unicode's normalization form C, of the Unicode version that the platform has.
        case nfc
    }

    let steps: [Step]

    /// Normalises a text; it loses its origin only if it changes.
    func normalize(_ text: inout NormalizedText) {
        for step in steps {
            switch step {
            case .nfc: Self.compose(&text)
            }
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
