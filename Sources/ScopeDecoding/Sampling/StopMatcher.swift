internal import ScopeTrace

/// Finds stop texts in the bytes written after the prompt, wherever tokens begin and end.
struct StopMatcher: Sendable {
    private let patterns: [(text: String, bytes: [UInt8])]
    private let longest: Int
    /// The last bytes written, one fewer than the longest pattern has: all that a match which ends
    /// in the next token can begin with.
    private var tail: [UInt8] = []

    init(_ texts: [String]) {
        patterns = texts.map { ($0, Array($0.utf8)) }
        longest = patterns.map(\.bytes.count).max() ?? 0
    }

    /// Takes in the next token after the prompt.
    ///
    /// - Returns: The match that ends in this token; of several the one that begins first, and of
    ///   those that begin together the one named first.
    /// - Complexity: O(bytes of the token and of the longest pattern × bytes of all patterns).
    mutating func append(_ token: TokenRecord) -> StopMatch? {
        guard longest > 0 else { return nil }
        let old = tail.count
        tail += token.bytes
        var best: (start: Int, text: String)?
        for pattern in patterns {
            if let start = firstMatch(of: pattern.bytes, endingAfter: old),
                start < best?.start ?? Int.max
            {
                best = (start, pattern.text)
            }
        }
        let tailStart = token.sequenceSpan.upperBound - tail.count
        tail.removeFirst(max(0, tail.count - (longest - 1)))
        return best.map { StopMatch(text: $0.text, start: tailStart + $0.start) }
    }

    private func firstMatch(of pattern: [UInt8], endingAfter old: Int) -> Int? {
        let first = max(0, old - pattern.count + 1)
        let last = tail.count - pattern.count
        guard first <= last else { return nil }
        return (first...last).first { tail[$0..<$0 + pattern.count].elementsEqual(pattern) }
    }
}
