/// A compiled pattern of a tokenizer file.
///
/// A search gives what Oniguruma gives: the leftmost match, and of those the one a backtracking
/// engine finds first. It never backtracks: finding all matches of a text takes time linear in
/// the text, whatever the pattern.
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

    /// GPT-2's pattern, which many tokenizers cut by, compiled once for all of them.
    private static let gpt2 = try? CompiledRegex(PreTokenizer.gpt2Pattern)

    /// A pattern of a tokenizer's, compiled unless that was done before.
    ///
    /// - Parameter pattern: the pattern in Oniguruma's Ruby syntax.
    /// - Returns: the compiled pattern; GPT-2's is one for all tokenizers.
    /// - Throws: ``RegexError`` with the position of what is not understood.
    static func shared(_ pattern: String) throws(RegexError) -> CompiledRegex {
        if pattern == PreTokenizer.gpt2Pattern, let gpt2 { return gpt2 }
        return try CompiledRegex(pattern)
    }

    /// Whether the pattern became a table; otherwise every search simulates the program.
    var isTabulated: Bool { automaton != nil }

    /// The same pattern whose searches simulate the program, which finds the same matches.
    var withoutTable: CompiledRegex { CompiledRegex(program, classifier, nil) }

    private init(
        _ program: RegexProgram, _ classifier: CharacterClassifier, _ automaton: RegexAutomaton?
    ) {
        self.program = program
        self.classifier = classifier
        self.automaton = automaton
    }

    /// A search for match after match in one stretch of text.
    struct Search {
        /// How many bytes the table may have read in vain before the machine takes over; what it
        /// finds earns more.
        fileprivate var allowance = 512
        fileprivate var machine: Machine?

        // A reference, as most searches never need one and a machine is large.
        fileprivate final class Machine {
            var state: RegexMachine

            init(_ state: RegexMachine) {
                self.state = state
            }
        }
    }

    /// The leftmost match at `start` or after it.
    ///
    /// - Parameters:
    ///   - search: a new search, or the one that found the match before.
    ///   - bytes: valid UTF-8.
    ///   - start: where to begin, not left of where this search began before.
    ///   - end: what counts as the end of the text, the same throughout a search.
    /// - Returns: the match in bytes, possibly empty.
    /// - Complexity: O(bytes × instructions) for all matches of a text together.
    @inline(__always)
    func firstMatch(
        _ search: inout Search, in bytes: Span<UInt8>, from start: Int, to end: Int
    ) -> Range<Int>? {
        guard let automaton, search.machine == nil else {
            return simulate(&search, bytes, from: start, to: end)
        }
        var position = start
        while true {
            let reached = position
            position = automaton.nextStart(in: bytes, from: position, to: end)
            let (matchEnd, stop) = automaton.matchEnd(in: bytes, from: position, to: end)
            // Reading far beyond matches, or from start after start, could go over the same text
            // again and again: then the machine takes the rest.
            search.allowance += 8 + 4 * (position - reached) - (stop - (matchEnd ?? position))
            if let matchEnd {
                search.allowance += 4 * (matchEnd - position)
                guard search.allowance > 0 else {
                    return simulate(&search, bytes, from: position, to: end)
                }
                return position..<matchEnd
            }
            guard position < end else { return nil }
            guard search.allowance > 0 else {
                return simulate(&search, bytes, from: position, to: end)
            }
            position = decodeScalar(bytes, at: position).end
        }
    }

    @inline(never)
    private func simulate(
        _ search: inout Search, _ bytes: Span<UInt8>, from start: Int, to end: Int
    ) -> Range<Int>? {
        let machine =
            search.machine
            ?? Search.Machine(
                RegexMachine(
                    program: program, classifier: classifier, bytes: bytes, from: start, to: end))
        search.machine = machine
        return machine.state.firstMatch(in: bytes, from: start)
    }
}
