/// Finds the fenced blocks of code in Markdown while it is being written.
///
/// A chat model answers in prose with blocks of code between fences: lines of three or more backticks
/// or tildes. Each block becomes a region of a ``DocumentMap``, with the language that the fence names;
/// its bytes are the lines between the fences, without the indentation and the marks that belong to the
/// fence, to list items or to quotations.
///
/// ```swift
/// var blocks = FencedCode()
/// blocks.append(token.bytes)
/// for region in blocks.map.regions { print(region.language, region.isComplete) }
/// ```
///
/// The rules are those of CommonMark 0.31.2 for fenced code blocks, block quotes and list items, with
/// what can interrupt them. Three things differ: HTML blocks and link definitions count as paragraphs, a
/// tab of which only a part is indentation stays whole, as a map holds no bytes that the text lacks,
/// and entities in a language's name are not resolved. Lines end with LF or CR LF.
///
/// The blocks are those of the text so far, taken as a whole text: a last line that is not ended counts,
/// and may turn out to be something else when more of it comes.
public struct FencedCode: Sendable {
    private enum Container: Sendable {
        case quote
        /// An item whose content begins so many columns in, and whether it has any yet.
        case item(indent: Int, isEmpty: Bool)
    }

    private var containers: [Container] = []
    private var fence: MarkdownFence?
    /// Whether a line without marks of its own goes on with a paragraph.
    private var isInParagraph = false
    private var ended = DocumentMap(sequenceByteCount: 0, regions: [], insertion: nil)
    /// The last line, which is not ended yet.
    private var line: [UInt8] = []

    /// Begins with no text.
    public init() {}

    /// The blocks of a text.
    ///
    /// - Parameter bytes: The text in UTF-8.
    /// - Returns: A map with a region for each block, in order.
    /// - Complexity: O(*n*) in the number of bytes.
    public static func map(of bytes: some Sequence<UInt8>) -> DocumentMap {
        var blocks = FencedCode()
        blocks.append(bytes)
        return blocks.map
    }

    /// Takes the text's next bytes.
    ///
    /// - Parameter bytes: Any number of bytes, cut anywhere.
    /// - Complexity: O(*n*) in the number of bytes.
    public mutating func append(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            line.append(byte)
            if byte == 0x0A { endLine() }
        }
    }

    /// The blocks so far, related to the bytes so far.
    ///
    /// - Complexity: O(1) at the end of a line, otherwise O(*p*) in the number of pieces.
    public var map: DocumentMap {
        if line.isEmpty { return ended }
        var copy = self
        copy.endLine()
        return copy.ended
    }

    private mutating func endLine() {
        var line = MarkdownLine(line)
        self.line.removeAll(keepingCapacity: true)
        let content = read(&line)
        let start = content ?? line.bytes.count
        ended.skip(start)
        if content != nil { ended.append(line.bytes.count - start) }
    }

    /// Reads a line, and returns where in it code begins.
    private mutating func read(_ line: inout MarkdownLine) -> Int? {
        let matched = match(&line)
        if let fence {
            if matched == containers.count {
                if fence.isClosed(by: line.rest, indent: line.indent) {
                    closeFence()
                    return nil
                }
                line.skipBlanks(atMost: fence.indent)
                return line.offset
            }
            closeFence()
        }
        readStarts(&line, matched: matched)
        return nil
    }

    private mutating func closeFence() {
        fence = nil
        ended.endRegion()
    }

    /// Reads the marks of the containers that go on in this line, and returns their number.
    private func match(_ line: inout MarkdownLine) -> Int {
        for (number, container) in containers.enumerated() {
            switch container {
            case .quote:
                guard line.indent < 4, line.rest.first == 0x3E else { return number }
                Self.readQuoteMark(&line)
            case .item(let indent, let isEmpty):
                guard line.indent >= indent || line.isBlank && !isEmpty else { return number }
                line.skipBlanks(atMost: indent)
            }
        }
        return containers.count
    }

    private static func readQuoteMark(_ line: inout MarkdownLine) {
        line.skipBlanks()
        line.advance(columns: 1)
        line.skipBlanks(atMost: 1)
    }

    /// Reads what begins in a line, after the marks of what goes on.
    private mutating func readStarts(_ line: inout MarkdownLine, matched: Int) {
        // What does not go on is closed as soon as the line turns out not to continue a paragraph.
        var isClosed = matched == containers.count
        var isAfterParagraph = isInParagraph && isClosed && !line.isBlank
        func close(_ code: inout FencedCode) {
            if !isClosed { code.containers.removeSubrange(matched...) }
            isClosed = true
            isAfterParagraph = false
            code.isInParagraph = false
            code.fillItem()
        }
        while true {
            let (text, indent) = (line.rest, line.indent)
            guard indent < 4 else {
                if isInParagraph || line.isBlank { break }
                return close(&self)
            }
            if text.first == 0x3E {
                close(&self)
                Self.readQuoteMark(&line)
                containers.append(.quote)
            } else if let fence = MarkdownFence(text, indent: indent) {
                close(&self)
                self.fence = fence
                ended.beginRegion(language: fence.language)
                return
            } else if text.isHeading || isAfterParagraph && text.isUnderline
                || text.isThematicBreak
            {
                return close(&self)
            } else if let item = Self.readBullet(&line, isAfterParagraph: isAfterParagraph) {
                close(&self)
                containers.append(item)
            } else {
                break
            }
        }
        if !isClosed, isInParagraph, !line.isBlank { return }
        if !isClosed { containers.removeSubrange(matched...) }
        isInParagraph = !line.isBlank
        if isInParagraph { fillItem() }
    }

    /// Notes that the innermost item has content.
    private mutating func fillItem() {
        guard case .item(let indent, true) = containers.last else { return }
        containers[containers.count - 1] = .item(indent: indent, isEmpty: false)
    }

    /// Reads an item's mark and the blanks after it; nil, with nothing read, where there is none.
    private static func readBullet(
        _ line: inout MarkdownLine, isAfterParagraph: Bool
    ) -> Container? {
        let indent = line.indent
        guard let bullet = MarkdownBullet(line.rest) else { return nil }
        let isEmpty = line.rest.dropFirst(bullet.width).allSatisfy(\.isBlank)
        // Only what is surely meant as a list may interrupt a paragraph.
        if isAfterParagraph, isEmpty || bullet.number ?? 1 != 1 { return nil }
        line.skipBlanks()
        line.advance(columns: bullet.width)
        var width = line.indent
        if isEmpty || !(1...4).contains(width) { width = 1 }
        line.skipBlanks(atMost: width)
        return .item(indent: indent + bullet.width + width, isEmpty: true)
    }
}
