/// Searches with a list of threads in order of preference: Pike's machine.
///
/// The result is that of a backtracking engine; the time is linear in the text. Described by
/// Russ Cox in "Regular Expression Matching: the Virtual Machine Approach" (2009).
struct RegexMachine {
    private struct Thread {
        let place: Int
        let start: Int
    }

    private let program: RegexProgram
    private let classifier: CharacterClassifier
    private var closure: RegexClosure

    init(program: RegexProgram, classifier: CharacterClassifier) {
        self.program = program
        self.classifier = classifier
        closure = RegexClosure(program)
    }

    /// The leftmost match that starts at `start` or after it, of several the preferred one.
    ///
    /// - Complexity: O(scalars up to the end of the match or text × instructions).
    mutating func firstMatch(
        in bytes: Span<UInt8>, from start: Int, to end: Int
    ) -> Range<Int>? {
        var threads: [Thread] = []
        var following: [Thread] = []
        var consuming: [Int] = []
        var match: Range<Int>?
        var position = start
        while true {
            if match == nil { threads.append(Thread(place: 0, start: position)) }
            guard !threads.isEmpty else { return match }
            let step = position < end ? classifier.step(bytes, position) : nil
            closure.begin()
            following.removeAll(keepingCapacity: true)
            for thread in threads {
                consuming.removeAll(keepingCapacity: true)
                let matches = closure.follow(
                    from: thread.place, next: step?.scalarClass, program: program,
                    classifier: classifier, into: &consuming)
                if let step {
                    for place in consuming {
                        guard case .consume(let set) = program.instructions[place],
                            classifier.set(set, contains: step.scalarClass)
                        else { continue }
                        following.append(Thread(place: place + 1, start: thread.start))
                    }
                }
                if matches {
                    match = thread.start..<position
                    break
                }
            }
            guard let step else { return match }
            swap(&threads, &following)
            position = step.end
        }
    }
}
