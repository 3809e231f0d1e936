/// Where the lines of a text lie.
public enum TextLines {
    /// The bytes of each line, with the line feed that ends it.
    ///
    /// The lines tile the text: nothing after a last line feed is no line. A carriage return is a
    /// byte like any other, so CR LF ends a line too.
    ///
    /// - Parameter bytes: The text in UTF-8.
    /// - Returns: The lines in order; none for no bytes.
    /// - Complexity: O(*n*) in the number of bytes.
    public static func spans(in bytes: some Sequence<UInt8>) -> [Range<Int>] {
        var spans: [Range<Int>] = []
        var start = 0
        var end = 0
        for byte in bytes {
            end += 1
            guard byte == UInt8(ascii: "\n") else { continue }
            spans.append(start..<end)
            start = end
        }
        if start < end { spans.append(start..<end) }
        return spans
    }
}
