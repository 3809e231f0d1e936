/// A line of Markdown and how far it has been read, in bytes and in columns.
///
/// A tab reaches to the next column that four divides; where only a part of it is read, the rest
/// counts as blanks (CommonMark, section 2.2).
struct MarkdownLine {
    let bytes: [UInt8]
    /// The bytes before the line's end.
    private let end: Int
    private(set) var offset = 0
    private(set) var column = 0
    /// Whether the tab at ``offset`` has been read in part.
    private var isInsideTab = false

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        end = bytes.lastIndex { $0 != 0x0A && $0 != 0x0D }.map { $0 + 1 } ?? 0
    }

    /// The place of the first byte that is no blank.
    private var next: Int {
        var place = offset
        while place < end, bytes[place].isBlank { place += 1 }
        return place
    }

    var isBlank: Bool { next == end }

    /// Columns of blanks from here to the first byte that is none.
    var indent: Int {
        var width = 0
        for place in offset..<next {
            width += bytes[place] == 0x09 ? 4 - (column + width) % 4 : 1
        }
        return width
    }

    /// What follows the blanks, without the line's end.
    var rest: ArraySlice<UInt8> { bytes[next..<max(next, end)] }

    var isAtBlank: Bool { offset < end && bytes[offset].isBlank }

    /// Reads columns of blanks, or bytes of text, one for each.
    mutating func advance(columns count: Int) {
        for _ in 0..<count where offset < end {
            column += 1
            isInsideTab = bytes[offset] == 0x09 && column % 4 != 0
            if !isInsideTab { offset += 1 }
        }
    }

    mutating func skipBlanks() {
        advance(columns: indent)
    }

    /// Reads at most so many columns of blanks.
    mutating func skipBlanks(atMost count: Int) {
        for _ in 0..<count where isAtBlank { advance(columns: 1) }
    }
}

extension UInt8 {
    /// Whether it is a blank or a tab.
    var isBlank: Bool { self == 0x20 || self == 0x09 }
    var isDigit: Bool { (0x30...0x39).contains(self) }
    fileprivate var isPunctuation: Bool {
        (0x21...0x2F).contains(self) || (0x3A...0x40).contains(self)
            || (0x5B...0x60).contains(self) || (0x7B...0x7E).contains(self)
    }
}

/// The line that begins a fenced block of code.
struct MarkdownFence {
    let mark: UInt8
    let length: Int
    /// Columns of blanks before it, which lines of the block lose too.
    let indent: Int
    /// The first word after it.
    let language: String

    /// Reads a fence; nil where the text is none.
    init?(_ text: ArraySlice<UInt8>, indent: Int) {
        guard indent < 4, let mark = text.first, mark == 0x60 || mark == 0x7E else { return nil }
        let info = text.drop { $0 == mark }
        guard text.count - info.count >= 3, mark != 0x60 || !info.contains(mark) else {
            return nil
        }
        self.mark = mark
        self.length = text.count - info.count
        self.indent = indent
        language = Self.word(info.drop(while: \.isBlank).prefix { !$0.isBlank && $0 != 0x0D })
    }

    /// Whether a line's text ends the block.
    func isClosed(by text: ArraySlice<UInt8>, indent: Int) -> Bool {
        let rest = text.drop { $0 == mark }
        return indent < 4 && text.count - rest.count >= length
            && rest.allSatisfy(\.isBlank)
    }

    /// A word without the backslashes that escape punctuation.
    private static func word(_ text: ArraySlice<UInt8>) -> String {
        var bytes: [UInt8] = []
        var isEscaped = false
        for byte in text {
            if isEscaped, byte.isPunctuation { bytes.removeLast() }
            bytes.append(byte)
            isEscaped = byte == 0x5C && !isEscaped
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A list item's mark.
struct MarkdownBullet {
    let width: Int
    /// The number of an ordered item.
    let number: Int?

    /// Reads a mark with what must follow it; nil where the text begins with none.
    init?(_ text: ArraySlice<UInt8>) {
        guard let first = text.first else { return nil }
        let digits = text.prefix(while: \.isDigit)
        if [0x2A, 0x2B, 0x2D].contains(first) {
            (width, number) = (1, nil)
        } else if (1...9).contains(digits.count),
            let mark = text.dropFirst(digits.count).first, mark == 0x2E || mark == 0x29
        {
            (width, number) = (
                digits.count + 1, digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
            )
        } else {
            return nil
        }
        guard text.dropFirst(width).first?.isBlank ?? true else { return nil }
    }
}

extension ArraySlice<UInt8> {
    /// Whether it is a line of three or more of one mark with blanks between them.
    var isThematicBreak: Bool {
        guard let mark = first, [0x2A, 0x5F, 0x2D].contains(mark) else { return false }
        return allSatisfy { $0 == mark || $0.isBlank } && count(where: { $0 == mark }) >= 3
    }

    /// Whether it is a heading that begins with number signs.
    var isHeading: Bool {
        let rest = drop { $0 == 0x23 }
        return (1...6).contains(count - rest.count) && rest.first?.isBlank ?? true
    }

    /// Whether it makes a heading of the paragraph before it.
    var isUnderline: Bool {
        guard let mark = first, mark == 0x3D || mark == 0x2D else { return false }
        return drop { $0 == mark }.allSatisfy(\.isBlank)
    }
}
