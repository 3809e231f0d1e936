/// Text from a model made harmless for a terminal.
///
/// A model can write anything, terminal escape sequences included: they could move the cursor,
/// retitle the window or rewrite what is already on the screen, and bidirectional controls could
/// show code in another order than it has. Each such character becomes visible instead.
public enum TerminalText {
    /// The text with each control and formatting character in a visible spelling.
    ///
    /// Line feeds and tabs stay, and so do the joiners that emoji and several scripts need.
    ///
    /// - Parameter text: Any text.
    /// - Returns: Text that a terminal only draws.
    public static func visible(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if isHarmless(scalar) {
                result.unicodeScalars.append(scalar)
            } else {
                result += picture(of: scalar)
            }
        }
        return result
    }

    /// Whether a terminal only draws this character.
    static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\n", "\t", "\u{200C}", "\u{200D}": return true
        case " "..."~": return true
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: return false
        default: return true
        }
    }

    /// A visible spelling: the control picture of ASCII, or the number, as in ‹202E›.
    static func picture(of scalar: Unicode.Scalar) -> String {
        let code: UInt32
        switch scalar.value {
        case 0..<0x20: code = 0x2400 + scalar.value
        case 0x7F: code = 0x2421
        default: return "‹\(String(scalar.value, radix: 16, uppercase: true))›"
        }
        return Unicode.Scalar(code).map { String(Character($0)) } ?? "‹\(scalar.value)›"
    }

    /// A token's text on one line: in quotation marks, every control character in a visible spelling.
    ///
    /// - Parameters:
    ///   - text: Any text.
    ///   - width: Characters from which on it is cut.
    /// - Returns: Text that a terminal only draws.
    public static func quoted(_ text: String, width: Int) -> String {
        var visible = ""
        for scalar in text.unicodeScalars {
            visible +=
                scalar == "\n" || scalar == "\t" || !isHarmless(scalar)
                ? picture(of: scalar) : String(Character(scalar))
        }
        let quoted = "\"" + visible + "\""
        return quoted.count > width ? quoted.prefix(width - 1) + "…" : quoted
    }
}
