public import ScopeFiles

/// Why a folder gives no tokenizer.
public enum TokenizerError: Error, Equatable, Sendable {
    /// A file cannot be read, is no JSON, or holds a wrong value.
    case file(FileError)

    /// The folder holds no vocabulary that can be read.
    case missingVocab(folder: String, reason: String)

    /// A file is well formed and asks for something that would change the tokens and is not there.
    case unsupportedTokenizer(file: String, field: String, construct: String)

    /// The file at fault, or the folder.
    public var file: String {
        switch self {
        case .file(let error): error.file
        case .missingVocab(let folder, _): folder
        case .unsupportedTokenizer(let file, _, _): file
        }
    }

    /// The field at fault, as a path such as `model.merges[3]`, where there is one.
    public var field: String? {
        switch self {
        case .file(let error): error.field
        case .missingVocab: nil
        case .unsupportedTokenizer(_, let field, _): field
        }
    }
}

extension TokenizerError: CustomStringConvertible {
    /// One line for a person: file, field and reason.
    public var description: String {
        switch self {
        case .file(let error):
            error.description
        case .missingVocab(let folder, let reason):
            "\(folder): \(reason)"
        case .unsupportedTokenizer(let file, let field, let construct):
            "\(file): \(field): \(construct) is not supported yet"
        }
    }
}
