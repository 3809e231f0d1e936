/// The added tokens of a file, and how they are cut out of a text.
struct AddedVocabulary: Sendable {
    /// A part of a text: a token, or what lies between tokens.
    struct Part: Equatable {
        let range: Range<Int>
        let token: Int?
    }

    let tokens: [AddedToken]
    // For each id the index of its token, or -1: asked for every token that is decoded.
    private let indices: [Int32]
    private let ids: [[UInt8]: Int]
    private let raw: AddedTokenTrie
    private let normalized: AddedTokenTrie

    /// Prepares the search.
    ///
    /// - Parameters:
    ///   - tokens: no two with the same id or the same content.
    ///   - normalizer: what the names of tokens go through that are looked for in normalised text.
    init(_ tokens: [AddedToken], normalizer: Normalizer) {
        var tokens = tokens
        let limit = tokens.reduce(0) { max($0, $1.id + 1) }
        var indices = [Int32](repeating: -1, count: limit)
        var ids: [[UInt8]: Int] = [:]
        var raw = AddedTokenTrie()
        var normalized = AddedTokenTrie()
        for (index, token) in tokens.enumerated() {
            indices[token.id] = Int32(index)
            ids[token.content] = token.id
            if token.isNormalized {
                var name = NormalizedText(bytes: token.content, origin: .lost)
                normalizer.normalize(&name)
                normalized.insert(name.bytes, token: index)
                tokens[index].normalizedContent = name.bytes
            } else {
                raw.insert(token.content, token: index)
            }
        }
        self.tokens = tokens
        self.indices = indices
        self.ids = ids
        self.raw = raw
        self.normalized = normalized
    }

    /// The token of an id.
    func token(_ id: Int) -> AddedToken? {
        guard indices.indices.contains(id), indices[id] >= 0 else { return nil }
        return tokens[Int(indices[id])]
    }

    /// The id of a token by its name.
    func id(ofContent content: [UInt8]) -> Int? {
        ids[content]
    }

    /// Cuts the tokens out that are looked for before or after normalisation.
    func parts(of bytes: [UInt8], isNormalized: Bool) -> [Part] {
        let trie = isNormalized ? normalized : raw
        let bytes = bytes.span
        var parts: [Part] = []
        var cut = 0
        var position = 0
        while !trie.isEmpty, let match = trie.firstMatch(in: bytes, from: position) {
            // The search goes on behind the name even if white space after it was swallowed.
            position = match.range.upperBound
            let token = tokens[match.token]
            guard !token.isSingleWord || Self.standsAlone(bytes, match.range) else { continue }
            var start = match.range.lowerBound
            var end = match.range.upperBound
            if token.stripsLeft {
                while start > cut {
                    let before = decodeScalar(bytes, endingAt: start)
                    guard before.scalar.properties.isWhitespace else { break }
                    start = before.start
                }
            }
            if token.stripsRight {
                while end < bytes.count {
                    let after = decodeScalar(bytes, at: end)
                    guard after.scalar.properties.isWhitespace else { break }
                    end = after.end
                }
            }
            if cut < start { parts.append(Part(range: cut..<start, token: nil)) }
            parts.append(Part(range: start..<end, token: token.id))
            cut = end
        }
        if cut < bytes.count { parts.append(Part(range: cut..<bytes.count, token: nil)) }
        return parts
    }

    private static func standsAlone(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        if range.lowerBound > 0,
            isWordScalar(decodeScalar(bytes, endingAt: range.lowerBound).scalar)
        {
            return false
        }
        return range.upperBound == bytes.count
            || !isWordScalar(decodeScalar(bytes, at: range.upperBound).scalar)
    }

    /// The word characters of UTS #18, Annex C.
    private static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        return properties.isAlphabetic || properties.isJoinControl
            || CategorySet.wordBeyondAlphabetic.contains(CategorySet(properties.generalCategory))
    }
}
