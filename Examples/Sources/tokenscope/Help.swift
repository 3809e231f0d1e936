import TokenScope

/// The texts of `--help`.
enum Help {
    static let version = "tokenscope \(TokenScopeVersion.current)\n"

    static var overview: String {
        var text = """
            tokenscope: watch a code model write, and see how sure it was of every token

            usage: tokenscope COMMAND [OPTION...] [ARGUMENT...]


            """
        for command in Command.all {
            text += "  " + pad(command.name, to: 12) + command.summary + "\n"
        }
        return text + """

              --help      this text; tokenscope COMMAND --help for a command's options
              --version   the version

            Exit codes: 0 done, 1 failed on the way, 2 wrong arguments, files or models.

            """
    }

    static func text(of command: Command) -> String {
        var text = """
            usage: tokenscope \(command.name) [OPTION...] \(command.operands)

            \(command.discussion)

            options:

            """
        for flag in command.flags {
            let left = "  --" + flag.name + (flag.value.map { " " + $0 } ?? "")
            text += wrap(pad(left, to: 26), flag.help)
        }
        return text
    }

    private static func pad(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    /// A flag's line, its help folded at 80 columns under itself.
    private static func wrap(_ left: String, _ help: String) -> String {
        let indent = String(repeating: " ", count: left.count)
        var lines = [left]
        var column = left.count
        for word in help.split(separator: " ") {
            if column + word.count > 80 {
                lines.append(indent)
                column = indent.count
            }
            lines[lines.count - 1] += word + " "
            column += word.count + 1
        }
        return lines.map { String($0.reversed().drop { $0 == " " }.reversed()) }
            .joined(separator: "\n") + "\n"
    }
}
