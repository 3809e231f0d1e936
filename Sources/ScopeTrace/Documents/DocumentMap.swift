/// How the bytes of a sequence relate to the bytes of documents, in pieces.
///
/// A model reads and writes one *sequence*; what its caller thinks of, and what a parser can read, are
/// *documents*. The two differ in order and in extent:
///
/// - plain text is one document in one piece: sequence and document are the same bytes;
/// - fill-in-the-middle has one document in three pieces, in the order prefix, middle, suffix, which
///   the sequence holds in another order and with markers between them;
/// - prose with blocks of code has a document, called a region, for each block (see ``FencedCode``).
///
/// Bytes of the sequence that no piece holds belong to no document: markers, templates, prose. Bytes
/// of a document that no piece holds are not in the sequence, such as the part of a file that did not
/// fit. No byte is in two pieces. Pieces that touch on both sides are joined unless text goes between
/// them, so two maps that relate the same bytes are equal.
///
/// ```swift
/// var map = DocumentMap.identity(byteCount: prompt.utf8.count)
/// map.append(token.bytes.count)                    // text that goes on where the map left off
/// map.skip(marker.bytes.count)                     // a special token: in no document
/// print(map.documentRanges(of: token.sequenceSpan))
/// ```
public struct DocumentMap: Hashable, Sendable {
    /// The length of the sequence in bytes.
    public private(set) var sequenceByteCount: Int

    /// The documents.
    public private(set) var regions: [DocumentRegion]

    /// What sequence and documents share, in the sequence's order; no piece is empty.
    public private(set) var pieces: [DocumentPiece]

    /// Where text goes that is appended; nil where there is no document for it.
    public private(set) var insertion: DocumentPlace?

    /// The places of the pieces in the documents' order.
    private(set) var documentOrder: [Int]

    /// A map of nothing to one empty document, which text can be appended to.
    ///
    /// - Parameter language: The document's language, empty where it is not known.
    public init(language: String = "") {
        self.init(
            sequenceByteCount: 0, regions: [DocumentRegion(language: language)],
            insertion: DocumentPlace(offset: 0))
    }

    /// A map without pieces.
    init(sequenceByteCount: Int, regions: [DocumentRegion], insertion: DocumentPlace?) {
        self.sequenceByteCount = sequenceByteCount
        self.regions = regions
        self.insertion = insertion
        pieces = []
        documentOrder = []
    }

    /// Makes a map of what is known of it.
    ///
    /// - Parameters:
    ///   - sequenceByteCount: The length of the sequence in bytes.
    ///   - regions: The documents.
    ///   - pieces: What they share, in the sequence's order.
    ///   - insertion: Where text goes that is appended, nil where there is no document for it.
    /// - Throws: ``DocumentMapError`` when a piece is empty, out of order or outside sequence or
    ///   document, when two overlap, or when text would be inserted outside the documents or inside
    ///   a piece.
    /// - Complexity: O(*p* log *p*) in the number of pieces.
    public init(
        sequenceByteCount: Int, regions: [DocumentRegion], pieces: [DocumentPiece],
        insertion: DocumentPlace? = nil
    ) throws(DocumentMapError) {
        self.init(
            sequenceByteCount: sequenceByteCount, regions: regions, insertion: insertion)
        try checkBounds(of: pieces)
        for piece in pieces { add(piece) }
        try checkOverlaps()
    }

    /// The bytes that sequence and documents share.
    ///
    /// - Complexity: O(*p*) in the number of pieces.
    public var sharedByteCount: Int { pieces.reduce(0) { $0 + $1.byteCount } }

    /// The pieces of the documents' order in an order of their own: by region, then by offset.
    ///
    /// - Complexity: O(*p*) in the number of pieces.
    public var piecesInDocumentOrder: [DocumentPiece] { documentOrder.map { pieces[$0] } }

    /// Adds a piece after all others of the sequence, joined with the last one where they touch.
    mutating func add(_ piece: DocumentPiece) {
        guard piece.byteCount > 0 else { return }
        if let last = pieces.last, piece.place != insertion,
            let joined = last.joined(with: piece)
        {
            pieces[pieces.count - 1] = joined
            return
        }
        let place = documentOrder.firstPlace { pieces[$0].place >= piece.place }
        documentOrder.insert(pieces.count, at: place)
        pieces.append(piece)
    }

    /// Appends bytes to the sequence that belong to the document at ``insertion``, which moves on.
    ///
    /// What stands behind that place in the document, the suffix of fill-in-the-middle, moves on too.
    /// There must be such a place.
    ///
    /// - Parameter byteCount: The number of bytes, at least 0.
    /// - Complexity: O(1), and O(*p*) in the pieces that move.
    public mutating func append(_ byteCount: Int) {
        precondition(byteCount >= 0, "a negative number of bytes")
        guard let place = insertion else {
            preconditionFailure("no document is open that text could be appended to")
        }
        guard byteCount > 0 else { return }
        if place.offset < regions[place.region].byteCount {
            let first = documentOrder.firstPlace { pieces[$0].place >= place }
            for index in documentOrder[first...] {
                guard pieces[index].place.region == place.region else { break }
                pieces[index] = pieces[index].moved(by: byteCount)
            }
        }
        insertion = DocumentPlace(region: place.region, offset: place.offset + byteCount)
        add(
            DocumentPiece(
                sequenceStart: sequenceByteCount, place: place, byteCount: byteCount))
        sequenceByteCount += byteCount
        regions[place.region].byteCount += byteCount
    }

    /// Appends bytes to the sequence that belong to no document.
    ///
    /// - Parameter byteCount: The number of bytes, at least 0.
    public mutating func skip(_ byteCount: Int) {
        precondition(byteCount >= 0, "a negative number of bytes")
        sequenceByteCount += byteCount
    }

    /// Begins a document of its own, which text that is appended goes to from here on.
    ///
    /// - Parameter language: The language, empty where none is named.
    public mutating func beginRegion(language: String = "") {
        joinPieces(at: insertion)
        insertion = DocumentPlace(region: regions.count, offset: 0)
        regions.append(DocumentRegion(language: language))
    }

    /// Ends the document that text is appended to: it is complete, and there is no other yet.
    public mutating func endRegion() {
        guard let place = insertion else { return }
        regions[place.region].isComplete = true
        joinPieces(at: place)
        insertion = nil
    }

    /// Joins the pieces that were apart because text could go between them.
    private mutating func joinPieces(at place: DocumentPlace?) {
        guard let place else { return }
        let next = documentOrder.firstPlace { pieces[$0].place >= place }
        guard next < documentOrder.count, pieces[documentOrder[next]].place == place,
            let previous = pieces[..<documentOrder[next]].last,
            previous.joined(with: pieces[documentOrder[next]]) != nil
        else { return }
        insertion = nil
        let apart = pieces
        (pieces, documentOrder) = ([], [])
        for piece in apart { add(piece) }
    }
}

extension [Int] {
    /// The first place whose element passes, in an array where all after it pass too.
    func firstPlace(where passes: (Int) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if passes(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
