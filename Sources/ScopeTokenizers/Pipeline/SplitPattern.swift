/// What a splitting step looks for.
enum SplitPattern: Sendable {
    /// Bytes as they stand, at least one.
    case literal([UInt8])
    case regex(CompiledRegex)

    /// The leftmost match at `start` or after it.
    @inline(__always)
    func firstMatch(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Range<Int>? {
        switch self {
        case .literal(let literal):
            return Self.find(literal, in: bytes, from: start, to: end)
        case .regex(let regex):
            return regex.firstMatch(in: bytes, from: start, to: end)
        }
    }

    private static func find(
        _ literal: [UInt8], in bytes: Span<UInt8>, from start: Int, to end: Int
    ) -> Range<Int>? {
        guard let first = literal.first else { return nil }
        var position = start
        while position + literal.count <= end {
            if bytes[position] == first {
                var length = 1
                while length < literal.count, bytes[position + length] == literal[length] {
                    length += 1
                }
                if length == literal.count { return position..<position + length }
            }
            position += 1
        }
        return nil
    }
}

/// What becomes of the matches of a splitting step.
enum SplitBehavior: String, Sendable {
    case removed = "Removed"
    case isolated = "Isolated"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
    case contiguous = "Contiguous"
}
