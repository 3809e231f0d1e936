/// Follows the instructions of a program that consume nothing.
///
/// One step of a machine visits each instruction once, in order of preference: whoever comes
/// second could only repeat what the first one does.
struct RegexClosure {
    private var visited: [Int]
    private var generation = 0
    private var stack: [Int] = []

    /// How many instructions have been followed in all.
    private(set) var work = 0

    init(_ program: RegexProgram) {
        visited = [Int](repeating: 0, count: program.instructions.count)
    }

    /// Begins a step: nothing has been visited.
    mutating func begin() {
        generation += 1
    }

    /// Follows one thread up to the instructions that consume.
    ///
    /// - Parameters:
    ///   - start: the instruction the thread is at.
    ///   - next: the class of the next scalar, nil at the end of the text.
    ///   - program: the program.
    ///   - classifier: the classes of the program's sets.
    ///   - consuming: gets the instructions that consume, in order of preference.
    /// - Returns: whether the thread matches; what it prefers less is then left out.
    mutating func follow(
        from start: Int, next: Int?, program: RegexProgram, classifier: CharacterClassifier,
        into consuming: inout [Int]
    ) -> Bool {
        stack.append(start)
        while let place = stack.popLast() {
            work += 1
            let instruction = program.instructions[place]
            guard visited[place] != generation else {
                // Back at a loop within one step, its round was empty: that ends the loop, before
                // what the round would have done else.
                if case .loop(_, let exit, _) = instruction { stack.append(exit) }
                continue
            }
            visited[place] = generation
            switch instruction {
            case .consume:
                consuming.append(place)
            case .assert(let set, let isPresent):
                let isMember = next.map { classifier.set(set, contains: $0) } ?? false
                if isMember == isPresent { stack.append(place + 1) }
            case .split(let first, let second):
                stack.append(second)
                stack.append(first)
            case .loop(let body, let exit, let isGreedy):
                stack.append(isGreedy ? exit : body)
                stack.append(isGreedy ? body : exit)
            case .jump(let target):
                stack.append(target)
            case .match:
                stack.removeAll(keepingCapacity: true)
                return true
            }
        }
        return false
    }
}
