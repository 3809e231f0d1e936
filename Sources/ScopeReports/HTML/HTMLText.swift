/// Texts made harmless for the places of an HTML document where they stand.
enum HTMLText {
    /// A text as the content of an element or the value of a quoted attribute.
    ///
    /// Characters that HTML forbids become U+FFFD.
    static func escaped(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "'": output += "&#39;"
            case "\t", "\n": output.unicodeScalars.append(scalar)
            case "\u{00}"..."\u{1F}", "\u{7F}"..."\u{9F}": output += "\u{FFFD}"
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }

    /// JSON as the content of a script element that holds data.
    ///
    /// The element ends at the first `</script`, and `<!--` changes how its rest is read, so no `<` stands
    /// as it is: in JSON it occurs in strings alone, where it has another spelling. The separators
    /// U+2028 and U+2029 are spelled out as well, so that the text is also valid in a script.
    ///
    /// - Complexity: O(bytes).
    static func data(_ json: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(json.count)
        var place = 0
        while place < json.count {
            let byte = json[place]
            if byte == UInt8(ascii: "<") {
                output.append(contentsOf: #"\u003c"#.utf8)
            } else if byte == 0xE2, place + 2 < json.count, json[place + 1] == 0x80,
                json[place + 2] == 0xA8 || json[place + 2] == 0xA9
            {
                output.append(contentsOf: (json[place + 2] == 0xA8 ? #"\u2028"# : #"\u2029"#).utf8)
                place += 2
            } else {
                output.append(byte)
            }
            place += 1
        }
        return output
    }
}
