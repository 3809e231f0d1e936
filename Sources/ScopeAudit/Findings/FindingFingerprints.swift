internal import ScopeFiles
public import ScopeReports

extension Finding {
    /// The name of the fingerprint that ``fingerprinted(_:contents:)`` gives.
    public static let lineFingerprint = "tokenscopeLine/v1"

    /// The findings with fingerprints that stay the same when lines above them are added or removed.
    ///
    /// A fingerprint is a digest of the rule, of the text of the finding's lines with runs of blanks as one, and of which
    /// one it is among those of the same file that have the same rule and text. Neither the line's number
    /// nor the path nor the measured numbers take part. So a change of the line itself makes another finding, and
    /// so does another rule.
    ///
    /// - Parameters:
    ///   - findings: The findings, those of a file in its order.
    ///   - contents: The bytes of a file by its path; a finding of a file that is not at hand has the fingerprint
    ///     of an empty text.
    /// - Returns: The same findings.
    /// - Complexity: O(findings × bytes of their files).
    public static func fingerprinted(
        _ findings: [Finding], contents: (String) -> [UInt8]?
    ) -> [Finding] {
        var counts: [[UInt8]: Int] = [:]
        var files: [String: [UInt8]?] = [:]
        return findings.map { finding in
            var text: [UInt8] = []
            if let path = finding.path, let range = finding.byteRange {
                let file = files[path] ?? contents(path)
                files[path] = .some(file)
                if let file { text = normalised(linesOf: range, in: file) }
            }
            let subject = Array(finding.ruleID.utf8) + [0] + text
            let key = Array((finding.path ?? "").utf8) + [0] + subject
            let number = counts[key, default: 0]
            counts[key] = number + 1
            var digest = SHA256()
            let bytes = subject + [0] + Array(String(number).utf8)
            digest.update(bytes.span)
            var finding = finding
            finding.fingerprints[lineFingerprint] = String(digest.finish().prefix(32))
            return finding
        }
    }

    /// The lines that a range touches, with runs of blanks as one and none at the ends.
    private static func normalised(linesOf range: Range<Int>, in file: [UInt8]) -> [UInt8] {
        var start = min(max(0, range.lowerBound), file.count)
        var end = min(max(start, range.upperBound), file.count)
        let lineFeed = UInt8(ascii: "\n")
        while start > 0, file[start - 1] != lineFeed { start -= 1 }
        // A range that takes its line's end in does not begin the next line.
        if end > start, file[end - 1] == lineFeed { end -= 1 }
        while end < file.count, file[end] != lineFeed { end += 1 }
        let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
        return Array(
            file[start..<end].split(whereSeparator: blanks.contains).joined(separator: [0x20]))
    }
}
