/// One step that cuts pieces of text at the matches of a pattern.
struct Splitter: Sendable {
    let pattern: SplitPattern
    let behavior: SplitBehavior
    /// Whether what lies between the matches counts as the matches.
    let isInverted: Bool

    init(_ pattern: SplitPattern, _ behavior: SplitBehavior, isInverted: Bool = false) {
        self.pattern = pattern
        self.behavior = behavior
        self.isInverted = isInverted
    }

    /// A stretch between two cuts.
    private struct Stretch {
        var range: Range<Int>
        let isMatch: Bool
    }

    /// Cuts one piece; empty pieces are left out.
    func split(_ bytes: Span<UInt8>, _ piece: Range<Int>, into pieces: inout [Range<Int>]) {
        if behavior == .isolated || behavior == .removed {
            let removes = behavior == .removed
            forEachStretch(of: bytes, piece) { stretch in
                if !stretch.range.isEmpty, !(removes && stretch.isMatch) {
                    pieces.append(stretch.range)
                }
            }
            return
        }
        var stretches: [Stretch] = []
        forEachStretch(of: bytes, piece) { stretches.append($0) }
        let joined =
            behavior == .mergedWithNext
            ? join(stretches.reversed()).reversed() : join(stretches)
        pieces += joined.filter { !$0.isEmpty }
    }

    /// Joins matches to the stretch before them in the order given.
    private func join(_ stretches: [Stretch]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var previousIsMatch = false
        for stretch in stretches {
            let joins =
                behavior == .contiguous
                ? stretch.isMatch == previousIsMatch : stretch.isMatch && !previousIsMatch
            if joins, let last = result.popLast() {
                let lower = min(last.lowerBound, stretch.range.lowerBound)
                result.append(lower..<max(last.upperBound, stretch.range.upperBound))
            } else {
                result.append(stretch.range)
            }
            previousIsMatch = stretch.isMatch
        }
        return result
    }

    /// Visits matches and what lies between them, in order.
    @inline(__always)
    private func forEachStretch(
        of bytes: Span<UInt8>, _ piece: Range<Int>, _ visit: (Stretch) -> Void
    ) {
        var cut = piece.lowerBound
        var position = cut
        var lastMatchEnd: Int?
        var search = CompiledRegex.Search()
        while position <= piece.upperBound,
            let match = pattern.firstMatch(
                &search, in: bytes, from: position, to: piece.upperBound)
        {
            // An empty match right after a match is none; the search goes on a scalar further.
            if match.isEmpty, match.lowerBound == lastMatchEnd {
                guard match.lowerBound < piece.upperBound else { break }
                position = decodeScalar(bytes, at: match.lowerBound).end
                continue
            }
            if cut < match.lowerBound {
                visit(Stretch(range: cut..<match.lowerBound, isMatch: isInverted))
            }
            visit(Stretch(range: match, isMatch: !isInverted))
            cut = match.upperBound
            position = cut
            lastMatchEnd = cut
        }
        if cut < piece.upperBound {
            visit(Stretch(range: cut..<piece.upperBound, isMatch: isInverted))
        }
    }
}
