/// What each token of a vocabulary adds to a text under a ``SpellingDecoder``, worked out once.
struct DecodedVocabulary: Sendable {
    private struct Entry {
        var start: UInt32 = 0
        var count: UInt32 = 0
        var isPresent = false
        var isByte = false
        var isSpecial = false
    }

    let decoder: SpellingDecoder
    private var buffer: [UInt8] = []
    private var entries: [Entry] = []
    /// How tokens read at the very beginning, where that differs.
    private var firstEntries: [Entry] = []

    /// Decodes all tokens.
    ///
    /// - Parameters:
    ///   - decoder: how.
    ///   - size: one more than the largest id.
    ///   - token: the spelling of an id, nil if there is none, and whether decoding may skip it.
    init(
        _ decoder: SpellingDecoder, size: Int,
        token: (Int) -> (spelling: [UInt8], isSpecial: Bool)?
    ) {
        self.decoder = decoder
        let treatsFirstApart = decoder.treatsFirstApart
        entries = [Entry](repeating: Entry(), count: size)
        if treatsFirstApart { firstEntries = entries }
        for id in 0..<size {
            guard let token = token(id) else { continue }
            entries[id] = append(token, isFirst: false)
            if treatsFirstApart { firstEntries[id] = append(token, isFirst: true) }
        }
    }

    /// Keeps what a token adds.
    private mutating func append(
        _ token: (spelling: [UInt8], isSpecial: Bool), isFirst: Bool
    ) -> Entry {
        var text = decoder.text(ofSpelling: token.spelling, isFirst: isFirst)
        let byte = decoder.byte(ofText: text)
        if let byte { text = [byte] }
        let start = buffer.count
        buffer += text
        return Entry(
            start: UInt32(start), count: UInt32(text.count), isPresent: true,
            isByte: byte != nil, isSpecial: token.isSpecial)
    }

    private func entry(_ id: Int, isFirst: Bool) -> Entry? {
        let list = isFirst && !firstEntries.isEmpty ? firstEntries : entries
        guard list.indices.contains(id), list[id].isPresent else { return nil }
        return list[id]
    }

    private func bytes(_ entry: Entry) -> ArraySlice<UInt8> {
        buffer[Int(entry.start)..<Int(entry.start + entry.count)]
    }

    /// The bytes that a token adds, unless it is the first.
    func bytes(of id: Int) -> [UInt8]? {
        entry(id, isFirst: false).map { Array(bytes($0)) }
    }

    /// The bytes that a token adds.
    func bytes(of id: Int, isFirst: Bool) -> ArraySlice<UInt8>? {
        entry(id, isFirst: isFirst).map(bytes)
    }

    /// The text of a sequence.
    func text(of tokens: [Int], skipSpecialTokens: Bool) -> String {
        var text: [UInt8] = []
        var runStart: Int?
        var isFirst = true
        for id in tokens {
            guard let entry = entry(id, isFirst: isFirst) else { continue }
            if skipSpecialTokens, entry.isSpecial { continue }
            isFirst = false
            if entry.isByte {
                runStart = runStart ?? text.count
            } else if let start = runStart {
                Self.closeRun(from: start, &text)
                runStart = nil
            }
            text += bytes(entry)
        }
        if let runStart { Self.closeRun(from: runStart, &text) }
        guard let strip = decoder.strip else { return String(decoding: text, as: UTF8.self) }
        var remaining = strip.count
        let length = strip.length(in: text[...], remaining: &remaining)
        return String(decoding: text[length...], as: UTF8.self)
    }

    /// A run of byte tokens that is not valid as a whole reads as U+FFFD for each of them.
    private static func closeRun(from start: Int, _ text: inout [UInt8]) {
        guard String(validating: text[start...], as: UTF8.self) == nil else { return }
        let count = text.count - start
        text.removeSubrange(start...)
        for _ in 0..<count { text += "\u{FFFD}".utf8 }
    }
}

/// Decodes token by token under a ``SpellingDecoder``.
struct SpellingDetokenizer: StreamingDetokenizer {
    private let vocabulary: DecodedVocabulary
    private var isFirst = true
    /// How many characters may still be taken away from the front.
    private var remaining: Int

    init(_ vocabulary: DecodedVocabulary) {
        self.vocabulary = vocabulary
        remaining = vocabulary.decoder.strip?.count ?? 0
    }

    mutating func append(_ id: Int) -> [UInt8] {
        guard let bytes = vocabulary.bytes(of: id, isFirst: isFirst) else { return [] }
        isFirst = false
        guard remaining > 0, let strip = vocabulary.decoder.strip else { return Array(bytes) }
        return Array(bytes.dropFirst(strip.length(in: bytes, remaining: &remaining)))
    }
}
