/// Reads a GGUF file from its start, field by field, each checked against the file's end.
///
/// How long the header is shows only at its end, so it is fetched in parts, each once.
struct GGUFCursor {
    /// A header may have this many bytes, as in safetensors; the largest vocabularies take 30 MB.
    static let longestHeader = FileLimits.ggufHeaderByteCount

    let contents: FileContents
    private(set) var source: GGUFBytes
    /// The byte that is read next.
    private(set) var position = 0

    init(_ contents: FileContents) {
        self.contents = contents
        source = GGUFBytes(file: contents.name, bytes: [])
    }

    /// How many bytes of the file follow.
    var bytesLeft: Int { contents.byteCount - position }

    /// Makes sure that the next bytes are there.
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - field: what they are, for messages.
    /// - Throws: ``FileError`` if the file or what may be read of it ends before.
    @inline(__always)
    mutating func need(_ count: Int, _ field: @autoclosure () -> String) throws(FileError) {
        guard count > source.bytes.count - position else { return }
        guard count <= bytesLeft else {
            throw fault(field(), "\(count) bytes reach past the end of the file")
        }
        try fetch(position + count, field())
    }

    private mutating func fetch(_ end: Int, _ field: String) throws(FileError) {
        guard end <= Self.longestHeader else {
            throw .tooLarge(
                file: source.file, field: shownInMessage(field),
                reason: "the metadata goes beyond \(Self.longestHeader) bytes")
        }
        let known = source.bytes.count
        let target = min(max(end, 2 * known, 1 << 16), contents.byteCount)
        let part = try contents.snapshot(known..<target)
        source.bytes += part.copy(0..<part.byteCount)
    }

    /// Passes over bytes that are there.
    @inline(__always)
    mutating func skip(_ count: Int) { position += count }

    /// The next unsigned integer.
    @inline(__always)
    mutating func unsigned(
        _ width: Int, _ field: @autoclosure () -> String
    ) throws(FileError) -> UInt64 {
        try need(width, field())
        let value = source.unsigned(at: position, width: width)
        position += width
        return value
    }

    /// The length and the bytes of the next string.
    ///
    /// - Parameter field: what it is, for messages.
    /// - Returns: where its bytes lie.
    /// - Throws: ``FileError`` if they reach past the end.
    @inline(__always)
    mutating func string(_ field: @autoclosure () -> String) throws(FileError) -> Range<Int> {
        let place = position
        let length = try unsigned(8, field())
        guard length <= UInt64(bytesLeft) else {
            throw .malformed(
                file: source.file, field: shownInMessage(field()), position: place,
                reason: "a length of \(length) bytes reaches past the end of the file")
        }
        try need(Int(length), field())
        defer { position += Int(length) }
        return position..<position + Int(length)
    }

    /// The next number of entries, each of at least some bytes.
    mutating func count(
        _ field: @autoclosure () -> String, leastByteCount: Int
    ) throws(FileError) -> Int {
        let place = position
        let count = try unsigned(8, field())
        guard count <= UInt64(bytesLeft / leastByteCount) else {
            throw .malformed(
                file: source.file, field: shownInMessage(field()), position: place,
                reason: "\(count) entries do not fit into the \(bytesLeft) bytes that follow")
        }
        return Int(count)
    }

    /// An error about what is read next.
    func fault(_ field: String, _ reason: String, at place: Int? = nil) -> FileError {
        .malformed(
            file: source.file, field: shownInMessage(field), position: place ?? position,
            reason: reason)
    }

    /// Ends reading: the bytes up to here.
    func finish() -> GGUFBytes {
        GGUFBytes(file: source.file, bytes: Array(source.bytes[..<position]))
    }
}
