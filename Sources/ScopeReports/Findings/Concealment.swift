/// What reports of findings do not show of files.
///
/// What one finding conceals, no other shows: the bytes are covered before anything of a file is written.
struct Concealment {
    /// By path.
    private var ranges: [String: [Range<Int>]] = [:]

    init(of findings: [Finding]) {
        for finding in findings {
            guard let path = finding.path else { continue }
            ranges[path, default: []] += finding.concealed
        }
    }

    /// The bytes of a file with signs in the place of what is concealed.
    ///
    /// Each character becomes a sign of as many bytes and UTF-16 units, so every place stays where it is; line
    /// ends and tabs stay, too.
    ///
    /// - Parameters:
    ///   - bytes: The file's bytes; nil where they are not at hand.
    ///   - path: Its path.
    /// - Returns: As many bytes.
    /// - Complexity: O(bytes).
    func applied(to bytes: [UInt8]?, of path: String) -> [UInt8]? {
        guard var bytes, let ranges = ranges[path] else { return bytes }
        for range in ranges { Self.cover(range, in: &bytes) }
        return bytes
    }

    /// A finding without the texts of tokens that are concealed among those its prediction came from.
    ///
    /// - Complexity: O(influences × concealed ranges of its file).
    func applied(to finding: Finding) -> Finding {
        guard let ranges = finding.path.flatMap({ ranges[$0] }), !ranges.isEmpty else {
            return finding
        }
        var finding = finding
        for place in finding.evidence.attributions.indices {
            guard let own = finding.evidence.attributions[place].byteRange,
                ranges.contains(where: { $0.overlaps(own) })
            else { continue }
            finding.evidence.attributions[place].text = "…"
        }
        return finding
    }

    /// By the number of bytes less one: an asterisk, a multiplication sign, a bullet, a lock.
    private static let signs: [[UInt8]] = ["*", "×", "•", "🔒"].map { Array($0.utf8) }

    private static func cover(_ range: Range<Int>, in bytes: inout [UInt8]) {
        var start = min(max(0, range.lowerBound), bytes.count)
        var end = min(max(start, range.upperBound), bytes.count)
        guard start < end else { return }
        func continues(_ place: Int) -> Bool { bytes[place] & 0xC0 == 0x80 }
        while start > 0, continues(start) { start -= 1 }
        while end < bytes.count, continues(end) { end += 1 }
        while start < end {
            var length = 1
            while start + length < end, continues(start + length) { length += 1 }
            let kept: [UInt8] = [UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t")]
            if length > 1 || !kept.contains(bytes[start]) {
                // What is no UTF-8 is covered byte by byte.
                let sign =
                    length <= signs.count
                    ? signs[length - 1] : [UInt8](repeating: UInt8(ascii: "*"), count: length)
                for (offset, byte) in sign.enumerated() { bytes[start + offset] = byte }
            }
            start += length
        }
    }
}
