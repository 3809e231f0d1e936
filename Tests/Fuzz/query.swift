import ScopeCode
import ScopeTrace

/// A line that is a query, then a source: either an error that says where, or captures of nodes.
///
/// It needs the grammar of Python, which `Scripts/grammars` builds.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzQuery(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let parts = bytes.split(
        separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
    let source = parts.count > 1 ? Array(parts[1]) : Array("def f(a):\n    return a + 1\n".utf8)
    do {
        let query = try SyntaxQuery(
            String(decoding: parts[0], as: UTF8.self), name: "fuzz", grammar: python)
        let (tree, captures) = try python.parse(source, queries: [query])
        check(tree, source.count)
        for capture in captures[0] {
            precondition(tree.nodes.indices.contains(capture.node), "a capture of nothing")
            precondition(query.captureNames.contains(capture.name))
        }
    } catch .malformedQuery(_, let offset, _) {
        precondition(offset <= parts[0].count * 3, "beyond the query")
    } catch .unparsed {
        // The parser may give up on a text.
    } catch {
        preconditionFailure("another failure: \(error)")
    }
    return 0
}

private func check(_ tree: SyntaxTree, _ count: Int) {
    for (index, node) in tree.nodes.enumerated() {
        precondition(node.span.upperBound <= count, "a node beyond the text")
        precondition(node.end > index && node.end <= tree.nodes.count, "a node without an end")
        if let parent = node.parent {
            precondition(parent < index && tree.nodes[parent].end >= node.end, "not a tree")
        }
        _ = tree.kindName(of: index)
    }
}

private let python: Grammar = {
    do {
        return try GrammarLibrary.standard.grammar(for: "python")
    } catch {
        fatalError("the grammar of Python is not there: \(error)")
    }
}()
