import TokenScope

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

    /// What an attribution says; that it was cancelled is none of its input's faults.
    init(_ failure: AttributionFailure) {
        self = failure == .model(.cancelled) ? .run("ended before the end") : .input("\(failure)")
    }

    /// What decoding says: texts and settings that cannot be are the input's faults.
    init(_ failure: DecodingFailure) {
        switch failure {
        case .invalidSetting, .model(.contextExceeded), .model(.tokenOutOfRange):
            self = .input(Run.explained(failure))
        default: self = .run("\(failure)")
        }
    }

    var exitCode: Int32 {
        switch self {
        case .usage, .input: 2
        case .run, .found: 1
        }
    }

    var description: String {
        switch self {
        case .usage(let message), .input(let message), .run(let message), .found(let message):
            message
        }
    }

    /// The line on standard error, which says where wrong arguments are explained.
    func line(for command: Command?) -> String {
        guard case .usage = self else { return "tokenscope: \(self)\n" }
        let name = command.map { $0.name + " " } ?? ""
        return "tokenscope: \(self) (see tokenscope \(name)--help)\n"
    }
}
