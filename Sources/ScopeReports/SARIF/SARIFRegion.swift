/// A part of a file as SARIF spells it: lines and columns from 1, columns in UTF-16 units, and bytes.
struct SARIFRegion: Equatable {
    var startLine = 1
    var startColumn = 1
    var endLine = 1
    /// One more than the last column.
    var endColumn = 1
    var byteOffset = 0
    var byteLength = 0
    /// The text.
    var snippet = ""

    /// The region of a range of a file's bytes; what lies beyond the file is left out, and ranges that cut a
    /// character take it whole.
    ///
    /// Lines end with a line feed, a carriage return, or both. Columns of what is not UTF-8 count its
    /// replacement characters.
    ///
    /// - Complexity: O(bytes).
    init(_ range: Range<Int>, in file: [UInt8]) {
        var lower = min(max(0, range.lowerBound), file.count)
        var upper = min(max(lower, range.upperBound), file.count)
        while lower > 0, lower < file.count, file[lower] & 0xC0 == 0x80 { lower -= 1 }
        while upper < file.count, file[upper] & 0xC0 == 0x80 { upper += 1 }
        let before = Self.place(behind: file[..<lower], next: file[lower...].first)
        (startLine, startColumn) = before
        let after = Self.place(behind: file[..<upper], next: file[upper...].first)
        (endLine, endColumn) = after
        byteOffset = lower
        byteLength = upper - lower
        snippet = String(decoding: file[lower..<upper], as: UTF8.self)
    }

    /// Line and column of the character behind some bytes.
    private static func place(behind bytes: ArraySlice<UInt8>, next: UInt8?) -> (Int, Int) {
        var line = 1
        var lineStart = bytes.startIndex
        for place in bytes.indices {
            let byte = bytes[place]
            let following = place + 1 < bytes.endIndex ? bytes[place + 1] : next
            let ends =
                byte == UInt8(ascii: "\n")
                || (byte == UInt8(ascii: "\r") && following != UInt8(ascii: "\n"))
            if ends {
                line += 1
                lineStart = place + 1
            }
        }
        let column = String(decoding: bytes[lineStart...], as: UTF8.self).utf16.count + 1
        return (line, column)
    }
}
