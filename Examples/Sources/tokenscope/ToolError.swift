/// What ends the tool with one line on standard error.
enum ToolError: Error, CustomStringConvertible {
    /// A flag, value or operand that is not understood: exit code 2.
    case usage(String)
    /// A file or model that cannot be used: exit code 2.
    case input(String)
    /// Decoding failed on the way: exit code 1.
    case run(String)
    /// The work was done and found what it was to look for: exit code 1.
    case found(String)

    var exitCode: Int32 {
        switch self {
        case .usage, .input: 2
        case .run, .found: 1
        }
    }

    var description: String {
        switch self {
        case .usage(let message): "\(message) (see tokenscope --help)"
        case .input(let message), .run(let message), .found(let message): message
        }
    }
}
