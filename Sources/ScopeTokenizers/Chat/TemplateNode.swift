/// An expression of a template.
struct TemplateExpression: Sendable {
    indirect enum Kind: Sendable {
        case constant(TemplateValue)
        case name(String)
        case list([TemplateExpression])
        case tuple([TemplateExpression])
        case dictionary([(key: TemplateExpression, value: TemplateExpression)])
        case concatenation([TemplateExpression])
        case unary(UnaryOperator, TemplateExpression)
        case binary(BinaryOperator, TemplateExpression, TemplateExpression)
        case comparison(TemplateExpression, [(Comparison, TemplateExpression)])
        case both(TemplateExpression, TemplateExpression)
        case either(TemplateExpression, TemplateExpression)
        case conditional(
            TemplateExpression, then: TemplateExpression, otherwise: TemplateExpression?)
        case attribute(TemplateExpression, String)
        case item(TemplateExpression, TemplateExpression)
        case slice(
            TemplateExpression, start: TemplateExpression?, stop: TemplateExpression?,
            step: TemplateExpression?)
        case call(TemplateExpression, TemplateCallArguments)
        case filter(TemplateExpression, TemplateFilterCall)
        case test(TemplateExpression, TemplateTest, TemplateCallArguments)
    }

    enum UnaryOperator: Sendable {
        case negative
        case not
        case positive
    }

    enum BinaryOperator: String, Sendable {
        case add = "+"
        case divide = "/"
        case floorDivide = "//"
        case modulo = "%"
        case multiply = "*"
        case power = "**"
        case subtract = "-"
    }

    enum Comparison: Sendable {
        case contained
        case equal
        case greater
        case greaterOrEqual
        case less
        case lessOrEqual
        case notContained
        case notEqual
    }

    let kind: Kind
    let line: Int
    /// The longest way down the tree, in expressions.
    let depth: Int

    init(_ kind: Kind, line: Int) {
        self.kind = kind
        self.line = line
        depth = 1 + Self.depthOfParts(kind)
    }

    private static func depthOfParts(_ kind: Kind) -> Int {
        func deepest(_ parts: [TemplateExpression?]) -> Int {
            parts.lazy.map { $0?.depth ?? 0 }.max() ?? 0
        }
        switch kind {
        case .constant, .name: return 0
        case .list(let parts), .tuple(let parts), .concatenation(let parts): return deepest(parts)
        case .dictionary(let members): return deepest(members.flatMap { [$0.key, $0.value] })
        case .unary(_, let part), .attribute(let part, _): return part.depth
        case .binary(_, let left, let right), .both(let left, let right),
            .either(let left, let right), .item(let left, let right):
            return max(left.depth, right.depth)
        case .comparison(let first, let rest): return deepest([first] + rest.map(\.1))
        case .conditional(let condition, let then, let otherwise):
            return deepest([condition, then, otherwise])
        case .slice(let value, let start, let stop, let step):
            return deepest([value, start, stop, step])
        case .call(let part, let arguments): return deepest([part] + arguments.expressions)
        case .filter(let part, let filter):
            return deepest([part] + filter.arguments.expressions)
        case .test(let part, _, let arguments): return deepest([part] + arguments.expressions)
        }
    }
}

/// What stands between the parentheses of a call.
struct TemplateCallArguments: Sendable {
    var positional: [TemplateExpression] = []
    var named: [(name: String, value: TemplateExpression)] = []

    var expressions: [TemplateExpression] { positional + named.map(\.value) }
}

/// A filter with its arguments, without what it is applied to.
struct TemplateFilterCall: Sendable {
    let filter: TemplateFilter
    let arguments: TemplateCallArguments
    let line: Int
}

/// A piece of a template that writes text or changes variables.
struct TemplateStatement: Sendable {
    enum Kind: Sendable {
        case text([UInt8])
        case output(TemplateExpression)
        case conditional(
            [(condition: TemplateExpression, body: [TemplateStatement])],
            otherwise: [TemplateStatement])
        case loop(TemplateLoop)
        case set(TemplateTarget, TemplateExpression)
        case setToText(TemplateTarget, [TemplateFilterCall], [TemplateStatement])
        /// Defines the macro with this number.
        case macro(Int)
        /// Calls a macro, handing it the macro with this number as its `caller`.
        case callBlock(
            caller: Int, callee: TemplateExpression, arguments: TemplateCallArguments)
        case filterBlock([TemplateFilterCall], [TemplateStatement])
        case with([(target: TemplateTarget, value: TemplateExpression)], [TemplateStatement])
        /// A scope of its own.
        case scope([TemplateStatement])
        case leaveLoop
        case nextRound
    }

    let kind: Kind
    let line: Int
}

/// A `for` loop.
struct TemplateLoop: Sendable {
    let target: TemplateTarget
    let elements: TemplateExpression
    let condition: TemplateExpression?
    let body: [TemplateStatement]
    let otherwise: [TemplateStatement]
}

/// What can stand on the left of an assignment.
indirect enum TemplateTarget: Sendable {
    case name(String)
    case member(namespace: String, name: String)
    case tuple([TemplateTarget])
}

/// A macro, or the body of a `call` block.
struct TemplateMacro: Sendable {
    let name: String
    let parameters: [(name: String, initial: TemplateExpression?)]
    let body: [TemplateStatement]
    let line: Int
    /// The names that the body reads.
    let usedNames: Set<String>
}

/// A template that was read.
struct TemplateProgram: Sendable {
    let body: [TemplateStatement]
    let macros: [TemplateMacro]
}
