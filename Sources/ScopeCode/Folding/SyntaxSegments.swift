internal import ScopeTrace

/// The bytes of a document cut wherever the deepest node or the line changes: each byte is in one
/// segment, which one node owns.
struct SyntaxSegments {
    /// Where each segment begins; it ends where the next one begins.
    private(set) var starts: [Int] = []
    /// The deepest node that covers it.
    private(set) var nodes: [Int32] = []
    /// Its line, from 0.
    private(set) var lines: [Int32] = []
    /// By node, the segments that lie in it.
    private(set) var ranges: [Range<Int>]
    /// The bytes of each line.
    let lineSpans: [Range<Int>]
    /// The length of the document.
    let byteCount: Int

    init(_ tree: SyntaxTree, text: [UInt8]) {
        byteCount = text.count
        let spans = TextLines.spans(in: text)
        lineSpans = spans.isEmpty ? [0..<0] : spans
        ranges = [Range<Int>](repeating: 0..<0, count: tree.nodes.count)
        starts.reserveCapacity(tree.nodes.count)
        nodes.reserveCapacity(tree.nodes.count)
        lines.reserveCapacity(tree.nodes.count)
        cut(tree)
        // So that a token without bytes has a place in a document without bytes.
        if starts.isEmpty {
            starts.append(0)
            nodes.append(0)
            lines.append(0)
            ranges[0] = 0..<1
        }
    }

    var count: Int { starts.count }

    func range(of segment: Int) -> Range<Int> {
        starts[segment]..<(segment + 1 < starts.count ? starts[segment + 1] : byteCount)
    }

    /// The segment that holds a byte; the last one for places at the end.
    func segment(at offset: Int) -> Int {
        var (low, high) = (0, starts.count)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] > offset { high = middle } else { low = middle + 1 }
        }
        return max(0, low - 1)
    }

    /// Walks over the tree once.
    ///
    /// The root covers the whole document, whatever its span; a child never
    /// reaches out of its parent.
    private mutating func cut(_ tree: SyntaxTree) {
        var cursor = 0
        var line = 0
        var open: [(node: Int, end: Int)] = []
        open.reserveCapacity(64)
        for (index, node) in tree.nodes.enumerated() {
            while let last = open.last, tree.nodes[last.node].end <= index {
                add(to: last.end, of: last.node, &cursor, &line)
                ranges[last.node] = ranges[last.node].lowerBound..<starts.count
                open.removeLast()
            }
            let limit = open.last?.end ?? byteCount
            let span = index == 0 ? 0..<byteCount : node.span
            if let parent = open.last?.node {
                add(to: min(span.lowerBound, limit), of: parent, &cursor, &line)
            }
            ranges[index] = starts.count..<starts.count
            open.append((index, min(span.upperBound, limit)))
        }
        while let last = open.popLast() {
            add(to: last.end, of: last.node, &cursor, &line)
            ranges[last.node] = ranges[last.node].lowerBound..<starts.count
        }
    }

    private mutating func add(to end: Int, of node: Int, _ cursor: inout Int, _ line: inout Int) {
        while cursor < end {
            starts.append(cursor)
            nodes.append(Int32(truncatingIfNeeded: node))
            lines.append(Int32(truncatingIfNeeded: line))
            let lineEnd = lineSpans[line].upperBound
            cursor = min(end, lineEnd)
            if cursor == lineEnd, line + 1 < lineSpans.count { line += 1 }
        }
    }
}
