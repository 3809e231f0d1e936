/// A stretch of text on its way through the pipeline: its bytes, and where they came from.
struct NormalizedText: Sendable {
    /// Valid UTF-8.
    var bytes: [UInt8]
    var origin: TextOrigin
    /// How many bytes at the front stand for the very beginning of the source, as the reference
    /// counts: what is put in counts as the character before it, or the last one it replaces.
    var startLength = 0

    /// A part of the text as a text of its own.
    func part(_ range: Range<Int>) -> NormalizedText {
        let origin: TextOrigin
        switch self.origin {
        case .shifted(let shift): origin = .shifted(by: shift + range.lowerBound)
        case .bytes(let ranges): origin = .bytes(Array(ranges[range]))
        case .lost: origin = .lost
        }
        return NormalizedText(
            bytes: Array(bytes[range]), origin: origin,
            startLength: min(max(startLength - range.lowerBound, 0), range.count))
    }

    /// Puts a blank before each piece that does not start with one.
    ///
    /// - Parameter pieces: ranges of the bytes, in order and not empty; moved along.
    mutating func prependBlanks(to pieces: inout [Range<Int>]) {
        var result: [UInt8] = []
        var sources: [Range<Int>] = []
        for index in pieces.indices {
            let piece = pieces[index]
            let start = result.count
            if bytes[piece.lowerBound] != UInt8(ascii: " ") {
                result.append(UInt8(ascii: " "))
                if let source = origin.source(of: piece) {
                    sources.append(source.lowerBound..<source.lowerBound)
                }
            }
            result += bytes[piece]
            for position in piece {
                if let source = origin.source(of: position..<position + 1) {
                    sources.append(source)
                }
            }
            pieces[index] = start..<result.count
        }
        bytes = result
        if case .lost = origin { return }
        origin = .bytes(sources)
    }
}
