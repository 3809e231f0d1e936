import TokenScope

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `tokenscope`: watch a code model write, and see how sure it was of every token.
@main
struct Tool {
    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        let arguments = Array(CommandLine.arguments.dropFirst())
        exit(await Interrupt.cancelling { run(arguments) })
    }

    private static func run(_ arguments: [String]) -> Int32 {
        do throws(ToolError) {
            return try dispatch(arguments)
        } catch {
            // What it names may come from a file.
            let command = Command.all.first { $0.name == arguments.first }
            Terminal.write(TerminalText.visible(error.line(for: command)), to: 2)
            return error.exitCode
        }
    }

    private static func dispatch(_ arguments: [String]) throws(ToolError) -> Int32 {
        guard let name = arguments.first else {
            Terminal.write(Help.overview, to: 2)
            return 2
        }
        if ["--help", "-h", "help"].contains(name) {
            Terminal.write(Help.overview)
            return 0
        }
        if name == "--version" {
            Terminal.write(Help.version)
            return 0
        }
        guard let command = Command.all.first(where: { $0.name == name }) else {
            throw .usage("\"\(name)\" is not a command")
        }
        let rest = Array(arguments.dropFirst())
        if rest.contains("--help") || rest.contains("-h") {
            Terminal.write(Help.text(of: command))
            return 0
        }
        let options = try ParsedOptions(rest, flags: command.flags)
        try command.run(options)
        return 0
    }
}
