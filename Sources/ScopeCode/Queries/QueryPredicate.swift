/// What a match of a query must fulfil besides its pattern.
struct QueryPredicate: Sendable {
    enum Word: Sendable {
        case capture(UInt32)
        case text(String)
    }

    private enum Test: Sendable {
        case equals(Word)
        case matches(String)
        case isAny(of: [String])
        /// One that is not understood, which no match fulfils.
        case unknown
    }

    private let capture: UInt32
    private let test: Test
    private let isNegated: Bool
    /// Whether one of several captured nodes suffices.
    private let needsAny: Bool

    /// Reads the words of a predicate; nil for one that asks nothing of a match, such as `set!`.
    init?(_ words: [Word]) {
        guard case .text(var name) = words.first, name.hasSuffix("?"),
            name != "is?", name != "is-not?"
        else { return nil }
        name.removeLast()
        var needsAny = false
        if name.hasPrefix("any-"), name != "any-of" {
            needsAny = true
            name.removeFirst(4)
        }
        isNegated = name.hasPrefix("not-")
        if isNegated { name.removeFirst(4) }
        self.needsAny = needsAny
        guard words.count >= 3, case .capture(let capture) = words[1] else {
            self.capture = 0
            test = .unknown
            return
        }
        self.capture = capture
        let texts = words.dropFirst(2).compactMap { word in
            if case .text(let text) = word { text } else { nil }
        }
        switch name {
        case "eq": test = .equals(words[2])
        case "match" where texts.count == 1: test = .matches(texts[0])
        case "any-of": test = .isAny(of: texts)
        default: test = .unknown
        }
    }

    /// Whether captured nodes, whose texts are given by the capture's number, fulfil it.
    ///
    /// Without any, it holds.
    func holds(texts: (UInt32) -> [String], patterns: inout QueryPatterns) -> Bool {
        let found = texts(capture)
        func isFulfilled(_ text: String) -> Bool {
            switch test {
            case .equals(.text(let other)): Self.areEqual(text, other)
            case .equals(.capture(let other)): texts(other).contains { Self.areEqual($0, text) }
            case .isAny(let list): list.contains { Self.areEqual($0, text) }
            case .matches(let pattern): patterns.matches(pattern, text)
            case .unknown: isNegated
            }
        }
        if needsAny { return found.isEmpty || found.contains { isFulfilled($0) != isNegated } }
        return found.allSatisfy { isFulfilled($0) != isNegated }
    }

    /// Equality of bytes; that of strings takes composed and decomposed letters for the same.
    private static func areEqual(_ left: String, _ right: String) -> Bool {
        left.utf8.elementsEqual(right.utf8)
    }
}

/// Regular expressions of a query with what they said of texts: names repeat in a program.
struct QueryPatterns {
    private var patterns: [String: Regex<AnyRegexOutput>?] = [:]
    private var answers: [String: [String: Bool]] = [:]

    /// Whether a pattern is found in a text; one that is not understood is found nowhere.
    mutating func matches(_ pattern: String, _ text: String) -> Bool {
        if let answer = answers[pattern]?[text] { return answer }
        let regex: Regex<AnyRegexOutput>?
        if let known = patterns[pattern] {
            regex = known
        } else {
            regex = Self.isBounded(pattern) ? try? Regex(pattern) : nil
            patterns[pattern] = .some(regex)
        }
        let answer = regex.map { text.firstMatch(of: $0) != nil } ?? false
        answers[pattern, default: [:]][text] = answer
        return answer
    }

    /// Whether an expression is short and flat enough for a reader that works by recursion.
    private static func isBounded(_ pattern: String) -> Bool {
        pattern.utf8.count <= SyntaxLimits.expressionByteCount
            && pattern.utf8.count { $0 == UInt8(ascii: "(") || $0 == UInt8(ascii: "[") }
                <= SyntaxLimits.expressionGroupCount
    }
}
