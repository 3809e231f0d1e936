/// Finds all matches in a stretch of text in linear time, whatever the pattern.
///
/// A first pass, from the end, notes which instructions lead to a match at each position (A.
/// Frisch and L. Cardelli, "Greedy Regular Expression Matching", 2004). The second follows, from
/// the start, the preferred one of those that do, so it never reads a scalar in vain. Only every
/// n-th note is kept; the ones between are made again when the second pass comes by.
struct RegexMachine {
    private static let blockLength = 1_024

    private let program: RegexProgram
    private let classifier: CharacterClassifier
    private var closure: RegexClosure
    private var liveness: RegexLiveness
    private let end: Int
    private var consuming: [Int] = []

    // The notes kept, from the end of the text to its start, and those of the block at hand, from
    // its end to its start: a position and the live instructions there.
    private var checkpoints: [(position: Int, live: [UInt64])] = []
    private var block: [(position: Int, live: [UInt64])] = []

    /// Makes the first pass over a stretch of valid UTF-8.
    ///
    /// - Complexity: O(scalars × instructions).
    init(
        program: RegexProgram, classifier: CharacterClassifier, bytes: Span<UInt8>, from start: Int,
        to end: Int
    ) {
        self.program = program
        self.classifier = classifier
        self.end = end
        closure = RegexClosure(program)
        liveness = RegexLiveness(program: program, classifier: classifier)
        var position = end
        var live = liveness.atEnd()
        var count = 0
        while true {
            if count % Self.blockLength == 0 || position == start {
                checkpoints.append((position, live))
            }
            guard position > start else { break }
            (position, live) = liveness.before(position, live, in: bytes)
            count += 1
        }
        advance(in: bytes)
    }

    /// The leftmost match at `start` or after it; starts must not decrease from call to call.
    ///
    /// - Complexity: O(scalars up to the end of the match × instructions).
    mutating func firstMatch(in bytes: Span<UInt8>, from start: Int) -> Range<Int>? {
        while block[block.count - 1].position < start
            || !RegexLiveness.contains(0, in: block[block.count - 1].live)
        {
            guard hasNext(in: bytes) else { return nil }
            block.removeLast()
        }
        // From here on some thread matches; follow the preferred one that does.
        let matchStart = block[block.count - 1].position
        var place = 0
        while true {
            let position = block[block.count - 1].position
            let scalarClass = position < end ? classifier.step(bytes, position).scalarClass : nil
            closure.begin()
            consuming.removeAll(keepingCapacity: true)
            _ = closure.follow(
                from: place, next: scalarClass, program: program, classifier: classifier,
                into: &consuming)
            guard let scalarClass, hasNext(in: bytes),
                let preferred = preferred(on: scalarClass, live: block[block.count - 2].live)
            else { return matchStart..<position }
            place = preferred + 1
            block.removeLast()
        }
    }

    private func preferred(on scalarClass: Int, live: [UInt64]) -> Int? {
        consuming.first { place in
            guard case .consume(let set) = program.instructions[place] else { return false }
            return classifier.set(set, contains: scalarClass)
                && RegexLiveness.contains(place + 1, in: live)
        }
    }

    /// Whether a scalar follows; if so, there is a note of the position behind it.
    private mutating func hasNext(in bytes: Span<UInt8>) -> Bool {
        if block.count == 1, checkpoints.count > 1 { advance(in: bytes) }
        return block.count > 1
    }

    /// Makes the notes of the next block again, from the checkpoint at its end.
    private mutating func advance(in bytes: Span<UInt8>) {
        let start = checkpoints[checkpoints.count - 1].position
        guard checkpoints.count > 1 else {
            block = checkpoints
            return
        }
        checkpoints.removeLast()
        block = [checkpoints[checkpoints.count - 1]]
        while let first = block.last, first.position > start {
            block.append(liveness.before(first.position, first.live, in: bytes))
        }
    }
}
