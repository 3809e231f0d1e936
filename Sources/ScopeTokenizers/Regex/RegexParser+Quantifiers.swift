extension RegexParser {
    /// Wraps a node in the quantifiers that follow it.
    mutating func parseQuantifiers(of atom: RegexNode) throws(RegexError) -> RegexNode {
        var node = atom
        var stacked = 0
        while true {
            let start = position
            let bounds: (minimum: Int, maximum: Int?)
            let isInterval: Bool
            if consume("*") {
                (bounds, isInterval) = ((0, nil), false)
            } else if consume("+") {
                (bounds, isInterval) = ((1, nil), false)
            } else if consume("?") {
                (bounds, isInterval) = ((0, 1), false)
            } else if let interval = try parseInterval() {
                (bounds, isInterval) = (interval, true)
            } else {
                return node
            }
            stacked += 1
            guard stacked <= Self.maximumDepth else {
                throw error("quantifiers are stacked too high", at: start)
            }
            if case .assertion = node {
                throw error("a repeated assertion is not supported", at: start)
            }
            // In this syntax x{2}? is (?:x{2})?, and x{1,2}+ is (?:x{1,2})+.
            let mayBeLazy = !isInterval || bounds.minimum != bounds.maximum
            let isLazy = mayBeLazy && consume("?")
            let isPossessive = !isInterval && !isLazy && consume("+")
            node = .repetition(
                node, minimum: bounds.minimum, maximum: bounds.maximum, isGreedy: !isLazy)
            if isPossessive { node = try possessive(node, at: start) }
        }
    }

    /// A possessive repeat of one set ends where no further member follows, which an assertion
    /// says as well; a possessive repeat of anything longer has no such form.
    private func possessive(_ node: RegexNode, at start: Int) throws(RegexError) -> RegexNode {
        guard case .repetition(let body, let minimum, let maximum, _) = node,
            let set = body.singleSet
        else {
            throw error("a possessive repeat of a group is not supported", at: start)
        }
        let ending = RegexNode.assertion(set, isPresent: false)
        if minimum == 0, maximum == 1 { return .alternation([.set(set), ending]) }
        return .concatenation([node, ending])
    }

    /// `{2}`, `{2,}`, `{,3}` or `{2,3}`; anything else after `{` is literal text.
    mutating func parseInterval() throws(RegexError) -> (minimum: Int, maximum: Int?)? {
        let start = position
        guard consume("{") else { return nil }
        let lower = try parseNumber()
        let hasComma = consume(",")
        let upper = hasComma ? try parseNumber() : lower
        guard consume("}"), lower != nil || upper != nil else {
            position = start
            return nil
        }
        if let lower, let upper, lower > upper {
            throw error("the repeat's bounds are reversed", at: start)
        }
        return (lower ?? 0, upper)
    }

    private mutating func parseNumber() throws(RegexError) -> Int? {
        let start = position
        var value = 0
        while let scalar = next, ("0"..."9").contains(scalar) {
            value = value * 10 + Int(scalar.value - 0x30)
            guard value <= Self.maximumRepeat else {
                throw error("a repeat beyond \(Self.maximumRepeat)", at: start)
            }
            position += 1
        }
        return position == start ? nil : value
    }
}
