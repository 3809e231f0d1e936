import ScopeCode
import ScopeTrace

/// Any bytes as code that is being written: a byte that chooses the language and how the text is cut, then
/// the text.
///
/// It is appended in pieces, and now and then its end is taken back; each tree without errors is that of a
/// fresh parse. What queries say lies in the tree, what is folded over it sums to the whole, and blocks
/// that are followed are those of the whole text.
///
/// The language is JSON, whose grammar is small, and for one in 16 one of those that programs are written
/// in; one in 16 is folded, and one in 8 followed as Markdown.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzWrittenCode(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard let choice = bytes.first else { return 0 }
    let programming = grammars[Int(choice) % grammars.count]
    let grammar = isOne(of: 16, bytes) ? programming : json ?? programming
    let text = Array(bytes.dropFirst())
    do {
        try grow(text, by: grammar, seed: choice)
        if isOne(of: 16, text) { try fold(text, by: grammar) }
    } catch .unparsed {
        // Text that is no code may take too long.
        return 0
    } catch {
        preconditionFailure("\(grammar.language): \(error)")
    }
    if isOne(of: 8, text.reversed()) { follow(text, seed: choice) }
    return 0
}

private let json: Grammar? = {
    var grammar = try? GrammarLibrary.standard.grammar(for: "json")
    grammar?.timeLimit = .milliseconds(200)
    return grammar
}()

/// What the search path has of the languages that Scripts/grammars builds.
private let grammars: [Grammar] = {
    let found = CodeRegionParser.usualCandidates.compactMap { language -> Grammar? in
        var grammar = try? GrammarLibrary.standard.grammar(for: language)
        grammar?.timeLimit = .milliseconds(200)
        return grammar
    }
    precondition(!found.isEmpty, "no grammar on the search path: set TOKENSCOPE_GRAMMAR_PATH")
    return found
}()

/// Where those languages are, without the bundle that JSON may come from: its forty scanners are code that
/// others have to try.
private let programmingLibrary = GrammarLibrary(
    places: grammars.compactMap { $0.file?.split(separator: "/").dropLast().joined(separator: "/") }
        .map { "/" + $0 })

/// Small numbers that depend on the input alone.
private struct Draws {
    var state: UInt64

    mutating func next(below count: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % count
    }
}

private func grow(
    _ text: [UInt8], by grammar: Grammar, seed: UInt8
) throws(SyntaxFailure) {
    var draws = Draws(state: UInt64(seed) &+ UInt64(text.count))
    var parser = try IncrementalParser(grammar: grammar)
    parser.stepTimeLimit = .milliseconds(200)
    var fork: IncrementalParser?
    while parser.bytes.count < text.count {
        let kept = parser.bytes.count
        let end = min(text.count, kept + 1 + draws.next(below: 24))
        let step: SyntaxStep
        if draws.next(below: 16) == 0, kept > 0 {
            // The last bytes turn out to be others, as those of a line of Markdown may.
            let back = draws.next(below: min(kept, 12))
            step = try parser.replaceEnd(after: kept - back, with: text[kept - back..<end])
        } else {
            step = try parser.append(text[kept..<end])
        }
        precondition(parser.bytes == Array(text[..<end]), "the text is another one")
        check(step, in: parser.bytes)
        let tree = parser.tree
        check(tree, byteCount: end)
        precondition(tree.isWellFormed || parser.hasError, "an error that is not told of")
        if !parser.hasError, draws.next(below: 4) == 0 {
            let fresh = try grammar.parse(parser.bytes)
            precondition(tree == fresh, "\(grammar.language): another tree")
        }
        if fork == nil, draws.next(below: 8) == 0 { fork = parser }
    }
    let (finished, fresh) = (try parser.finish(), try grammar.parse(text))
    precondition(finished == fresh, "\(grammar.language): another tree in the end")
    if let fork { precondition(text.starts(with: fork.bytes), "a copy went on") }
}

private func check(_ step: SyntaxStep, in bytes: [UInt8]) {
    precondition(!step.path.isEmpty && step.bytes.upperBound == bytes.count)
    // The root begins with the first word, which blanks before it do not move.
    for (outer, inner) in zip(step.path.dropFirst(), step.path.dropFirst(2)) {
        precondition(outer.span.lowerBound <= inner.span.lowerBound, "a path leaves a node")
    }
    for node in step.began { precondition(step.bytes.contains(node.span.lowerBound)) }
}

private func check(_ tree: SyntaxTree, byteCount: Int) {
    for (index, node) in tree.nodes.enumerated() {
        precondition(node.span.upperBound <= byteCount && node.end > index)
        guard let parent = node.parent else {
            precondition(index == 0, "a second root")
            continue
        }
        precondition(parent < index && node.end <= tree.nodes[parent].end, "a child sticks out")
    }
}

/// What queries say lies in the tree, and every level of a fold sums to the whole.
private func fold(_ text: [UInt8], by grammar: Grammar) throws(SyntaxFailure) {
    let source = try SyntaxSource(text, by: grammar)
    for tag in source.tags {
        precondition(source.tree.nodes.indices.contains(tag.node))
        precondition(source.tree.nodes.indices.contains(tag.name))
    }
    precondition(source.marks.keys.allSatisfy(source.tree.nodes.indices.contains))
    var trace = TokenTrace(header: header)
    var start = 0
    while start < text.count {
        let end = min(text.count, start + 1 + Int(text[start] % 7))
        let index = trace.append(
            id: 1, bytes: Array(text[start..<end]), sourceSpan: start..<end, origin: .prompt)
        trace.record(at: index) {
            $0[MetricKey<Double>("surprisal", unit: .nats)] = Double(end % 11)
        }
        start = end
    }
    let report = CodeAggregator().report(of: trace, over: [source])
    guard let whole = report.whole.first?.statistic else { return }
    for fold in report.folds {
        guard let column = fold.column(named: "surprisal") else { continue }
        let sum = column.own.reduce(0) { $0 + $1.sum }
        precondition(abs(sum - whole.sum) <= 1e-9 * max(1, whole.sum), "\(fold.level) lost some")
    }
    _ = CodeAggregator().hotSpots(in: trace, over: [source])
    _ = CodeAggregator().classes(of: trace, over: [source])
}

private let header = TraceHeader(
    model: ModelIdentity(
        name: "fuzz", family: "llama", fingerprint: "00", parameterCount: 1, weights: "float32"),
    kernels: "scalar", settings: GenerationSettings(), eosTokenIDs: [], contextLength: 8,
    libraryVersion: "0")

/// Blocks of Markdown that are followed while they are written are those of the whole text.
private func follow(_ text: [UInt8], seed: UInt8) {
    var draws = Draws(state: UInt64(seed) &+ 7)
    let parser = CodeRegionParser(library: programmingLibrary, candidates: ["python"])
    var follower = CodeFollower(.fences, regionParser: parser)
    follower.stepTimeLimit = .milliseconds(100)
    while follower.bytes.count < text.count {
        let start = follower.bytes.count
        let end = min(text.count, start + 1 + draws.next(below: 24))
        for step in follower.append(text[start..<end]) {
            precondition(follower.map.regions.indices.contains(step.region))
        }
        for number in follower.map.regions.indices {
            guard let grown = follower.parser(ofRegion: number),
                follower.problem(ofRegion: number) == nil
            else { continue }
            precondition(
                grown.bytes == follower.map.bytes(ofRegion: number, in: follower.bytes),
                "a parser is behind without saying so")
        }
    }
    precondition(follower.map == CodeSelection.fences.map(of: text), "other blocks")
}
