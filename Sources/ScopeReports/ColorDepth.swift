/// How many colours a terminal shows.
public enum ColorDepth: String, Sendable, CaseIterable {
    /// No escape sequences at all.
    case plain
    /// The 256 indexed colours of xterm.
    case indexed
    /// 24 bits a colour.
    case trueColor

    /// What the environment of a program says about the terminal it writes to.
    ///
    /// `NO_COLOR` with any value and `TERM=dumb` ask for none, `COLORTERM` of `truecolor` or `24bit`
    /// for all; see no-color.org and the note on `COLORTERM` in S-Lang and VTE.
    ///
    /// - Parameters:
    ///   - environment: The environment's variables.
    ///   - isTerminal: Whether the output goes to a terminal rather than to a file or a pipe.
    public init(environment: [String: String], isTerminal: Bool) {
        let terminal = environment["TERM"] ?? ""
        let noColor = environment["NO_COLOR"] ?? ""
        if !isTerminal || !noColor.isEmpty || terminal.isEmpty || terminal == "dumb" {
            self = .plain
        } else if ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "")
            || terminal.hasSuffix("-direct")
        {
            self = .trueColor
        } else {
            self = .indexed
        }
    }
}
