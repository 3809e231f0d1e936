public import ScopeFiles

/// What can go wrong between a model folder and its logits.
public enum ModelFailure: Error, Equatable, Sendable {
    /// The task was cancelled: a run between two layers, whose caches are as before the call, or loading
    /// between two tensors.
    case cancelled
    /// A lane would grow past the positions the model was made for.
    case contextExceeded(length: Int, limit: Int)
    /// A file is missing, broken, changed on disk, or holds something that is not understood.
    case file(FileError)
    /// A lane's intervention has no place in this model; `index` is its place among the lane's.
    case intervention(lane: Int, index: Int, InterventionFault)
    /// A token id lies outside the model's vocabulary.
    case tokenOutOfRange(id: Int, vocabularySize: Int)
}

extension ModelFailure: CustomStringConvertible {
    /// One line that says what to do about it where that is known.
    public var description: String {
        switch self {
        case .cancelled:
            "cancelled"
        case .contextExceeded(let length, let limit):
            "\(length) tokens do not fit the model's context of \(limit)"
        case .file(let error):
            error.description
        case .intervention(_, let index, let fault):
            "intervention \(index): \(fault.description)"
        case .tokenOutOfRange(let id, let size):
            "token id \(id) lies outside the vocabulary of \(size) entries"
        }
    }
}

extension ModelFailure {
    /// Runs `body`, turning a file's fault into the model's.
    ///
    /// That reading was cancelled is none of the file's.
    static func wrappingFiles<Result>(
        _ body: () throws(FileError) -> Result
    ) throws(ModelFailure) -> Result {
        do {
            return try body()
        } catch .cancelled {
            throw .cancelled
        } catch {
            throw .file(error)
        }
    }
}
