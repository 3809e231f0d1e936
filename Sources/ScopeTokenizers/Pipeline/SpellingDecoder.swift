/// How spelled tokens become text again: the decoders of SentencePiece's relatives.
struct SpellingDecoder: Sendable {
    /// What is done to each token on its own.
    enum Step: Sendable {
        case replace(SplitPattern, with: [UInt8])
        /// Takes up to a number of one character away from the front.
        case stripFront(character: [UInt8], count: Int)
        /// Marks become blanks; those of the first token vanish if blanks were put before texts.
        case metaspace(replacement: [UInt8], dropsFirst: Bool)
    }

    var steps: [Step] = []
    /// Whether tokens such as `<0xE6>` stand for a byte.
    var fallsBackToBytes = false
    /// What is taken away from the front of the whole text.
    var strip: Strip?

    /// Up to a number of one character.
    struct Strip: Sendable {
        let character: [UInt8]
        let count: Int

        /// How many bytes of the front go.
        ///
        /// - Parameters:
        ///   - bytes: the text.
        ///   - remaining: how many characters may still go; zero once another one is met.
        /// - Returns: the number of bytes.
        func length(in bytes: ArraySlice<UInt8>, remaining: inout Int) -> Int {
            var length = 0
            while remaining > 0, length < bytes.count {
                guard bytes.dropFirst(length).starts(with: character) else {
                    remaining = 0
                    break
                }
                length += character.count
                remaining -= 1
            }
            return length
        }
    }

    /// Whether the first token of a text may read differently from all others.
    var treatsFirstApart: Bool {
        steps.contains {
            if case .metaspace(_, dropsFirst: true) = $0 { true } else { false }
        }
    }

    /// A token's text before byte tokens become bytes.
    func text(ofSpelling spelling: [UInt8], isFirst: Bool) -> [UInt8] {
        var text = NormalizedText(bytes: spelling, origin: .lost)
        for step in steps {
            switch step {
            case .replace(let pattern, let content):
                text.replace(pattern, with: content)
            case .stripFront(let character, let count):
                var remaining = count
                let strip = Strip(character: character, count: count)
                text.bytes.removeFirst(strip.length(in: text.bytes[...], remaining: &remaining))
            case .metaspace(let replacement, let dropsFirst):
                let drops = isFirst && dropsFirst
                text.replace(.literal(replacement), with: drops ? [] : [UInt8(ascii: " ")])
            }
        }
        return text.bytes
    }

    /// The byte that a token's text stands for.
    func byte(ofText text: [UInt8]) -> UInt8? {
        guard fallsBackToBytes, text.count == 6, text.starts(with: "<0x".utf8),
            text[5] == UInt8(ascii: ">"), let low = Self.digit(text[4])
        else { return nil }
        // The reference reads the number as Rust does, with a sign allowed.
        if text[3] == UInt8(ascii: "+") { return low }
        return Self.digit(text[3]).map { $0 << 4 | low }
    }

    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
