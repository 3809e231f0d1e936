public import ScopeCode
internal import ScopeMetrics
public import ScopeTrace

/// How much a string looks like one that the model learned by heart.
public struct SecretScore: Hashable, Sendable {
    /// The string's bytes, without its quotes.
    public var span: Range<Int>
    /// The tokens that most lie in it.
    public var tokens: Range<TokenIndex>
    /// What it was judged by.
    public var signals: SecretSignals
    /// From 0 to 1; see ``DetectorModel/score(_:)``.
    public var score: Double

    /// Makes a score.
    public init(
        span: Range<Int>, tokens: Range<TokenIndex>, signals: SecretSignals, score: Double
    ) {
        self.span = span
        self.tokens = tokens
        self.signals = signals
        self.score = score
    }
}

/// Finds strings that look random but do not surprise the model: keys and other secrets that it learned by heart.
///
/// **Definition.** A string is looked at if it looks random by its characters alone: ``minimumLength`` or more
/// printable characters of ASCII without blanks, a digit among them and signs at most a fifth of them; a Shannon entropy of at
/// least ``leastEntropyRatio`` of what its length and alphabet allow; pairs of neighbours that cost at least
/// ``leastPairCost`` nats a character over the words of code; and no alphabet or sequence in order. Its ``SecretSignals``, the four token-level characteristics of DESEC
/// and the entropy of its characters against that of its tokens, are weighed by a logistic regression
/// (``SecretModel``). A random string that was never seen costs about 4 nats a character, one that was learned next to
/// nothing.
///
/// A string is the content of a literal, as the grammar has it: one with an interpolation is looked at in its
/// parts. One that stands in the document twice is judged where it stands first: behind that, a model need not
/// know it to predict it. Text that the model writes is judged by the same numbers, over the trace of what it wrote.
///
/// **Cost.** None beyond the trace, which needs alternatives (`attachSecretMetrics()`); O(tokens + nodes).
///
/// **Error rates.** `Scripts/audit-evaluation --secrets` measures them on canaries planted in a tuned copy of the embedded
/// model and on files it was not trained on; the article *How far to trust a finding* says what is known. With
/// weights that were fitted there the score is a probability for strings drawn at random, of which as many were planted as
/// were not; the built-in ones are set by hand, and their score only orders strings. That a string was learned
/// does not make it a secret: published test vectors and check sums are learned, too.
public struct SecretsDetector: Sendable {
    /// How signals are weighed.
    public var model: SecretModel
    /// The least characters of a string.
    public var minimumLength: Int
    /// Characters of a string that are read, at most; of longer ones the beginning is judged.
    public var lengthLimit: Int
    /// The least Shannon entropy of the characters, as a share of what length and alphabet allow.
    public var leastEntropyRatio: Double
    /// The least cost of a character given the one before, in nats.
    public var leastPairCost: Double

    /// Makes a detector.
    ///
    /// - Parameters:
    ///   - model: How signals are weighed.
    ///   - minimumLength: The least characters of a string; at least 4.
    ///   - lengthLimit: Characters of a string that are read, at most.
    ///   - leastEntropyRatio: The least Shannon entropy of the characters, as a share.
    ///   - leastPairCost: The least cost of a character given the one before, in nats.
    public init(
        model: SecretModel = .tinyPython, minimumLength: Int = 16, lengthLimit: Int = 512,
        leastEntropyRatio: Double = 0.75, leastPairCost: Double = 3.5
    ) {
        precondition(minimumLength >= 4, "a string of fewer characters says nothing")
        precondition(lengthLimit >= minimumLength, "more is read than the least there is")
        self.model = model
        self.minimumLength = minimumLength
        self.lengthLimit = lengthLimit
        self.leastEntropyRatio = leastEntropyRatio
        self.leastPairCost = leastPairCost
    }

    /// Whether a string looks random by its characters.
    ///
    /// - Parameter text: The string's bytes.
    /// - Returns: Whether it would be judged.
    /// - Complexity: O(bytes), at most ``lengthLimit`` of them.
    public func looksRandom(_ text: some Collection<UInt8>) -> Bool {
        let read = text.prefix(lengthLimit)
        guard read.count >= minimumLength, read.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return false
        }
        let digits = read.count { LetterPairs.letterClass(of: $0) == LetterPairs.digit }
        let signs = read.count { LetterPairs.letterClass(of: $0) == LetterPairs.other }
        // Names and words seldom have digits; patterns and templates are full of signs.
        guard digits > 0, 5 * signs <= read.count else { return false }
        // "abcdef", "0123456789" and "=====" are in order.
        let ordered = zip(read, read.dropFirst()).count { $1 == $0 || $1 == $0 &+ 1 }
        return 3 * ordered < read.count
            && SecretSignals.entropyRatio(of: read) >= leastEntropyRatio
            && LetterPairs.meanCost(of: read) >= leastPairCost
    }

    /// The contents of a document's string literals.
    ///
    /// - Parameter source: The document with its tree.
    /// - Returns: Their bytes in the order of the text, without quotes.
    /// - Complexity: O(nodes).
    public func strings(of source: SyntaxSource) -> [Range<Int>] {
        source.innermostNodes(ofType: "string", holding: ["escape"]).map { node in
            let span = source.tree.nodes[node].span.clamped(to: 0..<source.text.count)
            let quotes = [UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`")]
            var (start, end) = (span.lowerBound, span.upperBound)
            // A grammar may have no node for the content alone.
            if end - start >= 2, quotes.contains(source.text[start]),
                source.text[start] == source.text[end - 1]
            {
                start += 1
                end -= 1
            }
            return start..<end
        }
    }

    /// The score of every string that looks random.
    ///
    /// - Parameters:
    ///   - trace: The trace of the document, with `surprisal`, `entropy` and `alternative_probabilities` of two or more;
    ///     without them there is no score.
    ///   - source: The document with its tree.
    /// - Returns: The scores in the order of the text.
    /// - Complexity: O(tokens + nodes).
    public func scores(of trace: TokenTrace, over source: SyntaxSource) -> [SecretScore] {
        var seen: Set<ArraySlice<UInt8>> = []
        let spans = strings(of: source).filter { span in
            // Compared as bytes: a slice's places take no part.
            looksRandom(source.text[span]) && seen.insert(source.text[span]).inserted
        }
        guard !spans.isEmpty else { return [] }
        let placed = trace.tokens.filter { $0.sourceSpan != nil }
        return spans.compactMap { score(of: $0, in: source.text, trace, placed) }
    }

    /// The score of a part of a document, whether it looks random or not.
    ///
    /// - Parameters:
    ///   - span: Bytes of the document.
    ///   - text: The document.
    ///   - trace: See ``scores(of:over:)``.
    /// - Returns: The score of its first ``lengthLimit`` bytes; nil where no token was measured there.
    /// - Complexity: O(tokens).
    public func score(
        of span: Range<Int>, in text: [UInt8], _ trace: TokenTrace
    ) -> SecretScore? {
        score(of: span, in: text, trace, trace.tokens.filter { $0.sourceSpan != nil })
    }

    private func score(
        of whole: Range<Int>, in text: [UInt8], _ trace: TokenTrace, _ placed: [TokenRecord]
    ) -> SecretScore? {
        let inside = whole.clamped(to: 0..<text.count)
        let span = inside.lowerBound..<min(inside.upperBound, inside.lowerBound + lengthLimit)
        guard !span.isEmpty else { return nil }
        // Source spans of a document's tokens follow one another.
        var (low, high) = (0, placed.count)
        while low < high {
            let middle = (low + high) / 2
            if (placed[middle].sourceSpan?.upperBound ?? 0) > span.lowerBound {
                high = middle
            } else {
                low = middle + 1
            }
        }
        var tokens: [SecretSignals.Token] = []
        var places: [TokenIndex] = []
        for token in placed[low...] {
            guard let own = token.sourceSpan, own.lowerBound < span.upperBound else { break }
            guard 2 * own.clamped(to: span).count > own.count else { continue }
            guard let measured = Self.measured(token, in: trace) else { return nil }
            tokens.append(measured)
            places.append(token.index)
        }
        guard let first = places.first, let last = places.last else { return nil }
        let signals = SecretSignals(characters: text[span], tokens: tokens)
        return SecretScore(
            span: whole, tokens: first..<TokenIndex(last.rawValue + 1), signals: signals,
            score: model.score(signals))
    }

    /// What a trace says of a token; nil where it lacks a column.
    private static func measured(
        _ token: TokenRecord, in trace: TokenTrace
    ) -> SecretSignals.Token? {
        let place = token.index
        guard let surprisal = trace[.surprisal]?[place], surprisal.isFinite,
            let entropy = trace[.entropy]?[place], entropy.isFinite,
            let ids = trace[.alternatives]?[place]?.values,
            let shares = trace[.alternativeProbabilities]?[place]?.values,
            let other = zip(ids, shares).first(where: { $0.0 != token.id })?.1
        else { return nil }
        return SecretSignals.Token(
            surprisal: surprisal, advantage: ElementaryFunctions.exp(-surprisal) - other,
            entropy: entropy)
    }
}
