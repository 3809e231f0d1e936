import ScopeFiles

/// A fault of a report that was read back.
public enum ReportError: Error, Equatable, Sendable {
    /// A line of the file breaks the format; lines count from 1.
    case malformed(file: String, line: Int, field: String? = nil, reason: String)

    /// Names the line of a fault that the JSON reader found in one line or in the whole file.
    init(_ error: FileError, in file: String, line: Int) {
        switch error {
        case .malformed(_, let field, let position, let reason):
            let place = position.map { " (byte \($0) of the line)" } ?? ""
            self = .malformed(file: file, line: line, field: field, reason: reason + place)
        case .tooLarge(_, let field, let reason), .unsupported(_, let field, let reason):
            self = .malformed(file: file, line: line, field: field, reason: reason)
        case .cancelled, .changed, .missing, .unreadable, .unwritable:
            self = .malformed(file: file, line: line, reason: error.description)
        }
    }
}

extension ReportError: CustomStringConvertible {
    /// One line for a person: file, line, field and reason.
    public var description: String {
        switch self {
        case .malformed(let file, let line, let field, let reason):
            "\(file):\(line): " + (field.map { "\($0): " } ?? "") + reason
        }
    }
}
