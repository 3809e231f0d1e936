/// Which instructions of a program lead to a match, as bit sets, from the right to the left.
struct RegexLiveness {
    private let program: RegexProgram
    private let classifier: CharacterClassifier

    // For each instruction those that go on there without consuming, one list after the other.
    private var sources: [Int] = []
    private var sourceStarts: [Int] = []
    private let wordCount: Int
    private var stack: [Int] = []

    init(program: RegexProgram, classifier: CharacterClassifier) {
        self.program = program
        self.classifier = classifier
        wordCount = (program.instructions.count + 63) / 64
        var incoming = [[Int]](repeating: [], count: program.instructions.count)
        for (place, instruction) in program.instructions.enumerated() {
            switch instruction {
            case .consume, .match:
                break
            case .assert:
                incoming[place + 1].append(place)
            case .split(let first, let second):
                incoming[first].append(place)
                incoming[second].append(place)
            case .loop(let body, let exit, _):
                incoming[body].append(place)
                incoming[exit].append(place)
            case .jump(let target):
                incoming[target].append(place)
            }
        }
        for list in incoming {
            sourceStarts.append(sources.count)
            sources += list
        }
        sourceStarts.append(sources.count)
    }

    /// Whether an instruction is in a set.
    @inline(__always)
    static func contains(_ place: Int, in live: [UInt64]) -> Bool {
        live[place / 64] & (1 << UInt64(place % 64)) != 0
    }

    /// The instructions that match at the end of the text.
    mutating func atEnd() -> [UInt64] {
        step(following: nil, next: nil)
    }

    /// Steps over the scalar that ends at a position.
    ///
    /// - Parameters:
    ///   - end: the position, not the start of the text.
    ///   - live: the instructions that lead to a match there.
    ///   - bytes: the text.
    /// - Returns: where the scalar starts, and the instructions that lead to a match there.
    mutating func before(
        _ end: Int, _ live: [UInt64], in bytes: Span<UInt8>
    ) -> (position: Int, live: [UInt64]) {
        let (_, start) = decodeScalar(bytes, endingAt: end)
        let scalarClass = classifier.step(bytes, start).scalarClass
        return (start, step(following: live, next: scalarClass))
    }

    private mutating func step(following: [UInt64]?, next: Int?) -> [UInt64] {
        var live = [UInt64](repeating: 0, count: wordCount)
        for (place, instruction) in program.instructions.enumerated() {
            switch instruction {
            case .match:
                stack.append(place)
            case .consume(let set):
                if let next, let following, classifier.set(set, contains: next),
                    Self.contains(place + 1, in: following)
                {
                    stack.append(place)
                }
            case .assert, .split, .loop, .jump:
                break
            }
        }
        while let place = stack.popLast() {
            guard !Self.contains(place, in: live) else { continue }
            live[place / 64] |= 1 << UInt64(place % 64)
            for index in sourceStarts[place]..<sourceStarts[place + 1] {
                let source = sources[index]
                if case .assert(let set, let isPresent) = program.instructions[source] {
                    let isMember = next.map { classifier.set(set, contains: $0) } ?? false
                    guard isMember == isPresent else { continue }
                }
                stack.append(source)
            }
        }
        return live
    }
}
