import ScopeFiles

/// Bytes as text of 64 characters (RFC 4648, section 4).
enum Base64 {
    private static let alphabet = [UInt8](
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The text, padded to a multiple of four characters.
    ///
    /// - Complexity: O(bytes).
    static func text(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count + 2) / 3 * 4)
        var start = 0
        while start < bytes.count {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = 0
            for byte in group { bits = bits << 8 | Int(byte) }
            bits <<= 8 * (3 - group.count)
            for place in 0..<4 {
                let isPadding = place > group.count
                output.append(
                    isPadding ? UInt8(ascii: "=") : alphabet[bits >> (18 - 6 * place) & 63])
            }
            start += 3
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// The SHA-256 digest of a text in UTF-8, as a content security policy spells it.
    static func digest(of text: String) -> String {
        let bytes = Array(text.utf8)
        var digest = SHA256()
        digest.update(bytes.span)
        let digits = Array(digest.finish().utf8)
        let values = stride(from: 0, to: digits.count, by: 2).map { place in
            UInt8(String(decoding: digits[place..<(place + 2)], as: UTF8.self), radix: 16) ?? 0
        }
        return "sha256-" + Self.text(values)
    }
}
