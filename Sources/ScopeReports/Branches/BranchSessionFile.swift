public import ScopeFiles
public import ScopeTrace

/// Keeps a session of branches in a file, as versioned JSON.
///
/// ```swift
/// let file = BranchSessionFile("session.json")
/// try file.write(session)
/// let again = try file.read()
/// ```
///
/// A file is replaced in one step when the new one is complete, so whoever reads it finds a whole session,
/// even when the writer was killed. The article *Session files* has every field; files of all versions up
/// to ``formatVersion`` are read. The same session gives the same bytes.
public struct BranchSessionFile: Sendable {
    /// What the member `format` of every file says.
    public static let format = "tokenscope.branches"

    /// The version of the format that is written.
    public static let formatVersion = 1

    /// The file's path.
    public let path: String

    /// Names a file, which need not be there yet.
    ///
    /// - Parameter path: The file's path.
    public init(_ path: String) {
        self.path = path
    }

    /// Puts a session in the place of what the file held.
    ///
    /// - Parameter session: The session.
    /// - Throws: `FileError.unwritable`; the file is then as it was.
    /// - Complexity: O(*n*) in the length of the file.
    public func write(_ session: BranchSession) throws(FileError) {
        let replacement = try FileReplacement(path)
        try replacement.write(Self.bytes(of: session))
        try replacement.commit()
    }

    /// Reads the session.
    ///
    /// - Returns: The session.
    /// - Throws: `FileError` that names the file, the field and the byte: what is no session, is of a
    ///   later version, or breaks the format.
    /// - Complexity: O(*n*) in the length of the file.
    public func read() throws(FileError) -> BranchSession {
        try Self.session(in: FileContents.open(path))
    }

    /// Reads a session.
    ///
    /// - Parameter contents: The file.
    /// - Returns: The session.
    /// - Throws: As ``read()``.
    /// - Complexity: O(*n*) in the length of the file.
    public static func session(in contents: FileContents) throws(FileError) -> BranchSession {
        let root = try JSONDocument(contents, refusingDuplicateKeys: true).root
        let name = try root.required("format")
        guard try name.string() == format else { throw name.mismatch("\"\(format)\"") }
        let version = try root.required("version")
        switch try version.int() {
        case 1: return try BranchSessionReader(root).session()
        case 2...:
            throw .unsupported(
                file: contents.name, field: "version",
                reason: "is \(version.lexeme); this program reads versions up to \(formatVersion)")
        default: throw version.mismatch("a whole number of at least 1")
        }
    }
}
