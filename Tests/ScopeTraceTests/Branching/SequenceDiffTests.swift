import ScopeTrace
import Testing

@Suite struct SequenceDiffTests {
    /// The length of the longest common subsequence, by the table of all prefixes.
    func commonLength(_ left: [Int], _ right: [Int]) -> Int {
        var row = [Int](repeating: 0, count: right.count + 1)
        for x in left {
            var diagonal = 0
            for (place, y) in right.enumerated() {
                let above = row[place + 1]
                row[place + 1] = x == y ? diagonal + 1 : max(above, row[place])
                diagonal = above
            }
        }
        return row[right.count]
    }

    func expectTiled(_ diff: SequenceDiff, _ left: [Int], _ right: [Int]) {
        #expect(diff.parts.flatMap { Array($0.left) } == Array(left.indices))
        #expect(diff.parts.flatMap { Array($0.right) } == Array(right.indices))
        for part in diff.parts {
            #expect(!part.left.isEmpty || !part.right.isEmpty)
            #expect(!part.isSame || left[part.left] == right[part.right])
        }
        #expect(zip(diff.parts, diff.parts.dropFirst()).allSatisfy { $0.isSame != $1.isSame })
        #expect(diff.isSame == (left == right))
    }

    @Test func theCommonPartIsAsLongAsCanBe() {
        var generator = SeededGenerator(seed: 5)
        for round in 0..<3_000 {
            let letters = round % 7 + 1
            func sequence() -> [Int] {
                (0..<Int.random(in: 0...24, using: &generator)).map { _ in
                    Int.random(in: 0..<letters, using: &generator)
                }
            }
            let (left, right) = (sequence(), sequence())
            let diff = SequenceDiff(left, right)
            expectTiled(diff, left, right)
            #expect(diff.commonCount == commonLength(left, right), "\(left) \(right)")
        }
    }

    @Test func beyondTheLimitItIsCoarserAndStillRight() {
        let left = Array(0..<6_000)
        let right = Array(6_000..<12_000) + [5_999]
        let diff = SequenceDiff(left, right)
        expectTiled(diff, left, right)
        let near = SequenceDiff(left, left.map { $0 % 3 == 0 ? -$0 : $0 })
        #expect(near.commonCount == 4_001)
    }

    @Test func branchesAreComparedByTokenAndByByte() throws {
        var tree = BranchTree(header: .sample)
        func token(_ text: String, _ id: Int) -> BranchToken {
            BranchToken(id: id, bytes: Array(text.utf8), origin: .sampled)
        }
        let trunk = tree.append(
            contentsOf: [token("def ", 1), token("add", 2), token("(", 3), token("a", 4)], to: nil)
        let new = tree.replace(
            trunk[1], with: [token("a", 4), token("cc", 5)], repeatingTo: trunk[3])
        let tokens = tree.tokenDiff(trunk[3], new[3])
        #expect(tokens.parts.map(\.isSame) == [true, false, true])
        #expect(tokens.parts.map(\.left) == [0..<1, 1..<2, 2..<4])
        #expect(tokens.parts.map(\.right) == [0..<1, 1..<3, 3..<5])
        #expect(tokens.commonPrefixCount == 1)
        let bytes = tree.byteDiff(trunk[3], new[3])
        #expect(bytes.parts.map(\.left) == [0..<5, 5..<7, 7..<9])
        #expect(bytes.parts.map(\.right) == [0..<5, 5..<7, 7..<9])
        #expect(tree.tokenDiff(new[3], new[3]).isSame)
    }
}
