/// A compiled pattern of a tokenizer file.
///
/// A search gives what Oniguruma gives: the leftmost match, and of those the one a backtracking
/// engine finds first. It never backtracks: each search is linear in the text.
struct CompiledRegex: Sendable {
    private let program: RegexProgram
    private let classifier: CharacterClassifier
    private let automaton: RegexAutomaton?

    /// Compiles a pattern.
    ///
    /// - Parameter pattern: the pattern in Oniguruma's Ruby syntax.
    /// - Throws: ``RegexError`` with the position of what is not understood.
    init(_ pattern: String) throws(RegexError) {
        program = try RegexProgram(RegexParser.parse(pattern))
        classifier = try CharacterClassifier(program.sets)
        automaton = RegexAutomaton(program: program, classifier: classifier)
    }

    /// Whether the pattern became a table; otherwise every search simulates the program.
    var isTabulated: Bool { automaton != nil }

    /// The leftmost match at `start` or after it.
    ///
    /// - Parameters:
    ///   - bytes: valid UTF-8.
    ///   - start: where to begin.
    ///   - end: what counts as the end of the text.
    /// - Returns: the match in bytes, possibly empty.
    /// - Complexity: O(`end - start` × instructions).
    @inline(__always)
    func firstMatch(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Range<Int>? {
        guard let automaton else { return simulate(bytes, from: start, to: end) }
        var position = start
        // Trying the table at every position could read the text over and over: once that shows,
        // the machine, which carries all starts along, takes the rest.
        var wasted = 256
        while true {
            position = automaton.nextStart(in: bytes, from: position, to: end)
            let (matchEnd, stop) = automaton.matchEnd(in: bytes, from: position, to: end)
            if let matchEnd { return position..<matchEnd }
            guard position < end else { return nil }
            wasted -= stop - position - 8
            guard wasted > 0 else {
                return simulate(bytes, from: position, to: end)
            }
            position = decodeScalar(bytes, at: position).end
        }
    }

    @inline(never)
    private func simulate(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Range<Int>? {
        var machine = RegexMachine(program: program, classifier: classifier)
        return machine.firstMatch(in: bytes, from: start, to: end)
    }
}
