/// A file of the GGUF container, versions 2 and 3, little-endian: metadata, a table of tensors,
/// data.
///
/// The file is checked as a whole before anything of it is used: every value and string lies in
/// the file, every tensor lies inside the data at an aligned place, its length is that of its shape
/// and type, and no two overlap. The data itself stays where it is. The format is described in
/// ggml's documentation, `docs/gguf.md`.
public struct GGUFFile: Sendable {
    /// The file, which the tensors' byte ranges refer to.
    public let contents: FileContents

    /// The version of the format, 2 or 3.
    public let version: Int

    /// What tensors' offsets are multiples of: `general.alignment`, or 32.
    public let alignment: Int

    /// The values by key.
    public let metadata: GGUFMetadata

    /// The tensors in the order of their bytes.
    public let entries: [GGUFTensorEntry]

    private let positions: [String: Int]

    /// Reads and checks the metadata and the table of a file.
    ///
    /// - Parameter contents: the file, kept alive.
    /// - Throws: ``FileError`` naming the key or the tensor and its field.
    /// - Complexity: O(metadata + n log n) for n tensors; the data is not touched.
    public init(_ contents: FileContents) throws(FileError) {
        var header = GGUFHeader(contents)
        try header.read()
        self.contents = contents
        version = header.version
        alignment = header.alignment
        metadata = header.metadata
        entries = header.entries
        var positions: [String: Int] = [:]
        positions.reserveCapacity(entries.count)
        for (position, entry) in entries.enumerated() { positions[entry.name] = position }
        self.positions = positions
    }

    /// The tensor of this name, if there is one.
    public subscript(name: String) -> GGUFTensorEntry? {
        positions[name].map { entries[$0] }
    }

    /// The tensor of this name, which must be there.
    ///
    /// - Parameter name: the tensor's name.
    /// - Returns: the tensor.
    /// - Throws: ``FileError/malformed(file:field:position:reason:)`` if there is none.
    public func required(_ name: String) throws(FileError) -> GGUFTensorEntry {
        guard let entry = self[name] else {
            throw .malformed(
                file: contents.name, field: shownInMessage(name), reason: "no such tensor")
        }
        return entry
    }
}
