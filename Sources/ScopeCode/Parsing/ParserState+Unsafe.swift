internal import CScopeTreeSitter

/// A parser of the runtime with what it has read: the text, its tree, and the tree before.
///
/// One thread uses it at a time; ``IncrementalParser`` sees to that.
@safe
final class ParserState: @unchecked Sendable {
    let grammar: Grammar
    private(set) var bytes: [UInt8] = []
    /// Where the text ends, in lines and bytes of the last line.
    private var endPoint = TSPoint(row: 0, column: 0)
    private nonisolated(unsafe) var parser: OpaquePointer
    private(set) nonisolated(unsafe) var tree: OpaquePointer
    /// The tree before the last change of the text, fitted to it; nil where it has no part in the tree.
    private(set) nonisolated(unsafe) var previousTree: OpaquePointer?

    /// As long as a text may be; offsets in the runtime have 32 bits.
    static let longest = SyntaxLimits.sourceByteCount

    /// Parses a text from nothing.
    init(grammar: Grammar, bytes: [UInt8] = []) throws(SyntaxFailure) {
        guard bytes.count <= Self.longest else {
            throw .textTooLong(byteCount: bytes.count, limit: Self.longest)
        }
        self.grammar = grammar
        self.bytes = bytes
        endPoint = Self.point(after: bytes[...], from: TSPoint(row: 0, column: 0))
        unsafe parser = unsafe Self.makeParser(grammar)
        guard
            let tree = unsafe Self.parse(
                bytes, with: parser, after: nil, limit: grammar.timeLimit)
        else {
            unsafe ts_parser_delete(parser)
            throw .unparsed(language: grammar.language, byteCount: bytes.count)
        }
        unsafe self.tree = unsafe tree
    }

    /// Goes on from the same text and trees by itself.
    init(copy other: ParserState) {
        grammar = other.grammar
        bytes = other.bytes
        endPoint = other.endPoint
        unsafe parser = unsafe Self.makeParser(other.grammar)
        // Trees share their nodes, whose counts of references are atomic.
        unsafe tree = unsafe ts_tree_copy(other.tree)
        unsafe previousTree = unsafe other.previousTree.map { unsafe ts_tree_copy($0) }
    }

    deinit {
        if let previousTree = unsafe previousTree { unsafe ts_tree_delete(previousTree) }
        unsafe ts_tree_delete(tree)
        unsafe ts_parser_delete(parser)
    }

    /// A parser for a grammar whose version has been checked.
    private static func makeParser(_ grammar: Grammar) -> OpaquePointer {
        // Where memory runs out, the runtime ends the process itself.
        guard let parser = unsafe ts_parser_new() else {
            preconditionFailure("the parser runtime made no parser")
        }
        let isAccepted = unsafe ts_parser_set_language(parser, grammar.pointer)
        precondition(isAccepted, "a checked grammar was refused")
        return unsafe parser
    }

    private static func parse(
        _ bytes: [UInt8], with parser: OpaquePointer, after old: OpaquePointer?,
        limit: Duration
    ) -> OpaquePointer? {
        let (seconds, attoseconds) = limit.components
        let micros = Double(seconds) * 1e6 + Double(attoseconds) / 1e12
        // Zero would be no limit.
        unsafe ts_parser_set_timeout_micros(parser, UInt64(min(max(micros, 1), 1e15)))
        return unsafe bytes.withUnsafeBytes { buffer in
            unsafe GuardedGrammars.parse(
                buffer.assumingMemoryBound(to: CChar.self), with: parser, after: old)
        }
    }

    /// Puts bytes in the place of the text's end, and parses what changed.
    ///
    /// - Parameters:
    ///   - keptCount: The bytes that stay.
    ///   - added: What follows them now.
    ///   - limit: As long as that may take; the grammar's limit unless given.
    /// - Throws: ``SyntaxFailure``; the text is then as it was.
    func replaceEnd(
        after keptCount: Int, with added: [UInt8], limit: Duration? = nil
    ) throws(SyntaxFailure) {
        let oldCount = bytes.count
        let byteCount = keptCount + added.count
        guard byteCount <= Self.longest else {
            throw .textTooLong(byteCount: byteCount, limit: Self.longest)
        }
        let oldEnd = endPoint
        let start = keptCount == oldCount ? oldEnd : point(at: keptCount)
        let removed = Array(bytes[keptCount...])
        bytes.removeSubrange(keptCount...)
        bytes.append(contentsOf: added)
        endPoint = Self.point(after: bytes[keptCount...], from: start)
        var edit = TSInputEdit(
            start_byte: UInt32(keptCount), old_end_byte: UInt32(oldCount),
            new_end_byte: UInt32(byteCount), start_point: start, old_end_point: oldEnd,
            new_end_point: endPoint)
        let old = unsafe ts_tree_copy(tree)
        unsafe ts_tree_edit(old, &edit)
        let limit = min(limit ?? grammar.timeLimit, grammar.timeLimit)
        guard let new = unsafe Self.parse(bytes, with: parser, after: old, limit: limit) else {
            unsafe ts_parser_reset(parser)
            if let old = unsafe old { unsafe ts_tree_delete(old) }
            bytes.removeSubrange(keptCount...)
            bytes.append(contentsOf: removed)
            endPoint = oldEnd
            throw .unparsed(language: grammar.language, byteCount: byteCount)
        }
        unsafe take(new, previous: old)
    }

    /// Parses the whole text anew.
    ///
    /// - Returns: Whether the tree is another one now.
    func parseFresh() throws(SyntaxFailure) -> Bool {
        // With a parser of its own: scanners of grammars keep something from one text to the next, as that
        // of Python does of an f-string without an end.
        let new = unsafe Self.makeParser(grammar)
        guard
            let fresh = unsafe Self.parse(
                bytes, with: new, after: nil, limit: grammar.timeLimit)
        else {
            unsafe ts_parser_delete(new)
            throw .unparsed(language: grammar.language, byteCount: bytes.count)
        }
        unsafe ts_parser_delete(parser)
        unsafe parser = unsafe new
        let isEqual = unsafe TreeComparison.areEqual(tree, fresh)
        if isEqual {
            unsafe ts_tree_delete(fresh)
        } else {
            unsafe take(fresh, previous: nil)
        }
        return !isEqual
    }

    private func take(_ new: OpaquePointer, previous: OpaquePointer?) {
        if let last = unsafe previousTree { unsafe ts_tree_delete(last) }
        unsafe ts_tree_delete(tree)
        unsafe previousTree = unsafe previous
        unsafe tree = unsafe new
    }

    private func point(at offset: Int) -> TSPoint {
        Self.point(after: bytes[..<offset], from: TSPoint(row: 0, column: 0))
    }

    private static func point(after bytes: ArraySlice<UInt8>, from start: TSPoint) -> TSPoint {
        var point = start
        for byte in bytes {
            if byte == 0x0A {
                point = TSPoint(row: point.row + 1, column: 0)
            } else {
                point.column += 1
            }
        }
        return point
    }
}
