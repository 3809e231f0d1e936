// What Python's string methods do, code point by code point.
extension Unicode.Scalar {
    /// What `str.isspace` and `\s` take for white space.
    var isTemplateSpace: Bool {
        switch value {
        case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029,
            0x202F, 0x205F, 0x3000:
            true
        default: false
        }
    }

    /// What `str.splitlines` takes for the end of a line.
    var isTemplateLineEnd: Bool {
        switch value {
        case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    /// What `repr` shows as it is.
    var isTemplatePrintable: Bool {
        if isASCII { return (0x20..<0x7F).contains(value) }
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator, .spaceSeparator:
            return false
        default: return true
        }
    }
}

extension TemplateText {
    enum Side {
        case left
        case right
        case both
    }

    /// The text without white space, or the given characters, at its ends.
    func stripped(_ side: Side = .both, of characters: TemplateText? = nil) -> TemplateText {
        let set = characters.map { Set($0.scalars) }
        let isStripped = { (scalar: Unicode.Scalar) in
            set?.contains(scalar) ?? scalar.isTemplateSpace
        }
        let string = string
        let scalars = string.unicodeScalars
        var range = scalars.startIndex..<scalars.endIndex
        if side != .right {
            while let first = scalars[range].first, isStripped(first) {
                range = scalars.index(after: range.lowerBound)..<range.upperBound
            }
        }
        if side != .left {
            while let last = scalars[range].last, isStripped(last) {
                range = range.lowerBound..<scalars.index(before: range.upperBound)
            }
        }
        return TemplateText(utf8: Array(string.utf8[range]), isMarkup: isMarkup)
    }

    /// The words between runs of white space; at most `limit` cuts.
    func words(limit: Int, fromEnd: Bool) -> [TemplateText] {
        var scalars = Array(scalars)
        if fromEnd { scalars.reverse() }
        var words: [[Unicode.Scalar]] = []
        var position = 0
        while true {
            while position < scalars.count, scalars[position].isTemplateSpace { position += 1 }
            guard position < scalars.count else { break }
            let start = position
            if words.count >= limit {
                // What is left stays in one piece, with the white space at its far end.
                words.append(Array(scalars[start...]))
                break
            }
            while position < scalars.count, !scalars[position].isTemplateSpace { position += 1 }
            words.append(Array(scalars[start..<position]))
        }
        guard fromEnd else { return words.map { TemplateText($0) } }
        return words.reversed().map { TemplateText($0.reversed()) }
    }

    /// The pieces round a separator that is not empty; at most `limit` cuts.
    func pieces(separatedBy separator: TemplateText, limit: Int, fromEnd: Bool) -> [TemplateText] {
        let cuts =
            fromEnd
            ? rangesFromEnd(of: separator, limit: limit) : ranges(of: separator, limit: limit)
        var pieces: [TemplateText] = []
        var start = 0
        for cut in cuts {
            pieces.append(TemplateText(utf8[start..<cut.lowerBound]))
            start = cut.upperBound
        }
        pieces.append(TemplateText(utf8[start...]))
        return pieces
    }

    func lines(keepingEnds: Bool = false) -> [TemplateText] {
        var lines: [TemplateText] = []
        let empty = TemplateText(utf8: [], isMarkup: isMarkup)
        var line = empty
        var previous: Unicode.Scalar?
        var isOpen = false
        for scalar in scalars {
            defer { previous = scalar }
            if scalar == "\n", previous == "\r" {
                if keepingEnds, !lines.isEmpty { lines[lines.count - 1].append(scalar) }
                continue
            }
            isOpen = !scalar.isTemplateLineEnd
            if isOpen || keepingEnds { line.append(scalar) }
            if !isOpen {
                lines.append(line)
                line = empty
            }
        }
        if isOpen { lines.append(line) }
        return lines
    }

    /// The text with HTML's special characters as entities, unless it is markup already.
    func escaped() -> TemplateText {
        guard !isMarkup else { return self }
        var text = TemplateText(utf8: [], isMarkup: true)
        for unit in utf8 {
            switch unit {
            case UInt8(ascii: "&"): text.utf8 += "&amp;".utf8
            case UInt8(ascii: "<"): text.utf8 += "&lt;".utf8
            case UInt8(ascii: ">"): text.utf8 += "&gt;".utf8
            case UInt8(ascii: "\""): text.utf8 += "&#34;".utf8
            case UInt8(ascii: "'"): text.utf8 += "&#39;".utf8
            default: text.utf8.append(unit)
            }
        }
        return text
    }

    func uppercased() -> TemplateText {
        mapped { $0.properties.uppercaseMapping }
    }

    func lowercased() -> TemplateText {
        guard utf8.contains(0xCE) else { return mapped { $0.properties.lowercaseMapping } }
        let scalars = Array(scalars)
        var text = TemplateText(utf8: [], isMarkup: isMarkup)
        for index in scalars.indices { text.utf8 += Self.lowercase(at: index, in: scalars).utf8 }
        return text
    }

    /// The first character in title case, the others in lower case.
    func capitalized() -> TemplateText {
        guard let first = scalars.first else { return self }
        var text = TemplateText(first.properties.titlecaseMapping)
        // The tail alone does not tell whether a sigma ends the word, the whole does.
        let whole = lowercased().utf8
        text.utf8 += whole.dropFirst(first.properties.lowercaseMapping.utf8.count)
        text.isMarkup = isMarkup
        return text
    }

    /// Every run of cased characters capitalized, as `str.title` does.
    func titlecased() -> TemplateText {
        var text = TemplateText(utf8: [], isMarkup: isMarkup)
        var followsCased = false
        let scalars = Array(scalars)
        for (index, scalar) in scalars.enumerated() {
            let properties = scalar.properties
            if followsCased {
                text.utf8 += Self.lowercase(at: index, in: scalars).utf8
            } else {
                text.utf8 += properties.titlecaseMapping.utf8
            }
            followsCased = properties.isCased
        }
        return text
    }

    /// The first character of every word in upper case, as the filter `title` does.
    func wordsCapitalized() -> TemplateText {
        var text = TemplateText(utf8: [])
        var word = TemplateText("")
        func finish() {
            guard let first = word.scalars.first else { return }
            text.utf8 += first.properties.uppercaseMapping.utf8
            let tail = word.utf8.dropFirst(UTF8.width(first))
            text.utf8 += TemplateText(tail).lowercased().utf8
            word = ""
        }
        for scalar in scalars {
            if scalar.isTemplateSpace || "-({[<".unicodeScalars.contains(scalar) {
                finish()
                text.append(scalar)
            } else {
                word.append(scalar)
            }
        }
        finish()
        return text
    }

    private func mapped(_ mapping: (Unicode.Scalar) -> String) -> TemplateText {
        var text = TemplateText(utf8: [], isMarkup: isMarkup)
        text.utf8.reserveCapacity(utf8.count)
        for scalar in scalars { text.utf8 += mapping(scalar).utf8 }
        return text
    }

    private static func lowercase(at index: Int, in scalars: [Unicode.Scalar]) -> String {
        let isFinal = scalars[index] == "Σ" && isFinalSigma(at: index, in: scalars)
        return isFinal ? "ς" : scalars[index].properties.lowercaseMapping
    }

    /// Whether a sigma ends its word (The Unicode Standard, 3.13, Final_Sigma).
    private static func isFinalSigma(at index: Int, in scalars: [Unicode.Scalar]) -> Bool {
        let isRelevant = { (scalar: Unicode.Scalar) in !scalar.properties.isCaseIgnorable }
        guard scalars[..<index].last(where: isRelevant)?.properties.isCased == true else {
            return false
        }
        return scalars[(index + 1)...].first(where: isRelevant)?.properties.isCased != true
    }
}
