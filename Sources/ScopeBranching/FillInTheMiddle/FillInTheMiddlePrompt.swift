public import ScopeTokenizers
public import ScopeTrace

/// A prompt that asks a model to fill a gap, with its relation to the document that has the gap.
public struct FillInTheMiddlePrompt: Hashable, Sendable {
    /// The tokens.
    public let ids: [Int]
    /// The document: prefix, what the model will write, suffix.
    ///
    /// Text that is appended fills the gap.
    public let documentMap: DocumentMap
    /// The tokens that end the middle, besides the model's own end of text.
    public let stopTokenIDs: Set<Int>
}

extension FillInTheMiddleFormat {
    /// Puts a prompt together.
    ///
    /// Prefix and suffix are tokenised apart from each other and from the markers. A blank that a
    /// vocabulary puts before every text stays before the prefix, and is left out before the suffix, as
    /// the authors of Code Llama do; it belongs to no document.
    ///
    /// - Parameters:
    ///   - prefix: The text before the gap; may be empty.
    ///   - suffix: The text after the gap; may be empty.
    ///   - tokenizer: The model's tokenizer.
    ///   - leading: Tokens that go first, such as the beginning of a sequence; none by default.
    ///   - language: The document's language, empty where it is not known.
    /// - Returns: The prompt.
    /// - Throws: ``BranchingFailure/noFillInTheMiddle(reason:)`` where the text's tokens do not spell the
    ///   text, as with a normalizer that changes it.
    /// - Complexity: As encoding the texts.
    public func prompt(
        prefix: String, suffix: String, _ tokenizer: any Tokenizer, leading: [Int] = [],
        language: String = ""
    ) throws(BranchingFailure) -> FillInTheMiddlePrompt {
        var ids = leading
        var ranges: [Part: Range<Int>] = [:]
        var detokenizer = tokenizer.makeDetokenizer()
        var length = leading.reduce(0) { $0 + detokenizer.append($1).count }
        func add(_ part: [Int]) -> [UInt8] {
            var bytes: [UInt8] = []
            for id in part { bytes += detokenizer.append(id) }
            ids += part
            length += bytes.count
            return bytes
        }
        for part in parts {
            switch part {
            case .token(let id): _ = add([id])
            case .prefix, .suffix:
                let text = part == .prefix ? prefix : suffix
                let tokens =
                    part == .prefix
                    ? tokenizer.encode(text: text) : tokenizer.exactEncoding(of: text)
                let bytes = add(tokens)
                let wanted = Array(text.utf8)
                guard bytes.suffix(wanted.count).elementsEqual(wanted) else {
                    throw .noFillInTheMiddle(
                        reason: "the tokens of the \(part == .prefix ? "prefix" : "suffix") spell "
                            + "another text")
                }
                ranges[part] = length - wanted.count..<length
            }
        }
        let map = DocumentMap.fillInTheMiddle(
            prefix: ranges[.prefix] ?? 0..<0, suffix: ranges[.suffix] ?? 0..<0,
            middle: length..<length, language: language)
        return FillInTheMiddlePrompt(ids: ids, documentMap: map, stopTokenIDs: stopTokenIDs)
    }
}

extension Tokenizer {
    /// The tokens that spell exactly a text, in the middle of another one: without the blank that some
    /// vocabularies put before every text.
    ///
    /// - Parameter text: Any text.
    /// - Returns: The ids; those of the text alone where no others spell it.
    func exactEncoding(of text: String) -> [Int] {
        let plain = encode(text: text)
        let wanted = Array(text.utf8)
        if plain.flatMap({ bytes(of: $0) ?? [] }) == wanted { return plain }
        // A character goes first that joins with none, and is cut off again.
        for guardian in ["\n", "☺"] {
            let encoding = encoding(of: guardian + text)
            let length = guardian.utf8.count
            let kept = zip(encoding.ids, encoding.sourceSpans).drop { _, span in
                (span?.upperBound ?? 0) <= length
            }
            guard kept.allSatisfy({ ($0.1?.lowerBound ?? 0) >= length }) else { continue }
            let ids = kept.map(\.0)
            if ids.flatMap({ bytes(of: $0) ?? [] }) == wanted { return ids }
        }
        return plain
    }
}
