extension DocumentMap {
    /// The parts of pieces within bytes of the sequence, in its order.
    func parts(inSequence range: Range<Int>) -> [DocumentPiece] {
        var index = pieces.indices.firstPlace {
            pieces[$0].sequenceRange.upperBound > range.lowerBound
        }
        var parts: [DocumentPiece] = []
        while index < pieces.count, let part = pieces[index].part(inSequence: range) {
            parts.append(part)
            index += 1
        }
        return parts
    }

    /// Where bytes of the sequence lie in the documents.
    ///
    /// - Parameter range: Bytes of the sequence; what lies in no document is left out.
    /// - Returns: Runs in the sequence's order, each as long as it can be; none for an empty range.
    /// - Complexity: O(log *p*) in the number of pieces, and O(runs).
    public func documentRanges(of range: Range<Int>) -> [DocumentRange] {
        var ranges: [DocumentRange] = []
        for part in parts(inSequence: range) {
            let next = part.documentRange
            if let last = ranges.last, last.region == next.region,
                last.bytes.upperBound == next.bytes.lowerBound
            {
                ranges[ranges.count - 1] = DocumentRange(
                    region: last.region, bytes: last.bytes.lowerBound..<next.bytes.upperBound)
            } else {
                ranges.append(next)
            }
        }
        return ranges
    }

    /// Where bytes of a document lie in the sequence.
    ///
    /// - Parameter range: Bytes of a document; what the sequence does not hold is left out.
    /// - Returns: Runs in the document's order, each as long as it can be; none for an empty range.
    /// - Complexity: O(log *p*) in the number of pieces, and O(runs).
    public func sequenceRanges(of range: DocumentRange) -> [Range<Int>] {
        let start = DocumentPlace(region: range.region, offset: range.bytes.lowerBound)
        let first = documentOrder.firstPlace { pieces[$0].end > start }
        var ranges: [Range<Int>] = []
        for index in documentOrder[first...] {
            guard pieces[index].place.region == range.region,
                let next = pieces[index].part(inDocument: range.bytes)?.sequenceRange
            else { break }
            if let last = ranges.last, last.upperBound == next.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<next.upperBound
            } else {
                ranges.append(next)
            }
        }
        return ranges
    }

    /// Where a place of the sequence is in the documents, as for a token without bytes.
    ///
    /// Between two pieces it is where the second one begins, at the end of the sequence where text
    /// would be appended.
    ///
    /// - Parameter offset: The bytes of the sequence before the place.
    /// - Returns: The place, nil where no document touches it.
    /// - Complexity: O(log *p*) in the number of pieces.
    public func place(at offset: Int) -> DocumentPlace? {
        let index = pieces.indices.firstPlace { pieces[$0].sequenceRange.upperBound > offset }
        if index < pieces.count, let part = pieces[index].part(inSequence: offset..<offset + 1) {
            return part.place
        }
        if offset == sequenceByteCount, let insertion { return insertion }
        guard index > 0, pieces[index - 1].sequenceRange.upperBound == offset else { return nil }
        return pieces[index - 1].end
    }

    /// Where a place of a document is in the sequence.
    ///
    /// Where text would be appended it is the end of the sequence, between two pieces where the second
    /// one begins.
    ///
    /// - Parameter place: A place in a document.
    /// - Returns: The bytes of the sequence before it, nil where no piece touches it.
    /// - Complexity: O(log *p*) in the number of pieces.
    public func sequenceOffset(of place: DocumentPlace) -> Int? {
        if place == insertion { return sequenceByteCount }
        let index = documentOrder.firstPlace { pieces[$0].end > place }
        if index < documentOrder.count {
            let piece = pieces[documentOrder[index]]
            if piece.place <= place {
                return piece.sequenceStart + place.offset - piece.place.offset
            }
        }
        guard index > 0, pieces[documentOrder[index - 1]].end == place else { return nil }
        return pieces[documentOrder[index - 1]].sequenceRange.upperBound
    }

    /// The bytes of a document, put together from those of the sequence.
    ///
    /// - Parameters:
    ///   - region: The number of the document.
    ///   - sequence: The bytes of the sequence.
    /// - Returns: The document, nil where the sequence lacks a part of it.
    /// - Complexity: O(*n*) in the document's bytes.
    public func bytes(ofRegion region: Int, in sequence: [UInt8]) -> [UInt8]? {
        precondition(regions.indices.contains(region), "the map has no region \(region)")
        let whole = DocumentRange(region: region, bytes: 0..<regions[region].byteCount)
        var bytes: [UInt8] = []
        for range in sequenceRanges(of: whole) {
            guard range.upperBound <= sequence.count else { return nil }
            bytes += sequence[range]
        }
        return bytes.count == regions[region].byteCount ? bytes : nil
    }
}

extension Range<Int> {
    /// The first number of the range that passes, where all after it pass too; its end where none does.
    fileprivate func firstPlace(where passes: (Int) -> Bool) -> Int {
        var (low, high) = (lowerBound, upperBound)
        while low < high {
            let middle = low + (high - low) / 2
            if passes(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
