import ScopeTrace

/// Text on its way into an SVG: what may stand there, and how wide it is.
enum SVGText {
    /// The text as character data or as an attribute's value.
    ///
    /// Control and formatting characters become visible, as XML allows most of them in no spelling and
    /// bidirectional ones would reorder what is shown.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n": result += "⏎"
            case "\t": result += "⇥"
            case "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            case _ where TerminalText.isHarmless(scalar): result.unicodeScalars.append(scalar)
            default: result += TerminalText.picture(of: scalar)
            }
        }
        return result
    }

    /// A token's text as a short label: blanks as dots, line feeds and tabs as arrows, cut with `…`.
    static func label(_ text: String, columns limit: Int) -> String {
        var visible = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case " ": visible += "·"
            case "\n": visible += "⏎"
            case "\t": visible += "⇥"
            case _ where TerminalText.isHarmless(scalar): visible.unicodeScalars.append(scalar)
            default: visible += TerminalText.picture(of: scalar)
            }
        }
        guard columns(of: visible) > limit else { return visible }
        var cut = ""
        var width = 1
        for character in visible {
            width += columns(of: String(character))
            if width > limit { break }
            cut.append(character)
        }
        return cut + "…"
    }

    /// A token's label; bytes that are no text by themselves as their hexadecimal numbers.
    static func label(_ token: TokenRecord, columns limit: Int) -> String {
        if let text = String(validating: token.bytes, as: UTF8.self) {
            return label(text, columns: limit)
        }
        let bytes = token.bytes.map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
        return label("‹" + bytes.joined(separator: " ") + "›", columns: limit)
            .replacing("·", with: " ")
    }

    /// The columns that a text takes in a font of fixed width.
    static func columns(of text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + columns(of: $1) }
    }

    private static func columns(of scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        // The wide blocks of Unicode's East Asian Width, and emoji.
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF,
            0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }

    /// A length with at most two digits after the point.
    static func number(_ value: Double) -> String { DecimalText.short(value, digits: 2) }
}
