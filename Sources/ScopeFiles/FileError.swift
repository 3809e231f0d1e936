/// A fault of a file that was read or written, naming the file, the field and the byte where known.
public enum FileError: Error, Equatable, Sendable {
    /// The task was cancelled before all that was wanted of the file had been read.
    case cancelled(file: String)

    /// The file on disk is no longer the one that was opened.
    case changed(file: String)

    /// The file breaks its own format; `position` is a byte offset from the start of the file.
    case malformed(file: String, field: String? = nil, position: Int? = nil, reason: String)

    /// There is no such file.
    case missing(file: String)

    /// The file claims or holds more than this package reads.
    case tooLarge(file: String, field: String? = nil, reason: String)

    /// The operating system refused, or it is not a regular file.
    case unreadable(file: String, reason: String)

    /// The operating system refused to write the file; what was there before is as it was.
    case unwritable(file: String, reason: String)

    /// The file is well formed and uses what this package does not read.
    case unsupported(file: String, field: String? = nil, reason: String)

    /// The file's name as it was given.
    public var file: String {
        switch self {
        case .cancelled(let file), .changed(let file), .missing(let file),
            .unreadable(let file, _), .unwritable(let file, _), .malformed(let file, _, _, _),
            .tooLarge(let file, _, _), .unsupported(let file, _, _):
            return file
        }
    }

    /// The field at fault, as a path such as `model.merges[3]`, where there is one.
    public var field: String? {
        switch self {
        case .cancelled, .changed, .missing, .unreadable, .unwritable: return nil
        case .malformed(_, let field, _, _), .tooLarge(_, let field, _),
            .unsupported(_, let field, _):
            return field
        }
    }
}

extension FileError: CustomStringConvertible {
    /// One line for a person: file, field, reason and byte position.
    public var description: String {
        var line = "\(file): "
        if let field { line += "\(field): " }
        switch self {
        case .cancelled:
            line += "reading was cancelled"
        case .changed:
            line += "the file changed after it was opened; load it again"
        case .missing:
            line += "no such file"
        case .unreadable(_, let reason), .unwritable(_, let reason), .tooLarge(_, _, let reason),
            .unsupported(_, _, let reason), .malformed(_, _, nil, let reason):
            line += reason
        case .malformed(_, _, let position?, let reason):
            line += "\(reason) (byte \(position))"
        }
        return line
    }
}
