/// What two sequences have in common, in order, and what each has instead.
///
/// The common part is as long as any can be (Myers, "An O(ND) Difference Algorithm and Its Variations",
/// 1986, in linear space), as long as the two are within ``editLimit`` edits of each other; where more
/// are needed, a stretch may be given as changed that has something in common.
public struct SequenceDiff: Hashable, Sendable {
    /// A stretch that is the same in both, or that one has in the place of the other's.
    public struct Part: Hashable, Sendable {
        /// Where it lies in the first sequence; empty where something was inserted.
        public let left: Range<Int>

        /// Where it lies in the second sequence; empty where something was deleted.
        public let right: Range<Int>

        /// Whether both have the same here.
        public let isSame: Bool
    }

    /// Elements deleted and inserted up to which the common part is as long as any can be.
    public static let editLimit = 4096

    /// The stretches in order, same and changed by turns; together they are both sequences.
    public let parts: [Part]

    /// Compares two sequences.
    ///
    /// - Parameters:
    ///   - left: The first sequence.
    ///   - right: The second sequence.
    /// - Complexity: O(*n* · *d*) in the length of both and the number of elements that differ, *d* no
    ///   larger than ``editLimit``.
    public init<Element: Equatable>(_ left: [Element], _ right: [Element]) {
        var search = DiffSearch(left, right)
        search.compare(0..<left.count, 0..<right.count)
        var parts: [Part] = []
        var (x, y) = (0, 0)
        while x < left.count || y < right.count {
            let (startX, startY) = (x, y)
            while x < left.count, y < right.count, !search.isDeleted[x], !search.isInserted[y] {
                x += 1
                y += 1
            }
            let isSame = x > startX
            if !isSame {
                while x < left.count, search.isDeleted[x] { x += 1 }
                while y < right.count, search.isInserted[y] { y += 1 }
            }
            parts.append(Part(left: startX..<x, right: startY..<y, isSame: isSame))
        }
        self.parts = parts
    }

    /// Whether the two are equal.
    public var isSame: Bool { parts.allSatisfy(\.isSame) }

    /// The number of elements that both have, in order.
    public var commonCount: Int { parts.reduce(0) { $0 + ($1.isSame ? $1.left.count : 0) } }

    /// The number of elements that both begin with.
    public var commonPrefixCount: Int {
        parts.first.map { $0.isSame ? $0.left.count : 0 } ?? 0
    }
}

/// The search for the elements that one sequence has and the other has not.
private struct DiffSearch<Element: Equatable> {
    private let left: [Element]
    private let right: [Element]
    var isDeleted: [Bool]
    var isInserted: [Bool]

    init(_ left: [Element], _ right: [Element]) {
        self.left = left
        self.right = right
        isDeleted = Array(repeating: false, count: left.count)
        isInserted = Array(repeating: false, count: right.count)
    }

    /// Marks what differs within two ranges; each step halves the number of edits that are left.
    mutating func compare(_ leftRange: Range<Int>, _ rightRange: Range<Int>) {
        var (x, y) = (leftRange, rightRange)
        while let a = x.first, let b = y.first, left[a] == right[b] {
            x.removeFirst()
            y.removeFirst()
        }
        while let a = x.last, let b = y.last, left[a] == right[b] {
            x.removeLast()
            y.removeLast()
        }
        guard !x.isEmpty, !y.isEmpty, let middle = middle(x, y) else {
            for place in x { isDeleted[place] = true }
            for place in y { isInserted[place] = true }
            return
        }
        compare(x.lowerBound..<middle.x, y.lowerBound..<middle.y)
        compare(middle.x..<x.upperBound, middle.y..<y.upperBound)
    }

    /// A point on a shortest path through the grid of both ranges where half of its edits are made;
    /// nil where that takes too many.
    private func middle(_ x: Range<Int>, _ y: Range<Int>) -> (x: Int, y: Int)? {
        let (n, m) = (x.count, y.count)
        let most = min((n + m + 1) / 2, SequenceDiff.editLimit / 2)
        let delta = n - m
        // The furthest places on each diagonal, from both ends; diagonal `k` is at `k + most + 1`.
        var forward = [Int](repeating: 0, count: 2 * most + 3)
        var backward = forward
        func furthest(_ reached: [Int], _ k: Int, _ edits: Int) -> Int {
            let (below, above) = (reached[k + most], reached[k + most + 2])
            return k == -edits || k != edits && below < above ? above : below + 1
        }
        for edits in 0...most {
            // Diagonals beyond the grid's corners hold no points.
            let diagonals = stride(
                from: -edits + 2 * max(0, edits - m), through: edits - 2 * max(0, edits - n), by: 2)
            for k in diagonals {
                var place = furthest(forward, k, edits)
                while place < n, place - k < m,
                    left[x.lowerBound + place] == right[y.lowerBound + place - k]
                {
                    place += 1
                }
                forward[k + most + 1] = place
                let other = delta - k
                if delta % 2 != 0, abs(other) < edits, place + backward[other + most + 1] >= n {
                    return (x.lowerBound + place, y.lowerBound + place - k)
                }
            }
            for k in diagonals {
                var place = furthest(backward, k, edits)
                while place < n, place - k < m,
                    left[x.upperBound - 1 - place] == right[y.upperBound - 1 - place + k]
                {
                    place += 1
                }
                backward[k + most + 1] = place
                let other = delta - k
                if delta % 2 == 0, abs(other) <= edits, place + forward[other + most + 1] >= n {
                    return (x.upperBound - place, y.upperBound - place + k)
                }
            }
        }
        return nil
    }
}

extension BranchTree {
    /// What two branches have in common by token, and where each went its own way.
    ///
    /// Tokens are the same where their ids and bytes are, whoever put them there.
    ///
    /// - Parameters:
    ///   - left: A node of the tree.
    ///   - right: A node of the tree.
    /// - Returns: The stretches of the two branches, in tokens.
    /// - Complexity: As ``SequenceDiff``, without the nodes that both share.
    public func tokenDiff(_ left: BranchNode.ID, _ right: BranchNode.ID) -> SequenceDiff {
        struct Compared: Equatable {
            let id: Int
            let bytes: [UInt8]
        }
        func tokens(_ id: BranchNode.ID) -> [Compared] {
            path(to: id).map { node in
                let token = self.node(node).token
                return Compared(id: token.id, bytes: token.bytes)
            }
        }
        return SequenceDiff(tokens(left), tokens(right))
    }

    /// What the texts of two branches have in common by byte, special tokens included.
    ///
    /// - Parameters:
    ///   - left: A node of the tree.
    ///   - right: A node of the tree.
    /// - Returns: The stretches of the two sequences, in bytes.
    /// - Complexity: As ``SequenceDiff``.
    public func byteDiff(_ left: BranchNode.ID, _ right: BranchNode.ID) -> SequenceDiff {
        SequenceDiff(bytes(of: left), bytes(of: right))
    }

    /// The bytes of a branch, special tokens included.
    ///
    /// - Parameter id: A node of the tree.
    /// - Returns: The bytes from its first token on.
    /// - Complexity: O(*n*) in the number of tokens and bytes.
    public func bytes(of id: BranchNode.ID) -> [UInt8] {
        path(to: id).flatMap { node($0).token.bytes }
    }
}
