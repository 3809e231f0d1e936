/// A pattern as instructions over the sets it distinguishes.
struct RegexProgram: Sendable {
    /// No program is longer than this; the work at one scalar is at most its length.
    static let maximumLength = TokenizerLimits.regexInstructionCount

    enum Instruction: Equatable, Sendable {
        /// Consumes one scalar of a set and goes on with the next instruction.
        case consume(set: Int)
        /// Holds if the next scalar is in the set, or if none is.
        case assert(set: Int, isPresent: Bool)
        /// Goes on at both places, the first preferred.
        case split(first: Int, second: Int)
        /// Goes on with another round of a loop, or after the loop.
        case loop(body: Int, exit: Int, isGreedy: Bool)
        case jump(Int)
        case match
    }

    private(set) var instructions: [Instruction] = []
    private(set) var sets: [CharacterPredicate] = []
    private var setIndices: [CharacterPredicate: Int] = [:]

    /// Compiles a pattern.
    ///
    /// - Parameter node: the parsed pattern.
    /// - Throws: ``RegexError`` if the program would be longer than ``maximumLength``.
    init(_ node: RegexNode) throws(RegexError) {
        try append(node)
        try append(.match)
        setIndices = [:]
    }

    private mutating func append(_ instruction: Instruction) throws(RegexError) {
        guard instructions.count < Self.maximumLength else {
            throw RegexError(
                position: 0,
                reason: "the pattern needs more than \(Self.maximumLength) instructions")
        }
        instructions.append(instruction)
    }

    private mutating func index(of set: CharacterPredicate) -> Int {
        if let index = setIndices[set] { return index }
        setIndices[set] = sets.count
        sets.append(set)
        return sets.count - 1
    }

    private mutating func append(_ node: RegexNode) throws(RegexError) {
        switch node {
        case .empty:
            break
        case .set(let set):
            try append(.consume(set: index(of: set)))
        case .assertion(let set, let isPresent):
            try append(.assert(set: index(of: set), isPresent: isPresent))
        case .concatenation(let items):
            for item in items { try append(item) }
        case .alternation(let branches):
            try append(branches)
        case .repetition(let body, let minimum, let maximum, let isGreedy):
            try append(body, minimum: minimum, maximum: maximum, isGreedy: isGreedy)
        }
    }

    private mutating func append(_ branches: [RegexNode]) throws(RegexError) {
        var exits: [Int] = []
        for branch in branches.dropLast() {
            let split = instructions.count
            try append(.split(first: split + 1, second: 0))
            try append(branch)
            exits.append(instructions.count)
            try append(.jump(0))
            instructions[split] = .split(first: split + 1, second: instructions.count)
        }
        if let last = branches.last { try append(last) }
        for exit in exits { instructions[exit] = .jump(instructions.count) }
    }

    private mutating func append(
        _ body: RegexNode, minimum: Int, maximum: Int?, isGreedy: Bool
    ) throws(RegexError) {
        for _ in 0..<minimum {
            let start = instructions.count
            try append(body)
            // A body without instructions repeats to nothing, however often.
            if instructions.count == start { return }
        }
        guard let maximum else {
            let start = instructions.count
            try append(.loop(body: 0, exit: 0, isGreedy: isGreedy))
            try append(body)
            try append(.jump(start))
            instructions[start] = .loop(
                body: start + 1, exit: instructions.count, isGreedy: isGreedy)
            return
        }
        var splits: [Int] = []
        for _ in minimum..<maximum {
            splits.append(instructions.count)
            try append(.split(first: 0, second: 0))
            try append(body)
        }
        let exit = instructions.count
        for split in splits {
            instructions[split] =
                isGreedy
                ? .split(first: split + 1, second: exit) : .split(first: exit, second: split + 1)
        }
    }
}
