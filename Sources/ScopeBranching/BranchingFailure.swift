public import ScopeDecoding

/// What can go wrong while branches are explored.
public enum BranchingFailure: Error, Sendable {
    /// A branch could not be decoded.
    case decoding(DecodingFailure)
}

extension BranchingFailure: CustomStringConvertible {
    /// One line that names the setting, branch or field.
    public var description: String {
        switch self {
        case .decoding(let failure): failure.description
        }
    }
}
