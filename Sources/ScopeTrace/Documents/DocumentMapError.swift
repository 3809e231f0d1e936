/// What is wrong with the parts of a ``DocumentMap``.
public struct DocumentMapError: Error, Hashable, CustomStringConvertible {
    /// What is wrong, naming the piece or region.
    public let reason: String

    /// The reason.
    public var description: String { "document map: \(reason)" }
}

extension DocumentMap {
    /// Refuses what lies outside, is out of order or empty.
    func checkBounds(of pieces: [DocumentPiece]) throws(DocumentMapError) {
        guard sequenceByteCount >= 0 else {
            throw DocumentMapError(reason: "the sequence has \(sequenceByteCount) bytes")
        }
        for (number, region) in regions.enumerated() where region.byteCount < 0 {
            throw DocumentMapError(reason: "region \(number) has \(region.byteCount) bytes")
        }
        var end = 0
        for (number, piece) in pieces.enumerated() {
            guard piece.byteCount > 0 else {
                throw DocumentMapError(reason: "piece \(number) has \(piece.byteCount) bytes")
            }
            guard piece.sequenceStart >= end else {
                throw DocumentMapError(
                    reason:
                        "piece \(number) begins at byte \(piece.sequenceStart) of the sequence, "
                        + (number == 0 ? "before it" : "before the last one ends"))
            }
            guard sequenceByteCount - piece.sequenceStart >= piece.byteCount else {
                throw DocumentMapError(reason: "piece \(number) ends after the sequence")
            }
            guard regions.indices.contains(piece.place.region) else {
                throw DocumentMapError(
                    reason: "piece \(number) lies in region \(piece.place.region) "
                        + "of \(regions.count)")
            }
            let length = regions[piece.place.region].byteCount
            guard piece.place.offset >= 0, length - piece.place.offset >= piece.byteCount else {
                throw DocumentMapError(reason: "piece \(number) lies outside its region")
            }
            end = piece.sequenceRange.upperBound
        }
    }

    /// Refuses pieces that overlap in a document, and text inserted outside one or inside a piece.
    func checkOverlaps() throws(DocumentMapError) {
        for (first, second) in zip(documentOrder, documentOrder.dropFirst())
        where pieces[first].end.region == pieces[second].place.region
            && pieces[first].end > pieces[second].place
        {
            throw DocumentMapError(
                reason: "two pieces hold byte \(pieces[second].place.offset) "
                    + "of region \(pieces[second].place.region)")
        }
        guard let insertion else { return }
        guard regions.indices.contains(insertion.region),
            (0...regions[insertion.region].byteCount).contains(insertion.offset)
        else { throw DocumentMapError(reason: "text would be inserted outside the documents") }
        if pieces.contains(where: { $0.place < insertion && insertion < $0.end }) {
            throw DocumentMapError(reason: "text would be inserted inside a piece")
        }
    }
}
