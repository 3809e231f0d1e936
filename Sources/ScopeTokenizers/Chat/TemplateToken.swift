/// A piece of a template's source.
struct TemplateToken: Sendable {
    enum Kind: Sendable, Equatable {
        /// Text between tags.
        case data([UInt8])
        case variableBegin
        case variableEnd
        case blockBegin
        case blockEnd
        case name(String)
        case string(TemplateText)
        case integer(Int)
        case float(Double)
        case symbol(Symbol)
        case end
    }

    /// Operators and brackets, by their spelling.
    enum Symbol: String, Sendable, CaseIterable {
        case add = "+"
        case assign = "="
        case colon = ":"
        case comma = ","
        case divide = "/"
        case dot = "."
        case equal = "=="
        case floorDivide = "//"
        case greater = ">"
        case greaterOrEqual = ">="
        case leftBrace = "{"
        case leftBracket = "["
        case leftParenthesis = "("
        case less = "<"
        case lessOrEqual = "<="
        case modulo = "%"
        case multiply = "*"
        case notEqual = "!="
        case pipe = "|"
        case power = "**"
        case rightBrace = "}"
        case rightBracket = "]"
        case rightParenthesis = ")"
        case semicolon = ";"
        case subtract = "-"
        case tilde = "~"

        /// The bracket that closes what this one opens.
        var closing: Symbol? {
            switch self {
            case .leftBrace: .rightBrace
            case .leftBracket: .rightBracket
            case .leftParenthesis: .rightParenthesis
            default: nil
            }
        }

        static let closings: Set<Symbol> = [.rightBrace, .rightBracket, .rightParenthesis]
    }

    let kind: Kind
    let line: Int

    /// The token for messages.
    var shown: String {
        switch kind {
        case .data: "text"
        case .variableBegin: "{{"
        case .variableEnd: "}}"
        case .blockBegin: "{%"
        case .blockEnd: "%}"
        case .name(let name): "'\(name)'"
        case .string: "a string"
        case .integer(let value): "\(value)"
        case .float(let value): "\(value)"
        case .symbol(let symbol): "'\(symbol.rawValue)'"
        case .end: "the end of the template"
        }
    }
}
