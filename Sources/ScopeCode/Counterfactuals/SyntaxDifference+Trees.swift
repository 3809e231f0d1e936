public import ScopeTrace

extension SyntaxDifference {
    /// Compares the trees of two texts, such as what a model wrote with what it wrote after a token was
    /// replaced.
    ///
    /// Equal subtrees are found first; where two nodes of one kind differ, their children are matched in
    /// order, equal ones before ones of the same kind and field. Blanks and comments have no part in it.
    ///
    /// - Parameters:
    ///   - first: The first text with its tree.
    ///   - second: The second one, of the same language.
    /// - Complexity: O(*n*) for equal trees; O(*c* · *d*) more for each pair of nodes that differ, in
    ///   the children they do not share at either end.
    public init(from first: SyntaxSource, to second: SyntaxSource) {
        var table = TreeFingerprint.Table()
        let sources = [first, second]
        let prints = sources.map { source in
            TreeFingerprint(
                source.tree, text: source.text, equality: .text, isName: { _ in false }, in: &table)
        }
        var matcher = TreeMatcher(
            first: first.tree, second: second.tree, prints: (prints[0].numbers, prints[1].numbers))
        matcher.match(0, 0)
        self.init(
            changes: matcher.changes, partners: matcher.partners,
            isWellFormed: sources.map { $0.tree.isWellFormed })
    }
}

private struct TreeMatcher {
    let first: SyntaxTree
    let second: SyntaxTree
    let prints: ([Int], [Int])
    var changes: [SyntaxDifference.Change] = []
    var partners: [Int?]

    init(first: SyntaxTree, second: SyntaxTree, prints: ([Int], [Int])) {
        self.first = first
        self.second = second
        self.prints = prints
        partners = [Int?](repeating: nil, count: first.nodes.count)
    }

    /// Compares two nodes that stand in the same place.
    ///
    /// The work that is left is a list, not the call stack, as trees may be as deep as a text is long.
    mutating func match(_ one: Int, _ other: Int) {
        enum Work {
            case pair(Int, Int)
            case change(SyntaxDifference.Change)
        }
        var work: [Work] = [.pair(one, other)]
        while let next = work.popLast() {
            switch next {
            case .change(let change): changes.append(change)
            case .pair(let one, let other):
                if prints.0[one] == prints.1[other] {
                    adopt(one, other)
                    continue
                }
                let (mine, theirs) = (significant(first, one), significant(second, other))
                guard isSameKind(one, other), !mine.isEmpty || !theirs.isEmpty else {
                    changes.append(.init(kind: .replaced, first: one, second: other))
                    continue
                }
                partners[one] = other
                let steps = align(mine, theirs)
                // A node that owns text of its own may differ in that alone.
                if steps.isEmpty
                    || steps.allSatisfy({ step in
                        guard let one = step.0, let other = step.1 else { return false }
                        return prints.0[one] == prints.1[other]
                    })
                {
                    changes.append(.init(kind: .replaced, first: one, second: other))
                }
                for step in steps.reversed() {
                    switch step {
                    case (let one?, let other?): work.append(.pair(one, other))
                    case (let one?, nil):
                        work.append(.change(.init(kind: .removed, first: one, second: nil)))
                    case (nil, let other?):
                        work.append(.change(.init(kind: .inserted, first: nil, second: other)))
                    case (nil, nil): break
                    }
                }
            }
        }
    }

    /// All below two equal nodes are partners, in step.
    private mutating func adopt(_ one: Int, _ other: Int) {
        var work = [(one, other)]
        while let (one, other) = work.popLast() {
            partners[one] = other
            work += zip(significant(first, one), significant(second, other))
        }
    }

    private func significant(_ tree: SyntaxTree, _ index: Int) -> [Int] {
        tree.children(of: index).filter { !TreeFingerprint.isLeftOut(tree.nodes[$0]) }
    }

    private func isSameKind(_ one: Int, _ other: Int) -> Bool {
        first.kindName(of: one) == second.kindName(of: other)
            && first.nodes[one].traits.contains(.named)
                == second.nodes[other].traits.contains(.named)
    }

    /// Pairs of children in order, with those that have no partner where they stand.
    private func align(_ mine: [Int], _ theirs: [Int]) -> [(Int?, Int?)] {
        var (start, end) = (0, 0)
        let shorter = min(mine.count, theirs.count)
        while start < shorter, prints.0[mine[start]] == prints.1[theirs[start]] { start += 1 }
        while end < shorter - start,
            prints.0[mine[mine.count - 1 - end]] == prints.1[theirs[theirs.count - 1 - end]]
        {
            end += 1
        }
        let head = zip(mine[..<start], theirs[..<start]).map { (Optional($0), Optional($1)) }
        let tail = zip(mine.suffix(end), theirs.suffix(end)).map { (Optional($0), Optional($1)) }
        let (left, right) = (
            Array(mine[start..<mine.count - end]), Array(theirs[start..<theirs.count - end])
        )
        return head + paired(middle(left, right)) + tail
    }

    /// Children without a partner that stand in the same gap, under the same field, replace each other.
    private func paired(_ steps: [(Int?, Int?)]) -> [(Int?, Int?)] {
        var result: [(Int?, Int?)] = []
        var (lost, found) = ([Int](), [Int]())
        func settle(_ result: inout [(Int?, Int?)]) {
            var rest = found[...]
            for one in lost {
                if let other = rest.first, first.fieldName(of: one) == second.fieldName(of: other) {
                    result.append((one, other))
                    rest.removeFirst()
                } else {
                    result.append((one, nil))
                }
            }
            result += rest.map { (nil, $0) }
        }
        for step in steps {
            switch step {
            case (let one?, nil): lost.append(one)
            case (nil, let other?): found.append(other)
            default:
                settle(&result)
                (lost, found) = ([], [])
                result.append(step)
            }
        }
        settle(&result)
        return result
    }

    /// The heaviest common subsequence: an equal child weighs more than any number of like ones.
    private func middle(_ left: [Int], _ right: [Int]) -> [(Int?, Int?)] {
        guard !left.isEmpty, !right.isEmpty, left.count * right.count <= 4_000_000 else {
            return left.map { ($0, nil) } + right.map { (nil, $0) }
        }
        let width = right.count + 1
        let equal = Int32(truncatingIfNeeded: min(left.count, right.count)) + 1
        func weight(_ one: Int, _ other: Int) -> Int32 {
            if prints.0[one] == prints.1[other] { return equal }
            return isSameKind(one, other) && first.fieldName(of: one) == second.fieldName(of: other)
                ? 1 : 0
        }
        var best = [Int32](repeating: 0, count: (left.count + 1) * width)
        for row in left.indices.reversed() {
            for column in right.indices.reversed() {
                let place = row * width + column
                let pair = weight(left[row], right[column])
                let skipped = max(best[place + width], best[place + 1])
                best[place] =
                    pair > 0 ? max(skipped, best[place + width + 1] + pair) : skipped
            }
        }
        var steps: [(Int?, Int?)] = []
        var (row, column) = (0, 0)
        while row < left.count, column < right.count {
            let place = row * width + column
            let pair = weight(left[row], right[column])
            if pair > 0, best[place] == best[place + width + 1] + pair {
                steps.append((left[row], right[column]))
                (row, column) = (row + 1, column + 1)
            } else if best[place] == best[place + width] {
                steps.append((left[row], nil))
                row += 1
            } else {
                steps.append((nil, right[column]))
                column += 1
            }
        }
        return steps + left[row...].map { ($0, nil) } + right[column...].map { (nil, $0) }
    }
}
