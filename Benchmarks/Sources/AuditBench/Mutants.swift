import TokenScope

/// A function with what stands before it, cut out of a file.
struct Piece {
    let text: [UInt8]
    /// The function's bytes.
    let function: Range<Int>
    let group: Int

    /// The functions of a file that are long enough to hide a defect in, and short enough to be read with
    /// what is before them.
    static func pieces(
        of text: [UInt8], group: Int, by grammar: Grammar, limit: Int = 2800
    ) throws -> [Piece] {
        let tree = try grammar.parse(text)
        guard tree.isWellFormed else { return [] }
        let tops = tree.children(of: 0).map { tree.nodes[$0].span }
        var found: [Piece] = []
        var index = 0
        while index < tree.nodes.count {
            let node = tree.nodes[index]
            guard tree.kindName(of: index) == "function_definition" else {
                index += 1
                continue
            }
            index = node.end
            // Piece by piece of the file, so that every bracket that is opened is closed.
            guard let own = tops.first(where: { $0.contains(node.span.lowerBound) }),
                node.span.upperBound - own.lowerBound <= limit
            else { continue }
            let start =
                tops.first { node.span.upperBound - $0.lowerBound <= limit }?.lowerBound
                ?? own.lowerBound
            let lines = text[node.span].count { $0 == UInt8(ascii: "\n") }
            guard (4...60).contains(lines) else { continue }
            found.append(
                Piece(
                    text: Array(text[start..<node.span.upperBound]) + [UInt8(ascii: "\n")],
                    function: node.span.lowerBound - start..<node.span.upperBound - start,
                    group: group))
        }
        return found
    }
}

/// A function with a defect.
struct Mutant {
    let piece: Piece
    let mutation: CodeMutation
    let source: SyntaxSource
    /// The first byte of each line that could have had a defect, in the changed text.
    let candidateLines: Set<Int>
    /// The first byte of the line that has it.
    let line: Int

    /// The byte at which a place's line begins.
    static func lineStart(of place: Int, in text: [UInt8]) -> Int {
        var start = min(place, text.count)
        while start > 0, text[start - 1] != UInt8(ascii: "\n") { start -= 1 }
        return start
    }

    /// Changes a function at a place that the seed chooses: a line first, so that long lines are not
    /// changed more often than short ones, then of the kinds that it allows the one that was chosen least so far.
    init?(
        _ piece: Piece, by grammar: Grammar, counts: [CodeMutation.Kind: Int],
        _ numbers: inout SeededNumbers
    ) throws {
        let whole = try SyntaxSource(piece.text, by: grammar)
        let sites = CodeMutator(whole).mutations().filter {
            piece.function.contains($0.range.lowerBound)
        }
        let lines = Dictionary(grouping: sites) {
            Self.lineStart(of: $0.range.lowerBound, in: piece.text)
        }
        guard lines.count >= 3 else { return nil }
        for _ in 0..<8 {
            let starts = lines.keys.sorted()
            let start = starts[numbers.below(starts.count)]
            let kinds = Dictionary(grouping: lines[start] ?? [], by: \.kind)
            let rarest = kinds.keys.min {
                (counts[$0, default: 0], $0.rawValue) < (counts[$1, default: 0], $1.rawValue)
            }
            let own = rarest.flatMap { kinds[$0] } ?? []
            let mutation = own[numbers.below(own.count)]
            let changed = mutation.applied(to: piece.text)
            let source = try SyntaxSource(changed, by: grammar)
            guard source.tree.isWellFormed, changed != piece.text else { continue }
            let shift = mutation.replacement.utf8.count - mutation.range.count
            candidateLines = Set(
                lines.keys.map { $0 > mutation.range.lowerBound ? $0 + shift : $0 })
            line = start
            self.piece = piece
            self.mutation = mutation
            self.source = source
            return
        }
        return nil
    }
}
