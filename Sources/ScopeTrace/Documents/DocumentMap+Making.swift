extension DocumentMap {
    /// The map of plain text: sequence and document are the same.
    ///
    /// - Parameters:
    ///   - byteCount: The length of the text in bytes.
    ///   - language: The document's language, empty where it is not known.
    /// - Returns: A map of at most one piece.
    public static func identity(byteCount: Int, language: String = "") -> DocumentMap {
        var map = DocumentMap(language: language)
        map.append(byteCount)
        return map
    }

    /// The map of a sequence that shows a model what stands before and after a gap, and then has it
    /// fill the gap.
    ///
    /// The document is prefix, middle, suffix; in which order the sequence holds them is in the
    /// ranges: prefix and suffix first (PSM) or suffix and prefix first (SPM), with or without
    /// markers between them (Bavarian et al., 2022). The sequence ends with the last of the ranges,
    /// and text that is appended goes to the end of the middle.
    ///
    /// - Parameters:
    ///   - prefix: The bytes of the sequence before the gap.
    ///   - suffix: The bytes of the sequence after the gap.
    ///   - middle: The bytes of the sequence that fill the gap so far; none before the model writes.
    ///   - language: The document's language, empty where it is not known.
    /// - Returns: A map of at most three pieces.
    public static func fillInTheMiddle(
        prefix: Range<Int>, suffix: Range<Int>, middle: Range<Int>, language: String = ""
    ) -> DocumentMap {
        precondition(
            min(prefix.lowerBound, suffix.lowerBound, middle.lowerBound) >= 0,
            "a part begins before the sequence")
        precondition(
            !prefix.overlaps(suffix) && !prefix.overlaps(middle) && !suffix.overlaps(middle),
            "the parts overlap")
        let end = max(prefix.upperBound, suffix.upperBound, middle.upperBound)
        let gap = prefix.count + middle.count
        var map = DocumentMap(
            sequenceByteCount: end,
            regions: [DocumentRegion(language: language, byteCount: gap + suffix.count)],
            insertion: DocumentPlace(offset: gap))
        let parts = [(prefix, 0), (middle, prefix.count), (suffix, gap)]
        for (range, offset) in parts.sorted(by: { $0.0.lowerBound < $1.0.lowerBound }) {
            map.add(
                DocumentPiece(
                    sequenceStart: range.lowerBound, place: DocumentPlace(offset: offset),
                    byteCount: range.count))
        }
        return map
    }

    /// The map that tokens' source spans make, of one document.
    ///
    /// A token takes part where its source span holds as many bytes as the token itself and none that
    /// an earlier token covers: several tokens may share one span, and a token may own blanks that it
    /// does not spell. The document ends with the last span.
    ///
    /// - Parameter tokens: The tokens of a trace, from its first.
    /// - Complexity: O(*n* log *n*) in the number of tokens.
    public init(_ tokens: some Sequence<TokenRecord>) {
        var candidates: [DocumentPiece] = []
        var (sequenceEnd, sourceEnd) = (0, 0)
        for token in tokens {
            sequenceEnd = token.sequenceSpan.upperBound
            guard let span = token.sourceSpan else { continue }
            sourceEnd = max(sourceEnd, span.upperBound)
            guard span.count == token.bytes.count, !span.isEmpty else { continue }
            candidates.append(
                DocumentPiece(
                    sequenceStart: token.sequenceSpan.lowerBound,
                    place: DocumentPlace(offset: span.lowerBound), byteCount: span.count))
        }
        self.init(
            sequenceByteCount: sequenceEnd, regions: [DocumentRegion(byteCount: sourceEnd)],
            insertion: DocumentPlace(offset: sourceEnd))
        for piece in candidates where isFree(piece.documentRange) { add(piece) }
    }

    /// Whether no piece holds any of these bytes.
    private func isFree(_ range: DocumentRange) -> Bool {
        let start = DocumentPlace(region: range.region, offset: range.bytes.lowerBound)
        let first = documentOrder.firstPlace { pieces[$0].end > start }
        guard first < documentOrder.count else { return true }
        let next = pieces[documentOrder[first]].documentRange
        return next.region != range.region || !next.bytes.overlaps(range.bytes)
    }

    /// The map from this map's sequence to the documents of another one, whose sequence is one of
    /// this map's documents.
    ///
    /// So the blocks of code in an answer, related to the answer, become related to the sequence that
    /// holds the answer.
    ///
    /// - Parameters:
    ///   - inner: The map from the document to documents within it.
    ///   - region: The document that is `inner`'s sequence.
    /// - Returns: A map whose regions and insertion are those of `inner`.
    /// - Complexity: O(*p* + *q*) in the pieces of both and of the result, times the logarithm.
    public func composed(with inner: DocumentMap, in region: Int = 0) -> DocumentMap {
        precondition(regions.indices.contains(region), "the map has no region \(region)")
        var map = DocumentMap(
            sequenceByteCount: sequenceByteCount, regions: inner.regions,
            insertion: inner.insertion)
        for outer in pieces where outer.place.region == region {
            let shift = outer.sequenceStart - outer.place.offset
            for part in inner.parts(inSequence: outer.documentRange.bytes) {
                map.add(
                    DocumentPiece(
                        sequenceStart: part.sequenceStart + shift, place: part.place,
                        byteCount: part.byteCount))
            }
        }
        return map
    }

    /// The same map without what lies outside a part of the sequence.
    ///
    /// Offsets stay what they are: bytes outside belong to no document any more.
    ///
    /// - Parameter range: Bytes of the sequence.
    /// - Returns: The map.
    /// - Complexity: O(*p* log *p*) in the number of pieces that are left.
    public func clipped(to range: Range<Int>) -> DocumentMap {
        var map = DocumentMap(
            sequenceByteCount: sequenceByteCount, regions: regions, insertion: insertion)
        for part in parts(inSequence: range) { map.add(part) }
        return map
    }
}
