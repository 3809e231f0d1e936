public import ScopeTrace

/// Follows the code in a text while the text is being written: prose and blocks in several languages,
/// each with an ``IncrementalParser`` of its own.
///
/// ```swift
/// var follower = CodeFollower(.fences)
/// for token in tokens {
///     for step in follower.append(token.bytes) { print(step.language, step.syntax.depth) }
/// }
/// let regions = follower.finish()
/// ```
///
/// The last line of Markdown may turn out to be something else when more of it comes: what was given to
/// a parser of it is then taken back. A language that nobody names is guessed at line ends until there is
/// enough text.
///
/// It is a value: a copy goes on by itself.
public struct CodeFollower: Sendable {
    /// What a piece of text did to one document of code.
    public struct Step: Equatable, Sendable {
        /// The number of the document in ``CodeFollower/map``.
        public var region: Int
        /// The language of its grammar.
        public var language: String
        /// Where the document stands now; offsets are those of the document.
        public var syntax: SyntaxStep
    }

    private struct Document: Sendable {
        var parser: IncrementalParser?
        /// The bytes at its beginning that belong to lines that have ended.
        var certainCount = 0
        var byteCount = 0
        var lineCount = 0
        /// Whether its parser did not get through the last bytes, which wait for the end of a line.
        var isBehind = false
        var problem: SyntaxFailure?
    }

    /// What is code.
    public let selection: CodeSelection
    /// Where grammars come from, and what is tried where no language is named.
    public let regionParser: CodeRegionParser
    /// As long as a parser may take for a piece; see ``IncrementalParser/stepTimeLimit``.
    ///
    /// What takes longer is given to the parser again at the end of the line.
    public var stepTimeLimit: Duration = .seconds(1)
    /// The text so far.
    public private(set) var bytes: [UInt8] = []

    private var fences = FencedCode()
    private var documents: [Document] = []

    /// A guess is made anew when the lines of a document have doubled, up to so many.
    static let guessedLineCount = 64

    /// Begins with no text.
    ///
    /// - Parameters:
    ///   - selection: Which part of the text is code.
    ///   - regionParser: Where grammars come from, and what is tried where no language is named.
    public init(_ selection: CodeSelection, regionParser: CodeRegionParser = CodeRegionParser()) {
        self.selection = selection
        self.regionParser = regionParser
    }

    /// The documents of code so far, related to the text so far.
    public var map: DocumentMap {
        if case .fences = selection { fences.map } else { selection.map(of: bytes) }
    }

    /// Why a document has no parser, or why its parser is behind the text; else nil.
    ///
    /// A parser that does not get through a line is given it again at its end.
    ///
    /// - Parameter region: The number of a document in ``map``.
    /// - Returns: The reason.
    public func problem(ofRegion region: Int) -> SyntaxFailure? {
        documents.indices.contains(region) ? documents[region].problem : nil
    }

    /// The parser of a document, nil where there is no grammar for it or no text yet.
    ///
    /// - Parameter region: The number of a document in ``map``.
    /// - Returns: The parser.
    public func parser(ofRegion region: Int) -> IncrementalParser? {
        documents.indices.contains(region) ? documents[region].parser : nil
    }

    /// Takes the text's next bytes.
    ///
    /// - Parameter added: Any number of bytes, cut anywhere.
    /// - Returns: What they did to documents of code, in order; nothing for bytes of prose and for
    ///   code without a grammar, see ``problem(ofRegion:)``.
    /// - Complexity: That of ``IncrementalParser/append(_:)`` and O(*r*) in the number of documents.
    public mutating func append(_ added: some Collection<UInt8>) -> [Step] {
        guard !added.isEmpty else { return [] }
        bytes += added
        if case .fences = selection { fences.append(added) }
        let map = map
        let endsLine = bytes.last == 0x0A
        var steps: [Step] = []
        for (number, region) in map.regions.enumerated() {
            if number == documents.count { documents.append(Document()) }
            // What has ended, and what has not grown, stays as it is.
            guard region.byteCount != documents[number].byteCount || number >= documents.count - 1
            else { continue }
            if let step = update(number, region, map) { steps.append(step) }
            if endsLine { documents[number].certainCount = region.byteCount }
        }
        documents.removeSubrange(map.regions.count...)
        return steps
    }

    /// Parses all documents anew: the trees for reports.
    ///
    /// - Returns: The documents of ``map``, as ``CodeRegionParser/regions(of:map:)`` has them.
    /// - Complexity: O(*n*) in the number of bytes.
    public func finish() -> [CodeRegion] { regionParser.regions(of: bytes, map: map) }

    /// Gives a document's new bytes to its parser.
    private mutating func update(
        _ number: Int, _ region: DocumentRegion, _ map: DocumentMap
    ) -> Step? {
        let certain = min(documents[number].certainCount, region.byteCount)
        let tail = tail(of: number, from: certain, to: region.byteCount, in: map)
        let lineCount = tail.reduce(documents[number].lineCount) { $1 == 0x0A ? $0 + 1 : $0 }
        let isGuessDue =
            region.language.isEmpty && lineCount > documents[number].lineCount
            && lineCount.nonzeroBitCount == 1 && lineCount <= Self.guessedLineCount
        if bytes.last == 0x0A { documents[number].lineCount = lineCount }
        documents[number].byteCount = region.byteCount
        do throws(SyntaxFailure) {
            if documents[number].parser == nil || isGuessDue {
                guard region.byteCount > 0, documents[number].problem == nil || isGuessDue else {
                    return nil
                }
                let whole = self.tail(of: number, from: 0, to: region.byteCount, in: map)
                return try begin(number, region, with: whole, isGuessDue: isGuessDue, in: map)
            }
            let isLineEnd = bytes.last == 0x0A || region.isComplete
            guard !documents[number].isBehind || isLineEnd else { return nil }
            return try extend(number, upTo: region.byteCount, in: map)
        } catch .unparsed(let language, let byteCount) {
            documents[number].problem = .unparsed(language: language, byteCount: byteCount)
            documents[number].isBehind = true
            return nil
        } catch {
            documents[number].problem = error
            documents[number].parser = nil
            return nil
        }
    }

    /// Gives a parser what has changed after the lines that have ended.
    private mutating func extend(
        _ number: Int, upTo byteCount: Int, in map: DocumentMap
    ) throws(SyntaxFailure) -> Step? {
        guard let parser = documents[number].parser else { return nil }
        let certain = min(documents[number].certainCount, byteCount, parser.bytes.count)
        let tail = tail(of: number, from: certain, to: byteCount, in: map)
        let held = parser.bytes[certain...]
        let sharedCount = zip(held, tail).prefix { $0 == $1 }.count
        guard certain + sharedCount < parser.bytes.count || sharedCount < tail.count else {
            return nil
        }
        documents[number].parser?.stepTimeLimit = stepTimeLimit
        guard
            let syntax = try documents[number].parser?.replaceEnd(
                after: certain + sharedCount, with: tail[sharedCount...])
        else { return nil }
        documents[number].isBehind = false
        documents[number].problem = nil
        return Step(region: number, language: parser.grammar.language, syntax: syntax)
    }

    /// Chooses a grammar, and gives its parser all that there is.
    private mutating func begin(
        _ number: Int, _ region: DocumentRegion, with bytes: [UInt8], isGuessDue: Bool,
        in map: DocumentMap
    ) throws(SyntaxFailure) -> Step? {
        let grammar: Grammar
        if region.language.isEmpty {
            guard isGuessDue else { return nil }
            guard let guess = regionParser.guess(bytes) else {
                documents[number].problem = .unknownLanguage(region: number)
                documents[number].parser = nil
                return nil
            }
            grammar = guess
        } else {
            grammar = try regionParser.library.grammar(for: region.language)
        }
        documents[number].problem = nil
        if documents[number].parser?.grammar.language == grammar.language {
            return try extend(number, upTo: region.byteCount, in: map)
        }
        documents[number].parser = try IncrementalParser(grammar: grammar)
        documents[number].parser?.stepTimeLimit = stepTimeLimit
        guard let syntax = try documents[number].parser?.append(bytes) else { return nil }
        return Step(region: number, language: grammar.language, syntax: syntax)
    }

    private func tail(of number: Int, from start: Int, to end: Int, in map: DocumentMap) -> [UInt8]
    {
        guard start < end else { return [] }
        let range = DocumentRange(region: number, bytes: start..<end)
        return map.sequenceRanges(of: range).flatMap { bytes[$0] }
    }
}
