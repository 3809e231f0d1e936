/// The page's scripts as one, for a document that must carry all it needs.
///
/// A document opened from disk cannot import modules, so they are joined: statements that import are
/// left out, since what they name stands in the same scope then, and so is the word `export`. The modules
/// keep to what this needs: imports stand first, each ended by a semicolon, exports begin a line, and no
/// two modules have the same name at their top. What is called `live…` is for a page with a model behind
/// it: no report carries it.
enum PageScript {
    /// The modules of a report in one text.
    static let joined: String = PageAssets.files.filter(isOfReports)
        .map { flattened($0.text) }.joined(separator: "\n")

    /// Whether a file is a module that reports carry.
    static func isOfReports(_ file: PageAssets.File) -> Bool {
        file.name.hasSuffix(".js") && !file.name.hasPrefix("live")
    }

    /// A module without what joins it to others, and without the comments that have lines of their own.
    static func flattened(_ module: String) -> String {
        var lines: [Substring] = []
        var isInImport = false
        var isInComment = false
        for line in module.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("import ") { isInImport = true }
            if isInImport {
                if line.hasSuffix(";") { isInImport = false }
                continue
            }
            // Comments are for readers of the module.
            let words = line.drop { $0 == " " }
            if words.hasPrefix("/**"), words.hasSuffix("*/") || !words.contains("*/") {
                isInComment = true
            }
            if isInComment || words.hasPrefix("// ") {
                if words.hasSuffix("*/") { isInComment = false }
                continue
            }
            lines.append(line.hasPrefix("export ") ? line.dropFirst("export ".count) : line)
        }
        return lines.joined(separator: "\n")
    }
}
