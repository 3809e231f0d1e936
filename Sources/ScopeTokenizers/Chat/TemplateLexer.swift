/// Cuts a template's source into tokens as Jinja2 does with `trim_blocks` and `lstrip_blocks`.
///
/// So the line break behind a block tag or a comment is dropped, and so is white space between the
/// start of a line and such a tag; a `-` at a tag's inner edge drops all white space on that side,
/// a `+` none.
struct TemplateLexer {
    private let source: [UInt8]
    private var position = 0
    private var tokens: [TemplateToken] = []
    private var brackets: [TemplateToken.Symbol] = []
    /// Whether what was read last ended with a line break.
    private var isAtLineStart = true

    /// The line of the next byte, from 1.
    private(set) var line = 1

    private enum Tag {
        case block
        case comment
        case variable
    }

    init(_ text: String) {
        // All line breaks count as "\n"; one at the very end is no part of the template.
        var source: [UInt8] = []
        source.reserveCapacity(text.utf8.count)
        var previous: UInt8 = 0
        for unit in text.utf8 {
            if unit == UInt8(ascii: "\r") {
                source.append(UInt8(ascii: "\n"))
            } else if unit != UInt8(ascii: "\n") || previous != UInt8(ascii: "\r") {
                source.append(unit)
            }
            previous = unit
        }
        if source.last == UInt8(ascii: "\n") { source.removeLast() }
        self.source = source
    }

    /// Reads the whole source.
    mutating func readTokens() throws(TemplateFault) -> [TemplateToken] {
        while let (start, tag) = nextTag() {
            let sign = signAt(start + 2)
            readData(to: start, sign: sign, isVariable: tag == .variable)
            advance(to: start + (sign == nil ? 2 : 3))
            isAtLineStart = false
            switch tag {
            case .comment: try readComment()
            case .variable: try readTag(.variableBegin, end: "}}")
            case .block:
                if skipRawBegin() {
                    try readRaw()
                } else {
                    try readTag(.blockBegin, end: "%}")
                }
            }
        }
        if position < source.count { append(.data(Array(source[position...]))) }
        advance(to: source.count)
        append(.end)
        return tokens
    }

    private func nextTag() -> (start: Int, tag: Tag)? {
        var start = position
        while start + 1 < source.count {
            if source[start] == UInt8(ascii: "{") {
                switch source[start + 1] {
                case UInt8(ascii: "%"): return (start, .block)
                case UInt8(ascii: "{"): return (start, .variable)
                case UInt8(ascii: "#"): return (start, .comment)
                default: break
                }
            }
            start += 1
        }
        return nil
    }

    /// The text before a tag, stripped as the tag's sign says.
    private mutating func readData(to end: Int, sign: UInt8?, isVariable: Bool) {
        var text = source[position..<end]
        if sign == UInt8(ascii: "-") {
            text = text.prefix(TemplateText(text).stripped(.right).utf8.count)
        } else if sign == nil, !isVariable {
            let lineStart = text.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
            let isLine = lineStart != nil || isAtLineStart
            let tail = text[(lineStart ?? position)...]
            if isLine, TemplateText(tail).stripped().isEmpty { text = text.dropLast(tail.count) }
        }
        if !text.isEmpty { append(.data(Array(text))) }
        advance(to: end)
    }

    private mutating func readComment() throws(TemplateFault) {
        var end = position
        while !hasPrefix("#}", at: end) {
            guard end < source.count else { throw .malformed("the comment has no end") }
            end += 1
        }
        let sign = end > position ? signBefore(end) : nil
        advance(to: end + 2)
        skipBehindTag(sign)
    }

    /// Skips ` raw %}` behind `{%`, if that is what follows.
    private mutating func skipRawBegin() -> Bool {
        var end = skippingSpace(from: position)
        guard hasPrefix("raw", at: end) else { return false }
        end = skippingSpace(from: end + 3)
        let isStripping = hasPrefix("-%}", at: end)
        guard isStripping || hasPrefix("%}", at: end) else { return false }
        advance(to: end + (isStripping ? 3 : 2))
        isAtLineStart = false
        if isStripping { skipBehindTag(UInt8(ascii: "-")) }
        return true
    }

    private mutating func readRaw() throws(TemplateFault) {
        var start = position
        while start < source.count {
            if hasPrefix("{%", at: start) {
                let sign = signAt(start + 2)
                var end = skippingSpace(from: start + (sign == nil ? 2 : 3))
                if hasPrefix("endraw", at: end) {
                    end = skippingSpace(from: end + 6)
                    let endSign = signAt(end)
                    if endSign != nil { end += 1 }
                    if hasPrefix("%}", at: end) {
                        readData(to: start, sign: sign, isVariable: false)
                        advance(to: end + 2)
                        skipBehindTag(endSign)
                        return
                    }
                }
            }
            start += 1
        }
        throw .malformed("the tag 'raw' has no 'endraw'")
    }

    private mutating func readTag(
        _ begin: TemplateToken.Kind, end: String
    ) throws(TemplateFault) {
        append(begin)
        let isBlock = begin == .blockBegin
        while true {
            advance(to: skippingSpace(from: position))
            guard position < source.count else { throw .malformed("a tag has no end") }
            if brackets.isEmpty {
                let sign = signAt(position)
                let isSigned =
                    hasPrefix(end, at: position + 1)
                    && (sign == UInt8(ascii: "-") || isBlock && sign != nil)
                if isSigned || hasPrefix(end, at: position) {
                    append(isBlock ? .blockEnd : .variableEnd)
                    advance(to: position + (isSigned ? 3 : 2))
                    isAtLineStart = false
                    // Behind a variable a line break stays.
                    if isBlock || isSigned { skipBehindTag(isSigned ? sign : nil) }
                    return
                }
            }
            try readToken()
        }
    }

    private mutating func readToken() throws(TemplateFault) {
        if let (kind, end) = try TemplateLiteral.read(source, at: position) {
            append(kind)
            advance(to: end)
            return
        }
        guard
            let symbol = TemplateToken.Symbol(utf8: source[position...].prefix(2))
                ?? TemplateToken.Symbol(utf8: source[position...].prefix(1))
        else {
            let (scalar, _) = TemplateLiteral.scalar(source, at: position)
            throw .malformed("unexpected character \(String(scalar).debugDescription)")
        }
        if let closing = symbol.closing {
            brackets.append(closing)
        } else if TemplateToken.Symbol.closings.contains(symbol), brackets.popLast() != symbol {
            throw .malformed("unexpected '\(symbol.rawValue)'")
        }
        append(.symbol(symbol))
        advance(to: position + symbol.rawValue.utf8.count)
    }

    /// Drops what a tag's end drops: all white space after a `-`, nothing after a `+`, else one
    /// line break.
    private mutating func skipBehindTag(_ sign: UInt8?) {
        let start = position
        if sign == UInt8(ascii: "-") {
            advance(to: skippingSpace(from: position))
        } else if sign == nil, position < source.count, source[position] == UInt8(ascii: "\n") {
            advance(to: position + 1)
        }
        isAtLineStart = position > start && source[position - 1] == UInt8(ascii: "\n")
    }

    private func signAt(_ offset: Int) -> UInt8? {
        guard offset < source.count, "+-".utf8.contains(source[offset]) else { return nil }
        return source[offset]
    }

    private func signBefore(_ offset: Int) -> UInt8? { signAt(offset - 1) }

    private func hasPrefix(_ text: String, at offset: Int) -> Bool {
        offset <= source.count && source[offset...].starts(with: text.utf8)
    }

    private func skippingSpace(from start: Int) -> Int {
        var end = start
        while end < source.count {
            let (scalar, next) = TemplateLiteral.scalar(source, at: end)
            guard scalar.isTemplateSpace else { break }
            end = next
        }
        return end
    }

    private mutating func append(_ kind: TemplateToken.Kind) {
        tokens.append(TemplateToken(kind: kind, line: line))
    }

    private mutating func advance(to end: Int) {
        for unit in source[position..<end] where unit == UInt8(ascii: "\n") { line += 1 }
        position = end
    }
}

extension TemplateToken.Symbol {
    init?(utf8: ArraySlice<UInt8>) {
        self.init(rawValue: String(decoding: utf8, as: UTF8.self))
    }
}
