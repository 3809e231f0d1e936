import ScopeCode
import ScopeTrace

/// A line that is a query, then a source: either an error that says where, or captures of nodes.
///
/// The runtime looks at a whole grammar for each query, milliseconds for a large one: so the grammar is that
/// of JSON where there is one, and that of Python for one input in 256.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzQuery(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let parts = bytes.split(
        separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
    let grammar = isOne(of: 256, bytes) ? python : json ?? python
    let usual = grammar.language == "json" ? #"{"a": [1, "b"]}"# : "def f(a):\n    return a + 1\n"
    let text = String(decoding: parts[0], as: UTF8.self)
    // Expressions may take long on texts that are made for them, as SECURITY.md says.
    let isSearched = text.contains("match?")
    let source = parts.count > 1 && !isSearched ? Array(parts[1]) : Array(usual.utf8)
    do {
        let query = try SyntaxQuery(text, name: "fuzz", grammar: grammar)
        let (tree, captures) = try grammar.parse(source, queries: [query])
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

private let json = try? GrammarLibrary.standard.grammar(for: "json")

private let python: Grammar = {
    do {
        return try GrammarLibrary.standard.grammar(for: "python")
    } catch {
        fatalError("the grammar of Python is not there: \(error)")
    }
}()
