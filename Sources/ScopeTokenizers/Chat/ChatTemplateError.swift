public import ScopeFiles

/// Why a chat template gives no text.
public enum ChatTemplateError: Error, Equatable, Sendable {
    /// A file cannot be read, is no JSON, or holds a wrong value.
    case file(FileError)

    /// The template breaks the grammar of templates.
    case malformed(template: String, line: Int, reason: String)

    /// The template uses a construct that is not there, named here.
    case unsupported(template: String, line: Int, construct: String)

    /// An operation of the template has no result for the values it was given.
    case failed(template: String, line: Int, reason: String)

    /// The template itself refused the conversation, with a message of its own.
    case raised(template: String, line: Int, message: String)

    /// The template asks for more work, depth or text than is allowed.
    case tooLarge(template: String, line: Int, reason: String)

    /// The line of the template at fault, from 1, where there is one.
    public var line: Int? {
        switch self {
        case .file: nil
        case .malformed(_, let line, _), .unsupported(_, let line, _), .failed(_, let line, _),
            .raised(_, let line, _), .tooLarge(_, let line, _):
            line
        }
    }
}

extension ChatTemplateError: CustomStringConvertible {
    /// One line for a person: template, line and reason.
    public var description: String {
        switch self {
        case .file(let error):
            error.description
        case .malformed(let template, let line, let reason),
            .failed(let template, let line, let reason),
            .tooLarge(let template, let line, let reason):
            "\(template): line \(line): \(reason)"
        case .unsupported(let template, let line, let construct):
            "\(template): line \(line): \(construct) is not supported"
        case .raised(let template, let line, let message):
            "\(template): line \(line): the template refuses the conversation: \(message)"
        }
    }
}

/// A ``ChatTemplateError`` before it is known where it happened.
enum TemplateFault: Error {
    case malformed(String)
    case unsupported(String)
    case failed(String)
    case raised(String)
    case tooLarge(String)

    func located(in template: String, line: Int) -> ChatTemplateError {
        switch self {
        case .malformed(let reason): .malformed(template: template, line: line, reason: reason)
        case .unsupported(let construct):
            .unsupported(template: template, line: line, construct: construct)
        case .failed(let reason): .failed(template: template, line: line, reason: reason)
        case .raised(let message): .raised(template: template, line: line, message: message)
        case .tooLarge(let reason): .tooLarge(template: template, line: line, reason: reason)
        }
    }
}
