/// Reads the part of Oniguruma's Ruby syntax that pre-tokenizers use, where every construct can be
/// matched in linear time; anything else is an error that names it.
///
/// Known and refused: back-references, look-behind, look-ahead beyond one character, atomic
/// groups, word boundaries, absent operators, subroutine calls, scripts and other properties.
struct RegexParser {
    /// Groups and classes may be nested this deep, so that no pattern exhausts the stack.
    static let maximumDepth = TokenizerLimits.regexDepth

    /// Oniguruma's own bound on repeat counts.
    static let maximumRepeat = TokenizerLimits.regexRepeat

    let scalars: [Unicode.Scalar]
    var position = 0
    var ignoresCase = false
    var depth = 0

    init(_ pattern: String) {
        scalars = Array(pattern.unicodeScalars)
    }

    /// Parses a whole pattern.
    ///
    /// - Parameter pattern: the pattern's text.
    /// - Returns: the pattern as a tree.
    /// - Throws: ``RegexError`` with the first position that is not understood.
    static func parse(_ pattern: String) throws(RegexError) -> RegexNode {
        var parser = RegexParser(pattern)
        let node = try parser.parseAlternatives()
        guard parser.isAtEnd else { throw parser.error("\")\" closes no group") }
        return node
    }

    var isAtEnd: Bool { position == scalars.count }

    var next: Unicode.Scalar? { isAtEnd ? nil : scalars[position] }

    func error(_ reason: String, at place: Int? = nil) -> RegexError {
        RegexError(position: place ?? position, reason: reason)
    }

    /// Steps over `text` if it comes next.
    mutating func consume(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard scalars[position...].starts(with: wanted) else { return false }
        position += wanted.count
        return true
    }

    /// Branches up to the end of the group or pattern, which is left unread.
    mutating func parseAlternatives() throws(RegexError) -> RegexNode {
        var branches: [RegexNode] = []
        repeat {
            branches.append(try parseSequence())
        } while consume("|")
        return branches.count == 1 ? branches[0] : .alternation(branches)
    }

    private mutating func parseSequence() throws(RegexError) -> RegexNode {
        var items: [RegexNode] = []
        var previousLiteral: Unicode.Scalar?
        while let scalar = next, scalar != "|", scalar != ")" {
            let start = position
            if let rest = try parseRestOfGroup() {
                items.append(rest)
                break
            }
            let atom = try parseAtom()
            let literal = try checkedFold(atom, after: previousLiteral, at: start)
            items.append(try parseQuantifiers(of: atom.node))
            previousLiteral = literal
        }
        switch items.count {
        case 0: return .empty
        case 1: return items[0]
        default: return .concatenation(items)
        }
    }

    /// `(?i)` and `(?-i)` hold for the rest of the group, alternatives included.
    private mutating func parseRestOfGroup() throws(RegexError) -> RegexNode? {
        let outer = ignoresCase
        if consume("(?i)") {
            ignoresCase = true
        } else if consume("(?-i)") {
            ignoresCase = false
        } else {
            return nil
        }
        defer { ignoresCase = outer }
        try enter()
        defer { depth -= 1 }
        return try parseAlternatives()
    }

    mutating func enter() throws(RegexError) {
        depth += 1
        guard depth <= Self.maximumDepth else {
            throw error("groups are nested deeper than \(Self.maximumDepth)")
        }
    }

    // Oniguruma lets one character stand for several when case does not count (ß for ss), which
    // one-character steps cannot do. Refusing is better than splitting text in another way.
    private func checkedFold(
        _ atom: Atom, after previous: Unicode.Scalar?, at start: Int
    ) throws(RegexError) -> Unicode.Scalar? {
        guard ignoresCase, let literal = atom.literal else { return nil }
        let lower = Unicode.Scalar(literal.value | 0x20) ?? literal
        if let previous, ["ss", "ff", "fi", "fl", "st"].contains("\(previous)\(lower)") {
            throw error("\"\(previous)\(lower)\" with case ignored is not supported", at: start)
        }
        return lower
    }

    /// One unit that a quantifier may follow; `literal` if it is a plain character.
    struct Atom {
        let node: RegexNode
        var literal: Unicode.Scalar?
    }

    private mutating func parseAtom() throws(RegexError) -> Atom {
        let start = position
        let scalar = scalars[position]
        position += 1
        switch scalar {
        case "(":
            return Atom(node: try parseGroup(from: start))
        case "[":
            return Atom(node: .set(try parseClass(from: start)))
        case ".":
            return Atom(node: .set(.inverse(.scalar(0x0A))))
        case "$":
            return Atom(node: .assertion(.inverse(.scalar(0x0A)), isPresent: false))
        case "^":
            throw error("\"^\" is not supported", at: start)
        case "*", "+", "?":
            throw error("\"\(scalar)\" repeats nothing", at: start)
        case "\\":
            return try parseEscape(from: start)
        case "{":
            position = start
            guard try parseInterval() == nil else {
                throw error("an interval repeats nothing", at: start)
            }
            position = start + 1
            return Atom(node: .set(.scalar(scalar.value)), literal: scalar)
        default:
            return Atom(node: .set(try fold(scalar, at: start)), literal: scalar)
        }
    }

    private mutating func parseGroup(from start: Int) throws(RegexError) -> RegexNode {
        try enter()
        defer { depth -= 1 }
        let outer = ignoresCase
        defer { ignoresCase = outer }
        var lookahead: Bool?
        if consume("?") {
            if consume("i:") {
                ignoresCase = true
            } else if consume("-i:") {
                ignoresCase = false
            } else if consume("=") {
                lookahead = true
            } else if consume("!") {
                lookahead = false
            } else if !consume(":") {
                let shown = String(String.UnicodeScalarView(scalars[start...].prefix(4)))
                throw error("the group \"\(shown)\" is not supported", at: start)
            }
        }
        let inside = try parseAlternatives()
        guard consume(")") else { throw error("the group is not closed", at: start) }
        guard let lookahead else { return inside }
        guard let set = inside.singleSet else {
            throw error("look-ahead beyond one character is not supported", at: start)
        }
        return .assertion(set, isPresent: lookahead)
    }
}
