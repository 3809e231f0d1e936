public import ScopeAttribution
public import ScopeBranching
public import ScopeDecoding
public import ScopeFiles
public import ScopeTransformer

/// Why an audit could not be made.
public enum AuditFailure: Error, Sendable {
    /// A table of rules or weights has a line that means nothing; line 0 for the table as a whole.
    case invalidTable(file: String, line: Int, reason: String)
    /// A file could not be read or written, or is no baseline.
    case file(FileError)
    /// Measuring failed.
    case decoding(DecodingFailure)
    /// The model failed.
    case model(ModelFailure)
    /// Tracing a prediction back to the tokens before it failed.
    case attribution(AttributionFailure)
    /// Writing a branch failed.
    case branching(BranchingFailure)
}

extension AuditFailure: CustomStringConvertible {
    /// One line for a person.
    public var description: String {
        switch self {
        case .invalidTable(let file, let line, let reason):
            line > 0 ? "\(file), line \(line): \(reason)" : "\(file): \(reason)"
        case .file(let failure): "\(failure)"
        case .decoding(let failure): "\(failure)"
        case .model(let failure): "\(failure)"
        case .attribution(let failure): "\(failure)"
        case .branching(let failure): "\(failure)"
        }
    }
}
