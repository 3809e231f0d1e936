public import ScopeDecoding
public import ScopeFiles

/// What ends a run over a data set; what is wrong with one record does not.
public enum DatasetError: Error {
    /// Files of input or output that cannot be used.
    case file(FileError)
    /// The folder holds a run that was begun with other settings, model, input or shards.
    case otherRun(folder: String, setting: String, there: String, here: String)
    /// The folder lacks what is to be joined.
    case incomplete(folder: String, reason: String)
    /// The model cannot be used any more.
    case model(DecodingFailure)
    /// What observing or folding said before the first record.
    case setting(String)
}

extension DatasetError: CustomStringConvertible {
    /// One line for a person.
    public var description: String {
        switch self {
        case .file(let error): "\(error)"
        case .otherRun(let folder, let setting, let there, let here):
            "\(folder) holds a run with \(setting) \(there), not \(here): go on with the same, or name "
                + "another folder"
        case .incomplete(let folder, let reason): "\(folder): \(reason)"
        case .model(let failure): "\(failure)"
        case .setting(let reason): reason
        }
    }

    /// Turns a fault of a file into one of the run.
    static func wrappingFiles<Result>(
        _ body: () throws(FileError) -> Result
    ) throws(DatasetError) -> Result {
        do {
            return try body()
        } catch {
            throw .file(error)
        }
    }
}
