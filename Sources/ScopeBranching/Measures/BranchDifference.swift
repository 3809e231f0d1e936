public import ScopeTrace

/// Whether and how two continuations of a text differ.
public struct BranchDifference: Hashable, Codable, Sendable {
    /// The first token in which they differ, counted from where both begin; nil where none does, and
    /// the shorter one's length where it is the other's beginning.
    public let firstToken: Int?
    /// The first byte in which they differ, counted likewise.
    public let firstByte: Int?
    /// Tokens to insert, delete or replace to make one of the other (Levenshtein, 1966).
    public let tokenEditDistance: Int
    /// Bytes to insert, delete or replace to make one of the other.
    public let byteEditDistance: Int
    /// Tokens at the end that are the same in both, where they differ before.
    public let commonTail: Int
    /// The changed continuation's token from which on both are the same to the end; nil where they
    /// end in different tokens, and where they do not differ at all.
    public let reconvergence: Int?

    /// Whether they are the same tokens.
    public var isEmpty: Bool { firstToken == nil }

    /// Compares two continuations.
    ///
    /// - Parameters:
    ///   - original: What was written.
    ///   - changed: What is written instead.
    /// - Complexity: O(bytes²) in what lies between what they begin and end with alike.
    public init(
        from original: some Collection<TokenRecord>, to changed: some Collection<TokenRecord>
    ) {
        let ids = (Array(original.map(\.id)), Array(changed.map(\.id)))
        let bytes = (original.flatMap(\.bytes), changed.flatMap(\.bytes))
        firstToken = Self.firstDifference(ids.0, ids.1)
        firstByte = Self.firstDifference(bytes.0, bytes.1)
        tokenEditDistance = Self.editDistance(ids.0, ids.1)
        byteEditDistance = Self.editDistance(bytes.0, bytes.1)
        guard firstToken != nil else {
            (commonTail, reconvergence) = (0, nil)
            return
        }
        let head = firstToken ?? 0
        let longest = min(ids.0.count, ids.1.count) - head
        let tail = zip(ids.0.reversed(), ids.1.reversed()).prefix(longest).prefix { $0 == $1 }.count
        commonTail = tail
        reconvergence = tail > 0 ? ids.1.count - tail : nil
    }

    private static func firstDifference<Element: Equatable>(
        _ left: [Element], _ right: [Element]
    ) -> Int? {
        let shared = zip(left, right).prefix { $0 == $1 }.count
        return shared == left.count && shared == right.count ? nil : shared
    }

    /// Levenshtein's distance, row by row.
    static func editDistance<Element: Equatable>(_ left: [Element], _ right: [Element]) -> Int {
        let head = zip(left, right).prefix { $0 == $1 }.count
        let tail = zip(left.dropFirst(head).reversed(), right.dropFirst(head).reversed())
            .prefix { $0 == $1 }.count
        let left = left[head..<left.count - tail]
        let right = right[head..<right.count - tail]
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var row = Array(0...right.count)
        for (place, element) in left.enumerated() {
            var diagonal = row[0]
            row[0] = place + 1
            for (column, other) in right.enumerated() {
                let replaced = diagonal + (element == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
