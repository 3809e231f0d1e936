public import ScopeTrace

/// Which part of a text is code.
public enum CodeSelection: Hashable, Sendable {
    /// All of it, in a language; nil where that is to be guessed.
    case whole(language: String? = nil)
    /// Some of its bytes, in a language; nil where that is to be guessed.
    case range(Range<Int>, language: String? = nil)
    /// The fenced blocks of Markdown, each in the language that its fence names, else in the one that is
    /// guessed.
    case fences

    /// The documents of code in a text.
    ///
    /// - Parameter bytes: The text.
    /// - Returns: A map with a region for each, whose language is empty where it is to be guessed.
    /// - Complexity: O(*n*) in the number of bytes.
    public func map(of bytes: [UInt8]) -> DocumentMap {
        switch self {
        case .whole(let language):
            return .identity(byteCount: bytes.count, language: language ?? "")
        case .range(let range, let language):
            let range = range.clamped(to: 0..<bytes.count)
            var map = DocumentMap(language: language ?? "")
            map.skip(range.lowerBound)
            map.append(range.count)
            map.skip(bytes.count - range.upperBound)
            return map
        case .fences:
            return FencedCode.map(of: bytes)
        }
    }
}
