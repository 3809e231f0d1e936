/// Looks over the text of a query for what the runtime must not be given.
///
/// The runtime reads patterns by recursion, so that brackets inside each other end at its stack. And where it
/// reads `?` or `*` it walks from the pattern's first step along the steps that may follow instead of it,
/// to the last one. Behind a pattern that may be nothing already that walk goes past the end of the steps, and
/// with `+` behind such a pattern the runtime goes round for ever.
///
/// A predicate makes no step, but what goes with a pattern (a field, a capture, `?`, a dot before the end)
/// is written to its first step. So a predicate must not stand where a pattern has to. And as steps are
/// counted in 16 bits, there must not be too many.
struct QueryShape {
    /// Where the walk from a pattern's first step ends.
    private enum End {
        /// At a step.
        case step
        /// At the step that comes next, which is not there yet.
        case open
    }

    private enum Bracket {
        /// A node, whose own step is the first one.
        case node
        /// Patterns one after the other, the first step of which is that of the first.
        case group
        /// Patterns of which one is found; the walk goes over their first steps.
        case alternation
    }

    private struct Frame {
        let bracket: Bracket
        /// Of the patterns before the last one.
        var end: End?
        /// Of the last pattern, which `?` and its like go with.
        var last: End?
        /// Whether a predicate came last.
        var endsWithPredicate = false
        /// Whether a dot stands behind all patterns.
        var endsWithDot = false

        /// Takes the next pattern.
        mutating func append(_ pattern: End) {
            settle()
            last = pattern
            endsWithPredicate = false
            endsWithDot = false
        }

        /// What the patterns come to; nil for none.
        mutating func finish() -> End? {
            settle()
            return bracket == .node ? .step : end
        }

        private mutating func settle() {
            guard let last else { return }
            switch (bracket, end) {
            case (.alternation, _), (_, nil), (_, .open): end = last
            case (_, .step): break
            }
            self.last = nil
        }
    }

    private let text: [UInt8]
    private var place = 0
    private var frames = [Frame(bracket: .group)]
    /// Whether a field waits for its pattern.
    private var isAfterField = false
    /// No fewer than the runtime makes.
    private var stepCount = 0

    /// The first byte of a text that must not be read, and why.
    static func fault(in text: String) -> (offset: Int, reason: String)? {
        var shape = QueryShape(text: Array(text.utf8))
        return shape.firstFault()
    }

    private init(text: [UInt8]) {
        self.text = text
    }

    private mutating func firstFault() -> (offset: Int, reason: String)? {
        while place < text.count {
            let offset = place
            place += 1
            if let reason = read(text[offset]) { return (offset, reason) }
            guard stepCount <= SyntaxLimits.queryStepCount else {
                return (offset, "has more than \(SyntaxLimits.queryStepCount) steps")
            }
        }
        return nil
    }

    /// Reads a byte and what goes with it; says what is wrong with it.
    private mutating func read(_ byte: UInt8) -> String? {
        switch byte {
        case UInt8(ascii: ";"): skipComment()
        case UInt8(ascii: "\""):
            skipString()
            append(.step)
        case UInt8(ascii: "("): return beginParenthesis()
        case UInt8(ascii: "["): return begin(.alternation)
        case UInt8(ascii: ")"), UInt8(ascii: "]"): return finish()
        case UInt8(ascii: "?"), UInt8(ascii: "*"), UInt8(ascii: "+"):
            stepCount += 1
            guard top.last == .step else {
                return top.last.map { _ in "repeats or leaves out what may be nothing already" }
            }
            if byte != UInt8(ascii: "+") { top.last = .open }
        case UInt8(ascii: "."): top.endsWithDot = true
        case UInt8(ascii: ":"): isAfterField = true
        case UInt8(ascii: "@"):
            stepCount += 1
            _ = skipName()
        case UInt8(ascii: "!"):
            skipBlanks()
            _ = skipName()
        case UInt8(ascii: "/"): _ = skipName()
        case UInt8(ascii: "_"): append(.step)
        case 0x80...: return "has a sign that is not ASCII"
        case _ where Self.isOfName(byte): _ = skipName()
        default: break
        }
        return nil
    }

    private var top: Frame {
        get { frames[frames.count - 1] }
        set { frames[frames.count - 1] = newValue }
    }

    private mutating func append(_ pattern: End) {
        isAfterField = false
        // A branch of an alternation and a pattern at the top have a step that ends them.
        stepCount += 2
        top.append(pattern)
    }

    private mutating func begin(_ bracket: Bracket) -> String? {
        guard frames.count <= SyntaxLimits.queryDepth else {
            return "is nested deeper than \(SyntaxLimits.queryDepth) patterns"
        }
        isAfterField = false
        frames.append(Frame(bracket: bracket))
        return nil
    }

    private mutating func beginParenthesis() -> String? {
        skipBlanks()
        switch place < text.count ? text[place] : 0 {
        case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "\""): return begin(.group)
        case UInt8(ascii: "#"), UInt8(ascii: "."): return readPredicate()
        default: break
        }
        let last = skipName().last
        // As predicates were written once; the runtime reads these, too.
        if last == UInt8(ascii: "?") || last == UInt8(ascii: "!") { return readPredicate() }
        return begin(.node)
    }

    private mutating func finish() -> String? {
        // The runtime ends at a bracket too many.
        guard frames.count > 1, var frame = frames.popLast() else { return nil }
        if frame.bracket == .node, frame.endsWithPredicate, frame.endsWithDot {
            return "has a dot behind a predicate"
        }
        guard let end = frame.finish() else { return "has no pattern in these brackets" }
        append(end)
        return nil
    }

    private mutating func readPredicate() -> String? {
        if isAfterField || top.bracket == .alternation {
            return "has a predicate where a pattern has to be"
        }
        top.endsWithPredicate = true
        top.endsWithDot = false
        while place < text.count {
            let byte = text[place]
            place += 1
            switch byte {
            case UInt8(ascii: ")"): return nil
            case UInt8(ascii: "\""): skipString()
            case UInt8(ascii: ";"): skipComment()
            default: break
            }
        }
        return nil
    }

    private mutating func skipBlanks() {
        while place < text.count {
            if text[place] == UInt8(ascii: ";") {
                skipComment()
            } else if text[place] <= 0x20 {
                place += 1
            } else {
                return
            }
        }
    }

    private mutating func skipComment() {
        while place < text.count, text[place] != 0x0A { place += 1 }
    }

    private mutating func skipString() {
        while place < text.count {
            let byte = text[place]
            place += byte == UInt8(ascii: "\\") ? 2 : 1
            if byte == UInt8(ascii: "\"") { return }
        }
    }

    private mutating func skipName() -> ArraySlice<UInt8> {
        let start = place
        while place < text.count, Self.isOfName(text[place]) { place += 1 }
        return text[start..<place]
    }

    /// Whether the runtime takes a byte for part of a name that has begun.
    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "?"), UInt8(ascii: "!"):
            true
        default: false
        }
    }
}
