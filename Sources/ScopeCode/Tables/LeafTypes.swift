/// The types of leaves and their categories, which no language changes.
enum LeafTypes {
    /// The category of a type; what is in none is its own category.
    static func category(of type: String) -> String { categories[type] ?? type }

    static let categories: [String: String] = {
        var table: [String: String] = [:]
        let lists: [(String, [String])] = [
            ("keyword", ["keyword"]),
            (
                "operator",
                [
                    "op_arith", "op_comp", "op_assign", "op_logic", "op_bit", "op_member",
                    "op_identity", "op_other",
                ]
            ),
            ("delimiter", ["delim_bracket", "delim_quote", "delim_punctuation"]),
            (
                "identifier",
                [
                    "attribute", "function", "constant", "variable", "type", "parameter", "label",
                    "module",
                ]
            ),
            (
                "literal",
                [
                    "integer", "float", "number", "string", "escape", "character", "boolean",
                    "null",
                    "regex",
                ]
            ),
            ("comment", ["comment"]),
            ("fill", ["newline", "tab", "space", "unknown"]),
        ]
        for (category, types) in lists {
            for type in types { table[type] = category }
        }
        return table
    }()

    /// The type of a literal of the grammar, which says by itself what it is.
    static func type(ofLiteral text: String) -> String {
        if let type = literals[text] { return type }
        if let type = blank(text.utf8) { return type }
        let isWord = text.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || $0 == "_" || $0 == " " || $0 == "!" || $0 == "#"
                || $0 == "*" || ("0"..."9").contains($0)
        }
        if isWord, text.unicodeScalars.contains(where: \.properties.isAlphabetic) {
            return "keyword"
        }
        // Quotes may have letters before them, as in u8".
        return text.hasSuffix("\"") || text.hasSuffix("'") ? "delim_quote" : "op_other"
    }

    /// The type of bytes that hold nothing but blanks, nil for others.
    static func blank(_ bytes: some Sequence<UInt8>) -> String? {
        var (hasLine, hasTab) = (false, false)
        for byte in bytes {
            switch byte {
            case 10, 13: hasLine = true
            case 9: hasTab = true
            case 32, 11, 12: break
            default: return nil
            }
        }
        return hasLine ? "newline" : hasTab ? "tab" : "space"
    }

    private static let literals: [String: String] = {
        var table: [String: String] = [:]
        let lists: [(String, String)] = [
            ("op_arith", "+ - * / % // ** ++ -- @ &+ &- &*"),
            ("op_comp", "== != <> < > <= >= === !== <=>"),
            (
                "op_assign",
                "= += -= *= /= %= //= **= @= &= |= ^= <<= >>= >>>= := &&= ||= ??= &^= |>"
            ),
            ("op_logic", "&& || ! and or not ?? xor"),
            ("op_bit", "& | ^ ~ << >> >>> &^ bitand bitor compl"),
            ("op_member", "in notin"),
            ("op_identity", "is isnot"),
            ("op_other", "-> => <- ? ... .. ..= ..< :: ?. ->* .* :?"),
            ("delim_bracket", "( ) [ ] { } [[ ]] {| |} ${ #{ </ />"),
            ("delim_quote", "' \" ` \"\"\" ''' L\" L' u\" u' U\" U' u8\" u8'"),
            ("delim_punctuation", ". , : ;"),
        ]
        for (type, words) in lists {
            for word in words.split(separator: " ") { table[String(word)] = type }
        }
        table["not in"] = "op_member"
        table["is not"] = "op_identity"
        return table
    }()
}
