import TokenScope

/// Where a picture or a page goes: a file, or standard output.
struct Output {
    private let path: String?

    static let flag = Flag(
        name: "output", value: "FILE",
        help: "write svg, html or sarif to FILE instead of to standard output")

    init(_ options: ParsedOptions, format: Format) throws(ToolError) {
        path = options["output"]
        guard path == nil || [.svg, .html, .sarif].contains(format) else {
            throw .usage("--output goes with --format svg, html or sarif")
        }
    }

    init(path: String?) {
        self.path = path
    }

    /// Writes a text whole, or leaves what was in the file as it was.
    func write(_ text: String) throws(ToolError) {
        guard let path else { return Terminal.write(text) }
        do {
            let file = try FileReplacement(path)
            try file.write(Array(text.utf8))
            try file.commit()
        } catch {
            throw .run("\(error)")
        }
    }

    /// The beginning of a trace's text, as a heading.
    static func title(of trace: TokenTrace?) -> String {
        let line = trace?.tokens.filter { $0.role == .text }.map(\.text).joined()
            .split(whereSeparator: \.isNewline).first { $0.contains { !$0.isWhitespace } }
        guard let line else { return "Text" }
        let words = TerminalText.visible(String(line)).trimmed
        return words.count > 48 ? words.prefix(47) + "…" : words
    }
}

extension String {
    fileprivate var trimmed: String {
        let start = drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }
}
