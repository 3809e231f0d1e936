import ScopeCode
import ScopeTrace

/// Any bytes as a source that is written piece by piece, as JSON where there is a grammar of it and, one
/// in 16, as Python: the parser takes it, and in the end has the tree of a fresh parse.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSyntax(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let grammar = isOne(of: 16, bytes) ? python : json ?? python
    do {
        var parser = try IncrementalParser(grammar: grammar)
        var place = 0
        var length = 1
        while place < bytes.count {
            let end = min(bytes.count, place + length)
            let step = try parser.append(Array(bytes[place..<end]))
            precondition(step.path.allSatisfy { $0.kind < grammar.kindNames.count })
            place = end
            length = length % 7 + 3
        }
        precondition(parser.bytes == bytes, "another text")
        let tree = try parser.finish()
        let fresh = try grammar.parse(bytes)
        precondition(fresh == tree, "not the tree of a fresh parse")
        precondition(tree.nodes.allSatisfy { $0.span.upperBound <= bytes.count })
    } catch SyntaxFailure.unparsed {
        // The parser may give up on a text.
    } catch {
        preconditionFailure("another failure: \(error)")
    }
    return 0
}

private let json = try? GrammarLibrary.standard.grammar(for: "json")

private let python: Grammar = {
    do {
        return try GrammarLibrary.standard.grammar(for: "python")
    } catch {
        fatalError("the grammar of Python is not there: \(error)")
    }
}()
