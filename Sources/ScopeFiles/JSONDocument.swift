/// A JSON text (RFC 8259), checked as a whole once and then read where it lies.
///
/// The reader walks the bytes once, without recursion, and keeps 8 bytes for each scalar and 16
/// for each array and object. Strings and numbers stay in the file until they are asked for, so
/// number lexemes are exact. Refused: nesting deeper than ``maximumDepth``, bytes that are not
/// valid UTF-8, unpaired surrogates, control characters inside strings, a byte order mark, `NaN`
/// and `Infinity`, and anything after the value.
public struct JSONDocument: Sendable {
    /// Arrays and objects may be nested this deep.
    public static let maximumDepth = FileLimits.jsonDepth

    /// The outermost value.
    public let root: JSONValue

    /// Reads a whole file as JSON.
    ///
    /// - Parameters:
    ///   - contents: the file; a mapped one is read into memory, so that no later change matters.
    ///   - refusingDuplicateKeys: whether an object with the same key twice is an error; otherwise
    ///     look-up finds the last one, as the common readers do.
    /// - Throws: ``FileError/malformed(file:field:position:reason:)`` or
    ///   ``FileError/tooLarge(file:field:reason:)`` beyond 4 GiB.
    /// - Complexity: O(bytes).
    public init(
        _ contents: FileContents, refusingDuplicateKeys: Bool = false
    ) throws(FileError) {
        try self.init(
            contents, range: 0..<contents.byteCount, rootName: nil,
            refusingDuplicateKeys: refusingDuplicateKeys)
    }

    /// Reads bytes in memory as JSON.
    ///
    /// - Parameters:
    ///   - bytes: the text in UTF-8.
    ///   - file: what messages call it.
    ///   - refusingDuplicateKeys: see ``init(_:refusingDuplicateKeys:)``.
    /// - Throws: as ``init(_:refusingDuplicateKeys:)``.
    /// - Complexity: O(bytes).
    public init(
        bytes: [UInt8], file: String, refusingDuplicateKeys: Bool = false
    ) throws(FileError) {
        try self.init(
            FileContents(copying: bytes, name: file), refusingDuplicateKeys: refusingDuplicateKeys)
    }

    /// Reads a part of a file; positions in messages count from the start of the file.
    ///
    /// - Parameters:
    ///   - contents: the file.
    ///   - range: where the JSON text lies in it.
    ///   - rootName: the field that messages about the outermost value name.
    ///   - refusingDuplicateKeys: see ``init(_:refusingDuplicateKeys:)``.
    /// - Throws: as ``init(_:refusingDuplicateKeys:)``.
    init(
        _ contents: FileContents, range: Range<Int>, rootName: String?,
        refusingDuplicateKeys: Bool
    ) throws(FileError) {
        guard range.count <= FileLimits.jsonByteCount else {
            throw .tooLarge(
                file: contents.name, field: rootName,
                reason: "JSON beyond 4 GiB is not read, this has \(range.count) bytes")
        }
        // The tape holds only as long as the text stays the same.
        let text = try contents.snapshot(range)
        var scanner = JSONScanner(text.units)
        do {
            try scanner.scan()
        } catch {
            throw .malformed(
                file: contents.name, field: rootName, position: range.lowerBound + error.position,
                reason: "not valid JSON: \(error.reason)")
        }
        let tape = JSONTape(
            contents: text, base: range.lowerBound, nodes: scanner.nodes, rootName: rootName)
        root = JSONValue(tape: tape, node: 0)
        if refusingDuplicateKeys { try tape.refuseDuplicateKeys() }
    }
}
