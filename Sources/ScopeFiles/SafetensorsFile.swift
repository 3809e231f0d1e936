/// The table of a safetensors file: 8 bytes with the header's length, the header in JSON, data.
///
/// The file is checked as a whole before any tensor is used: every tensor lies inside the data,
/// its length is that of its shape and type, and the tensors cover the data without overlap or
/// gap, as the format asks. The data itself stays where it is.
public struct SafetensorsFile: Sendable {
    /// A header may have this many bytes, as in the reference reader.
    public static let maximumHeaderLength = FileLimits.safetensorsHeaderByteCount

    /// The file, which the tensors' byte ranges refer to.
    public let contents: FileContents

    /// The tensors in the order of their bytes.
    public let entries: [TensorEntry]

    /// The strings under `__metadata__`.
    public let metadata: [String: String]

    private let positions: [String: Int]

    /// Reads and checks the table of a file.
    ///
    /// - Parameter contents: the file, kept alive.
    /// - Throws: ``FileError`` naming the tensor and its field.
    /// - Complexity: O(header + n log n) for n tensors; the data is not touched.
    public init(_ contents: FileContents) throws(FileError) {
        let header = try SafetensorsHeader(contents)
        self.contents = contents
        entries = header.entries
        metadata = header.metadata
        var positions: [String: Int] = [:]
        positions.reserveCapacity(header.entries.count)
        for (position, entry) in header.entries.enumerated() { positions[entry.name] = position }
        self.positions = positions
    }

    /// The tensor of this name, if there is one.
    public subscript(name: String) -> TensorEntry? {
        positions[name].map { entries[$0] }
    }

    /// The tensor of this name, which must be there.
    ///
    /// - Parameter name: the tensor's name.
    /// - Returns: the tensor.
    /// - Throws: ``FileError/malformed(file:field:position:reason:)`` if there is none.
    public func required(_ name: String) throws(FileError) -> TensorEntry {
        guard let entry = self[name] else {
            throw .malformed(
                file: contents.name, field: shownInMessage(name), reason: "no such tensor")
        }
        return entry
    }
}
