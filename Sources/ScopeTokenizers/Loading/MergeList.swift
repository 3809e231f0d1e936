internal import ScopeFiles

/// `merges.txt`: a line for each merge, two tokens with a blank between them.
struct MergeList {
    private let contents: FileContents

    init(_ contents: FileContents) {
        self.contents = contents
    }

    /// Reads all merges.
    ///
    /// - Parameter vocabulary: the tokens that the merges name.
    /// - Returns: the merges, ranked by line.
    /// - Throws: ``TokenizerError/file(_:)`` naming the line and its place.
    func table(vocabulary: Vocabulary) throws(TokenizerError) -> MergeTable {
        let bytes = contents.copy(0..<contents.byteCount)
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw .file(.malformed(file: contents.name, reason: "is not valid UTF-8"))
        }
        let lines = lines(of: bytes)
        var table = MergeTable(capacity: lines.count)
        for (index, line) in lines.enumerated() {
            let text = bytes[line]
            // The version that GPT-2's first line states.
            if text.starts(with: "#version".utf8) { continue }
            let parts = text.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw malformed(index, line, "must be two tokens with a blank between them")
            }
            let (left, right) = (Array(parts[0]), Array(parts[1]))
            var ids: [Int] = []
            for token in [left, right, left + right] {
                guard let id = vocabulary.id(ofSpelling: token) else {
                    let shown = String(decoding: token, as: UTF8.self).debugDescription
                    throw malformed(index, line, "\(shown) is not in the vocabulary")
                }
                ids.append(id)
            }
            table.append(left: ids[0], right: ids[1], product: ids[2])
        }
        return table
    }

    /// The lines without their ends; the end of the last one may be missing.
    private func lines(of bytes: [UInt8]) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        for (position, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
            var end = position
            if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
            lines.append(start..<end)
            start = position + 1
        }
        if start < bytes.count { lines.append(start..<bytes.count) }
        return lines
    }

    private func malformed(_ index: Int, _ line: Range<Int>, _ reason: String) -> TokenizerError {
        .file(
            .malformed(
                file: contents.name, field: "line \(index + 1)", position: line.lowerBound,
                reason: reason))
    }
}
