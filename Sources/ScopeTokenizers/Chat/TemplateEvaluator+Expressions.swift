extension TemplateEvaluator {
    mutating func evaluate(
        _ expression: TemplateExpression
    ) throws(TemplateFault) -> TemplateValue {
        try enter()
        line = expression.line
        let value = try value(of: expression)
        leave()
        return value
    }

    // Each kind has a method of its own, kept out of line: one function for all would need a large
    // stack frame on every level.
    private mutating func value(
        of expression: TemplateExpression
    ) throws(TemplateFault) -> TemplateValue {
        switch expression.kind {
        case .constant(let value): return value
        case .name(let name): return try named(name)
        case .list(let parts): return try list(evaluate(all: parts))
        case .tuple(let parts): return try list(evaluate(all: parts), form: .tuple)
        case .dictionary(let members): return try dictionary(members)
        case .concatenation(let parts): return try concatenation(parts)
        case .unary(let operation, let part): return try unary(operation, part)
        case .binary(let operation, let left, let right):
            return try binary(operation, left, right, line: expression.line)
        case .comparison(let first, let rest): return try comparison(first, rest)
        case .both(let left, let right):
            let value = try evaluate(left)
            return isTrue(value) ? try evaluate(right) : value
        case .either(let left, let right):
            let value = try evaluate(left)
            return isTrue(value) ? value : try evaluate(right)
        case .conditional(let condition, let then, let otherwise):
            return try conditional(condition, then, otherwise)
        case .attribute(let receiver, let name):
            let receiver = try evaluate(receiver)
            line = expression.line
            return try attribute(name, of: receiver)
        case .item(let receiver, let key): return try item(receiver, key, line: expression.line)
        case .slice(let receiver, let start, let stop, let step):
            return try slice(receiver, start, stop, step)
        case .call(let callee, let arguments):
            return try call(callee, arguments, line: expression.line)
        case .filter(let part, let filter): return try apply(filter, to: evaluate(part))
        case .test(let part, let test, let arguments):
            return try apply(test, to: part, arguments, line: expression.line)
        }
    }

    @inline(never)
    private mutating func evaluate(
        all expressions: [TemplateExpression]
    ) throws(TemplateFault) -> [TemplateValue] {
        var values: [TemplateValue] = []
        for expression in expressions { values.append(try evaluate(expression)) }
        return values
    }

    mutating func evaluate(
        _ arguments: TemplateCallArguments
    ) throws(TemplateFault) -> TemplateArguments {
        var values = TemplateArguments(positional: try evaluate(all: arguments.positional))
        for (name, value) in arguments.named {
            values.named.append((name, try evaluate(value)))
        }
        return values
    }

    private func named(_ name: String) throws(TemplateFault) -> TemplateValue {
        if let value = variable(name) { return value }
        if let function = TemplateFunction(rawValue: name) { return .function(function) }
        if TemplateFunction.refused.contains(name) { throw .unsupported("the name '\(name)'") }
        return .undefined("'\(name)' is undefined")
    }

    @inline(never)
    private mutating func dictionary(
        _ members: [(key: TemplateExpression, value: TemplateExpression)]
    ) throws(TemplateFault) -> TemplateValue {
        var result = TemplateDictionary()
        for (key, value) in members {
            guard case .string(let name) = try evaluate(key) else {
                throw .unsupported("a dictionary with a key that is no string")
            }
            result.set(name, to: try evaluate(value))
        }
        return try dictionary(result)
    }

    @inline(never)
    private mutating func concatenation(
        _ parts: [TemplateExpression]
    ) throws(TemplateFault) -> TemplateValue {
        var joined: [UInt8] = []
        for part in parts {
            let value = try evaluate(part)
            let text = try text(of: value)
            try chargeText(text.utf8.count)
            joined += text.utf8
            try checkText(joined.count)
        }
        return .string(TemplateText(utf8: joined))
    }

    @inline(never)
    private mutating func unary(
        _ operation: TemplateExpression.UnaryOperator, _ part: TemplateExpression
    ) throws(TemplateFault) -> TemplateValue {
        let value = try evaluate(part)
        if operation == .not { return .bool(!isTrue(value)) }
        let isNegative = operation == .negative
        switch try number(value, for: isNegative ? "-" : "+") {
        case .int(let number):
            let (result, overflows) = 0.subtractingReportingOverflow(number)
            guard !isNegative || !overflows else { throw .unsupported("an integer beyond 64 bits") }
            return .int(isNegative ? result : number)
        case .double(let number): return .double(isNegative ? -number : number)
        }
    }

    @inline(never)
    private mutating func binary(
        _ operation: TemplateExpression.BinaryOperator, _ left: TemplateExpression,
        _ right: TemplateExpression, line: Int
    ) throws(TemplateFault) -> TemplateValue {
        let left = try evaluate(left)
        let right = try evaluate(right)
        self.line = line
        return try arithmetic(operation, left, right)
    }

    @inline(never)
    private mutating func comparison(
        _ first: TemplateExpression, _ rest: [(TemplateExpression.Comparison, TemplateExpression)]
    ) throws(TemplateFault) -> TemplateValue {
        var left = try evaluate(first)
        for (comparison, expression) in rest {
            let right = try evaluate(expression)
            guard try holds(comparison, left, right) else { return .bool(false) }
            left = right
        }
        return .bool(true)
    }

    @inline(never)
    private mutating func conditional(
        _ condition: TemplateExpression, _ then: TemplateExpression,
        _ otherwise: TemplateExpression?
    ) throws(TemplateFault) -> TemplateValue {
        if isTrue(try evaluate(condition)) { return try evaluate(then) }
        guard let otherwise else {
            return .undefined("the condition was false and there is no 'else'")
        }
        return try evaluate(otherwise)
    }

    @inline(never)
    private mutating func item(
        _ receiver: TemplateExpression, _ key: TemplateExpression, line: Int
    ) throws(TemplateFault) -> TemplateValue {
        let receiver = try evaluate(receiver)
        let key = try evaluate(key)
        self.line = line
        return try item(key, of: receiver)
    }

    @inline(never)
    private mutating func slice(
        _ receiver: TemplateExpression, _ start: TemplateExpression?, _ stop: TemplateExpression?,
        _ step: TemplateExpression?
    ) throws(TemplateFault) -> TemplateValue {
        let receiver = try evaluate(receiver)
        var bounds: [Int?] = []
        for bound in [start, stop, step] {
            guard let bound else {
                bounds.append(nil)
                continue
            }
            switch try evaluate(bound) {
            case .null: bounds.append(nil)
            case .int(let number): bounds.append(number)
            case .bool(let flag): bounds.append(flag ? 1 : 0)
            case let value:
                throw .failed("a slice needs integers, not a \(value.kindName)")
            }
        }
        return try slice(receiver, start: bounds[0], stop: bounds[1], step: bounds[2])
    }

    @inline(never)
    private mutating func call(
        _ callee: TemplateExpression, _ arguments: TemplateCallArguments, line: Int
    ) throws(TemplateFault) -> TemplateValue {
        let callee = try evaluate(callee)
        let arguments = try evaluate(arguments)
        self.line = line
        return try call(callee, arguments)
    }

    @inline(never)
    mutating func apply(
        _ filter: TemplateFilterCall, to value: TemplateValue
    ) throws(TemplateFault) -> TemplateValue {
        let arguments = try evaluate(filter.arguments)
        line = filter.line
        return try filter.filter.apply(to: value, arguments, in: &self)
    }

    @inline(never)
    private mutating func apply(
        _ test: TemplateTest, to part: TemplateExpression, _ arguments: TemplateCallArguments,
        line: Int
    ) throws(TemplateFault) -> TemplateValue {
        let value = try evaluate(part)
        let arguments = try evaluate(arguments)
        self.line = line
        return .bool(try test.holds(for: value, arguments, in: &self))
    }
}
