@_spi(_Unicode) import Swift

/// What is done to a stretch of text before it is split.
struct Normalizer: Sendable {
    /// One step of several.
    enum Step: Sendable {
        /// Unicode's normalization form C, of the Unicode version that the platform has.
        case nfc
        /// Form D.
        case nfd
        case lowercase
        case strip(left: Bool, right: Bool)
        case prepend([UInt8])
        case replace(SplitPattern, with: [UInt8])
    }

    let steps: [Step]

    /// Normalises a text.
    ///
    /// It loses its origin where Unicode's forms change it; the other steps keep it.
    func normalize(_ text: inout NormalizedText) {
        for step in steps {
            switch step {
            case .nfc: Self.recode(&text) { $0._nfc }
            case .nfd: Self.recode(&text) { $0._nfd }
            case .lowercase: text.lowercase()
            case .strip(let left, let right): text.strip(left: left, right: right)
            case .prepend(let content): text.prepend(content)
            case .replace(let pattern, let content): text.replace(pattern, with: content)
            }
        }
    }

    private static func recode<Form: Sequence<Unicode.Scalar>>(
        _ text: inout NormalizedText, _ form: (String) -> Form
    ) {
        // ASCII is in every form already, and most of source code is ASCII.
        guard text.bytes.contains(where: { $0 >= 0x80 }) else { return }
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: form(String(decoding: text.bytes, as: UTF8.self)))
        let recoded = Array(String(scalars).utf8)
        guard recoded != text.bytes else { return }
        text.bytes = recoded
        text.origin = .lost
        text.startLength = min(text.startLength, 1)
    }
}
