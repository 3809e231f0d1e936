import TokenScope

/// A document with a gap, as `branch fim` is given it.
struct DocumentGap {
    let prefix: String
    let suffix: String

    init(_ options: ParsedOptions) throws(ToolError) {
        if let path = options["file"] {
            guard let cursor = options["cursor"] else {
                throw .usage("--file goes with --cursor, where the gap is")
            }
            guard options["prefix"] == nil, options["suffix"] == nil else {
                throw .usage("--file says all of the text before and after the gap")
            }
            let text = try Input.contents(of: path)
            let place = try Self.place(cursor, in: text)
            prefix = String(text[..<place])
            suffix = String(text[place...])
            return
        }
        guard options["cursor"] == nil else { throw .usage("--cursor goes with --file") }
        guard let prefix = options["prefix"], let suffix = options["suffix"] else {
            throw .usage("branch fim needs --prefix and --suffix, or --file and --cursor")
        }
        self.prefix = prefix
        self.suffix = suffix
    }

    /// The place that so many bytes, or a line and a column, lead to.
    private static func place(
        _ cursor: String, in text: String
    ) throws(ToolError) -> String.Index {
        if let offset = Int(cursor) {
            guard (0...text.utf8.count).contains(offset) else {
                throw .input("--cursor \(offset) lies outside the file's \(text.utf8.count) bytes")
            }
            let place = text.utf8.index(text.startIndex, offsetBy: offset)
            guard place.samePosition(in: text.unicodeScalars) != nil else {
                throw .input("--cursor \(offset) lies inside a character")
            }
            return place
        }
        let parts = cursor.split(separator: ":").map { Int($0) ?? 0 }
        guard parts.count == 2, parts[0] > 0, parts[1] > 0 else {
            throw .usage("--cursor takes a number of bytes or LINE:COLUMN, not \"\(cursor)\"")
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard parts[0] <= lines.count, parts[1] - 1 <= lines[parts[0] - 1].count else {
            throw .input("--cursor \(cursor) lies outside the file")
        }
        let line = lines[parts[0] - 1]
        return line.index(line.startIndex, offsetBy: parts[1] - 1)
    }
}
