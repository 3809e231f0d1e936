/// A program as a table of states, built whole when the pattern is compiled.
///
/// A state is the list of threads, in order of preference, that Pike's machine would hold (Russ
/// Cox, "Regular Expression Matching: the Virtual Machine Approach", 2009). Whether it matches is
/// noted at the transition on the next scalar, or on the end, so that assertions about the next
/// scalar are settled in the table.
struct RegexAutomaton: Sendable {
    /// Patterns that need more are left to the ``RegexMachine``.
    static let maximumStates = TokenizerLimits.regexStateCount
    static let maximumEntries = TokenizerLimits.regexTableCells
    private static let maximumWork = TokenizerLimits.regexTableWork

    private static let matchFlag: UInt32 = 1 << 31

    // Row by row of states: the state that follows on each class, then on the end of the text.
    private let transitions: [UInt32]
    private let stride: Int
    private let classifier: CharacterClassifier
    private let startsMatch: [Bool]

    /// Builds the table, or nothing if it would be too large.
    init?(program: RegexProgram, classifier: CharacterClassifier) {
        var builder = Builder(program: program, classifier: classifier)
        guard let transitions = builder.build() else { return nil }
        self.transitions = transitions
        let stride = classifier.classCount + 1
        self.stride = stride
        self.classifier = classifier
        startsMatch = (UInt8.min..<0x80).map { unit in
            transitions[stride + classifier.classOfASCII(unit)] != 0
        }
    }

    /// The first position, up to the end, at which a match may start.
    @inline(__always)
    func nextStart(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
        let startsMatch = startsMatch.span
        var position = start
        while position < end {
            let unit = bytes[position]
            if unit >= 0x80 || startsMatch[Int(unit)] { break }
            position += 1
        }
        return position
    }

    /// The end of the preferred match that starts exactly at `start`, and where reading stopped.
    ///
    /// - Complexity: O(bytes read).
    @inline(__always)
    func matchEnd(
        in bytes: Span<UInt8>, from start: Int, to end: Int
    ) -> (matchEnd: Int?, stop: Int) {
        let transitions = transitions.span
        var matchEnd: Int?
        var state = stride  // the start state; state 0 is the dead end
        var position = start
        while position < end {
            let (scalarClass, following) = classifier.step(bytes, position)
            let entry = transitions[state + scalarClass]
            if entry & Self.matchFlag != 0 { matchEnd = position }
            state = Int(entry & ~Self.matchFlag)
            if state == 0 { return (matchEnd, position) }
            position = following
        }
        if transitions[state + stride - 1] & Self.matchFlag != 0 { matchEnd = end }
        return (matchEnd, end)
    }

    /// Explores the states from the start, breadth first.
    private struct Builder {
        let program: RegexProgram
        let classifier: CharacterClassifier
        var closure: RegexClosure
        var states: [[Int]] = [[], [0]]
        var indices: [[Int]: Int] = [[]: 0, [0]: 1]

        init(program: RegexProgram, classifier: CharacterClassifier) {
            self.program = program
            self.classifier = classifier
            closure = RegexClosure(program)
        }

        mutating func build() -> [UInt32]? {
            let stride = classifier.classCount + 1
            var transitions: [UInt32] = []
            var state = 0
            while state < states.count {
                guard states.count <= maximumStates,
                    states.count * stride <= maximumEntries, closure.work <= maximumWork
                else { return nil }
                for scalarClass in 0..<stride {
                    let isEnd = scalarClass == stride - 1
                    let (threads, matches) = step(state, on: isEnd ? nil : scalarClass)
                    let target = index(of: threads) * stride
                    transitions.append(UInt32(target) | (matches ? matchFlag : 0))
                }
                state += 1
            }
            return transitions
        }

        private mutating func index(of threads: [Int]) -> Int {
            if let index = indices[threads] { return index }
            indices[threads] = states.count
            states.append(threads)
            return states.count - 1
        }

        private mutating func step(
            _ state: Int, on scalarClass: Int?
        ) -> (threads: [Int], matches: Bool) {
            var consuming: [Int] = []
            var matches = false
            closure.begin()
            for place in states[state] {
                matches = closure.follow(
                    from: place, next: scalarClass, program: program, classifier: classifier,
                    into: &consuming)
                if matches { break }
            }
            guard let scalarClass else { return ([], matches) }
            let threads = consuming.compactMap { place -> Int? in
                guard case .consume(let set) = program.instructions[place],
                    classifier.set(set, contains: scalarClass)
                else { return nil }
                return place + 1
            }
            return (threads, matches)
        }
    }
}
