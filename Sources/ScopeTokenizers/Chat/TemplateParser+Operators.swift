/// What stands between two operands.
private enum TemplateOperator {
    case either
    case both
    case comparison(TemplateExpression.Comparison)
    case concatenation
    case binary(TemplateExpression.BinaryOperator)

    /// How close it binds; `not` stands between `and` and the comparisons.
    var level: Int {
        switch self {
        case .either: 1
        case .both: 2
        case .comparison: Self.comparisonLevel
        case .binary(.add), .binary(.subtract): 5
        case .concatenation: 6
        case .binary(.power): 8
        case .binary: 7
        }
    }

    static let negationLevel = 3
    static let comparisonLevel = 4
}

extension TemplateParser {
    /// Reads operands and the operators between them that bind at least so close.
    ///
    /// One function for all levels, as each that calls itself costs stack for every parenthesis.
    mutating func operation(level: Int = 1) throws(TemplateFault) -> TemplateExpression {
        let line = line
        var left: TemplateExpression
        if level <= TemplateOperator.negationLevel, skip(name: "not") {
            try enter()
            let value = try operation(level: TemplateOperator.negationLevel)
            leave()
            left = try make(.unary(.not, value), line: line)
        } else {
            left = try unary()
        }
        while let next = nextOperator, next.level >= level {
            left = try extended(left, by: next, line: line)
        }
        return left
    }

    private mutating func extended(
        _ left: TemplateExpression, by next: TemplateOperator, line: Int
    ) throws(TemplateFault) -> TemplateExpression {
        switch next {
        case .either: return try make(.either(left, try rightSide(of: next)), line: line)
        case .both: return try make(.both(left, try rightSide(of: next)), line: line)
        case .binary(let operation):
            return try make(.binary(operation, left, try rightSide(of: next)), line: line)
        case .concatenation:
            var parts = [left]
            while isAt(.tilde) { parts.append(try rightSide(of: next)) }
            return try make(.concatenation(parts), line: line)
        case .comparison:
            var rest: [(TemplateExpression.Comparison, TemplateExpression)] = []
            while let further = nextOperator, case .comparison(let comparison) = further {
                rest.append((comparison, try rightSide(of: further)))
            }
            return try make(.comparison(left, rest), line: line)
        }
    }

    /// Skips the operator at hand and reads what stands on its right.
    private mutating func rightSide(
        of next: TemplateOperator
    ) throws(TemplateFault) -> TemplateExpression {
        if case .comparison(.notContained) = next { advance() }
        advance()
        return try operation(level: next.level + 1)
    }

    private var nextOperator: TemplateOperator? {
        switch current.kind {
        case .name("or"): .either
        case .name("and"): .both
        case .name("in"): .comparison(.contained)
        case .name("not"): following.kind == .name("in") ? .comparison(.notContained) : nil
        case .symbol(let symbol):
            switch symbol {
            case .equal: .comparison(.equal)
            case .notEqual: .comparison(.notEqual)
            case .less: .comparison(.less)
            case .lessOrEqual: .comparison(.lessOrEqual)
            case .greater: .comparison(.greater)
            case .greaterOrEqual: .comparison(.greaterOrEqual)
            case .tilde: .concatenation
            case .add: .binary(.add)
            case .subtract: .binary(.subtract)
            case .multiply: .binary(.multiply)
            case .divide: .binary(.divide)
            case .floorDivide: .binary(.floorDivide)
            case .modulo: .binary(.modulo)
            case .power: .binary(.power)
            default: nil
            }
        default: nil
        }
    }
}
