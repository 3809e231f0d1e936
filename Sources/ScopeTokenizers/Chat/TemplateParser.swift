/// Builds a program from tokens, by recursive descent over Jinja2's grammar.
struct TemplateParser {
    /// Parentheses, brackets, blocks and prefix operators may be nested this deep.
    static let maximumNesting = TokenizerLimits.templateNesting

    /// Expressions may be this deep, chains such as `a + b + c` counted by their length.
    static let maximumDepth = TokenizerLimits.templateExpressionDepth

    let tokens: [TemplateToken]
    var position = 0
    var macros: [TemplateMacro] = []
    /// The names read so far, for each macro that is being read.
    var usedNames: [Set<String>] = []
    /// For each body being read whether it is that of a loop: only there can one be left.
    var bodies: [Bool] = []
    private var nesting = 0

    init(_ tokens: [TemplateToken]) { self.tokens = tokens }

    mutating func parse() throws(TemplateFault) -> TemplateProgram {
        let body = try statements(until: [])
        return TemplateProgram(body: body, macros: macros)
    }

    // MARK: Tokens

    var current: TemplateToken { tokens[position] }

    /// The line of the token at hand, for messages.
    var line: Int { current.line }

    var following: TemplateToken { tokens[min(position + 1, tokens.count - 1)] }

    mutating func advance() {
        // The last token is the end, which stays.
        position = min(position + 1, tokens.count - 1)
    }

    func isAt(_ symbol: TemplateToken.Symbol) -> Bool { current.kind == .symbol(symbol) }

    func isAt(name: String) -> Bool { current.kind == .name(name) }

    mutating func skip(_ symbol: TemplateToken.Symbol) -> Bool {
        guard isAt(symbol) else { return false }
        advance()
        return true
    }

    mutating func skip(name: String) -> Bool {
        guard isAt(name: name) else { return false }
        advance()
        return true
    }

    mutating func expect(_ kind: TemplateToken.Kind) throws(TemplateFault) {
        guard current.kind == kind else {
            let wanted = TemplateToken(kind: kind, line: line).shown
            throw .malformed("expected \(wanted), found \(current.shown)")
        }
        advance()
    }

    mutating func expectName() throws(TemplateFault) -> String {
        guard case .name(let name) = current.kind else {
            throw .malformed("expected a name, found \(current.shown)")
        }
        advance()
        return name
    }

    /// Counts one level more of what is nested; ``leave()`` counts it back.
    mutating func enter() throws(TemplateFault) {
        guard nesting < Self.maximumNesting else {
            throw .tooLarge("the template is nested deeper than \(Self.maximumNesting) levels")
        }
        nesting += 1
    }

    mutating func leave() { nesting -= 1 }

    func make(
        _ kind: TemplateExpression.Kind, line: Int
    ) throws(TemplateFault) -> TemplateExpression {
        let expression = TemplateExpression(kind, line: line)
        guard expression.depth <= Self.maximumDepth else {
            throw .tooLarge("an expression is deeper than \(Self.maximumDepth) operations")
        }
        return expression
    }
}
