/// A run of bytes that a sequence and a document share.
public struct DocumentPiece: Hashable, Sendable {
    /// Where the run begins in the sequence.
    public let sequenceStart: Int

    /// Where it begins in the documents.
    public let place: DocumentPlace

    /// Its length in bytes.
    public let byteCount: Int

    /// Makes a piece.
    ///
    /// - Parameters:
    ///   - sequenceStart: Where the run begins in the sequence.
    ///   - place: Where it begins in the documents.
    ///   - byteCount: Its length in bytes.
    public init(sequenceStart: Int, place: DocumentPlace, byteCount: Int) {
        self.sequenceStart = sequenceStart
        self.place = place
        self.byteCount = byteCount
    }

    /// The bytes of the sequence.
    public var sequenceRange: Range<Int> { sequenceStart..<sequenceStart + byteCount }

    /// The bytes of the document.
    public var documentRange: DocumentRange {
        DocumentRange(region: place.region, bytes: place.offset..<place.offset + byteCount)
    }

    /// Where the run ends in the documents.
    var end: DocumentPlace {
        DocumentPlace(region: place.region, offset: place.offset + byteCount)
    }

    /// The part of the piece within bytes of the sequence, nil where there is none.
    func part(inSequence range: Range<Int>) -> DocumentPiece? {
        let part = sequenceRange.clamped(to: range)
        guard !part.isEmpty else { return nil }
        return DocumentPiece(
            sequenceStart: part.lowerBound,
            place: DocumentPlace(
                region: place.region, offset: place.offset + part.lowerBound - sequenceStart),
            byteCount: part.count)
    }

    /// The part of the piece within bytes of its own region, nil where there is none.
    func part(inDocument range: Range<Int>) -> DocumentPiece? {
        let part = documentRange.bytes.clamped(to: range)
        guard !part.isEmpty else { return nil }
        return DocumentPiece(
            sequenceStart: sequenceStart + part.lowerBound - place.offset,
            place: DocumentPlace(region: place.region, offset: part.lowerBound),
            byteCount: part.count)
    }

    /// The same piece further on in its document.
    func moved(by distance: Int) -> DocumentPiece {
        DocumentPiece(
            sequenceStart: sequenceStart,
            place: DocumentPlace(region: place.region, offset: place.offset + distance),
            byteCount: byteCount)
    }

    /// This piece and the one that goes on where it ends, in the sequence and in the document.
    func joined(with next: DocumentPiece) -> DocumentPiece? {
        guard sequenceRange.upperBound == next.sequenceStart, end == next.place else { return nil }
        return DocumentPiece(
            sequenceStart: sequenceStart, place: place, byteCount: byteCount + next.byteCount)
    }
}

/// A place between two bytes of one of a map's documents, or at its beginning or end.
public struct DocumentPlace: Hashable, Comparable, Codable, Sendable {
    /// The number of the region.
    public let region: Int

    /// The bytes of the region before the place.
    public let offset: Int

    /// Makes a place.
    ///
    /// - Parameters:
    ///   - region: The number of the region.
    ///   - offset: The bytes of the region before the place.
    public init(region: Int = 0, offset: Int) {
        self.region = region
        self.offset = offset
    }

    /// Orders places by region, then by offset.
    public static func < (left: DocumentPlace, right: DocumentPlace) -> Bool {
        (left.region, left.offset) < (right.region, right.offset)
    }
}

/// A run of bytes of one of a map's documents.
public struct DocumentRange: Hashable, Sendable {
    /// The number of the region.
    public let region: Int

    /// The bytes of the region.
    public let bytes: Range<Int>

    /// Makes a range.
    ///
    /// - Parameters:
    ///   - region: The number of the region.
    ///   - bytes: The bytes of the region.
    public init(region: Int = 0, bytes: Range<Int>) {
        self.region = region
        self.bytes = bytes
    }
}

/// One document of a map: the caller's, or a block of code within prose.
public struct DocumentRegion: Hashable, Codable, Sendable {
    /// The language that its writer names, such as "python"; empty where none is named.
    public var language: String

    /// The document's length in bytes, with those that the sequence does not hold.
    public var byteCount: Int

    /// Whether the document has an end that no more text can follow, as a closed block of code has.
    public var isComplete: Bool

    /// Makes a region.
    ///
    /// - Parameters:
    ///   - language: The language, empty where none is named.
    ///   - byteCount: The document's length in bytes.
    ///   - isComplete: Whether no more text can follow.
    public init(language: String = "", byteCount: Int = 0, isComplete: Bool = false) {
        self.language = language
        self.byteCount = byteCount
        self.isComplete = isComplete
    }
}
