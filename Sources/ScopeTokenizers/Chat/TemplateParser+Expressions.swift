extension TemplateParser {
    /// Whether a list of expressions without brackets ends here.
    func isAtEndOfTuple(_ end: String? = nil) -> Bool {
        switch current.kind {
        case .variableEnd, .blockEnd, .symbol(.rightParenthesis): true
        case .name(let name): name == end
        default: false
        }
    }

    /// Reads an expression, or several between commas as a tuple.
    mutating func tupleOrExpression(
        withConditional: Bool = true, endingAt end: String? = nil, isInParentheses: Bool = false
    ) throws(TemplateFault) -> TemplateExpression {
        let line = line
        var parts: [TemplateExpression] = []
        var isTuple = false
        while !isAtEndOfTuple(end) {
            parts.append(withConditional ? try expression() : try operation())
            guard skip(.comma) else { break }
            isTuple = true
        }
        if !isTuple, let part = parts.first { return part }
        guard isTuple || isInParentheses else {
            throw .malformed("expected an expression, found \(current.shown)")
        }
        return try make(.tuple(parts), line: line)
    }

    mutating func expression() throws(TemplateFault) -> TemplateExpression {
        let line = line
        var result = try operation()
        while skip(name: "if") {
            let condition = try operation()
            var otherwise: TemplateExpression?
            if skip(name: "else") {
                try enter()
                otherwise = try expression()
                leave()
            }
            result = try make(
                .conditional(condition, then: result, otherwise: otherwise), line: line)
        }
        return result
    }

    /// A sign binds closer than a filter behind its operand.
    mutating func unary(
        withFilters: Bool = true
    ) throws(TemplateFault) -> TemplateExpression {
        let line = line
        var result: TemplateExpression
        if isAt(.subtract) || isAt(.add) {
            let operation: TemplateExpression.UnaryOperator =
                isAt(.subtract) ? .negative : .positive
            advance()
            try enter()
            let value = try unary(withFilters: false)
            leave()
            result = try make(.unary(operation, value), line: line)
        } else {
            result = try primary()
        }
        result = try postfix(result)
        return withFilters ? try filtersAndTests(result) : result
    }

    // MARK: Primaries

    private mutating func primary() throws(TemplateFault) -> TemplateExpression {
        let line = line
        switch current.kind {
        case .name(let name):
            advance()
            switch name {
            case "true", "True": return TemplateExpression(.constant(.bool(true)), line: line)
            case "false", "False": return TemplateExpression(.constant(.bool(false)), line: line)
            case "none", "None": return TemplateExpression(.constant(.null), line: line)
            default:
                if !usedNames.isEmpty { usedNames[usedNames.count - 1].insert(name) }
                return TemplateExpression(.name(name), line: line)
            }
        case .string(var text):
            advance()
            // As in Python, strings side by side are one.
            while case .string(let more) = current.kind {
                text.utf8 += more.utf8
                advance()
            }
            return TemplateExpression(.constant(.string(text)), line: line)
        case .integer(let value):
            advance()
            return TemplateExpression(.constant(.int(value)), line: line)
        case .float(let value):
            advance()
            return TemplateExpression(.constant(.double(value)), line: line)
        case .symbol(.leftParenthesis), .symbol(.leftBracket), .symbol(.leftBrace):
            try enter()
            let value = try bracketed()
            leave()
            return value
        default:
            throw .malformed("unexpected \(current.shown)")
        }
    }

    private mutating func bracketed() throws(TemplateFault) -> TemplateExpression {
        let line = line
        if skip(.leftParenthesis) {
            let value = try tupleOrExpression(isInParentheses: true)
            try expect(.symbol(.rightParenthesis))
            return value
        }
        if skip(.leftBracket) {
            var elements: [TemplateExpression] = []
            while !isAt(.rightBracket) {
                elements.append(try expression())
                guard skip(.comma) else { break }
            }
            try expect(.symbol(.rightBracket))
            return try make(.list(elements), line: line)
        }
        advance()
        var members: [(key: TemplateExpression, value: TemplateExpression)] = []
        while !isAt(.rightBrace) {
            let key = try expression()
            try expect(.symbol(.colon))
            members.append((key, try expression()))
            guard skip(.comma) else { break }
        }
        try expect(.symbol(.rightBrace))
        return try make(.dictionary(members), line: line)
    }

    // MARK: What stands behind a value

    private mutating func postfix(
        _ value: TemplateExpression
    ) throws(TemplateFault) -> TemplateExpression {
        var value = value
        while true {
            let line = line
            if skip(.dot) {
                if case .integer(let number) = current.kind {
                    advance()
                    let index = TemplateExpression(.constant(.int(number)), line: line)
                    value = try make(.item(value, index), line: line)
                } else {
                    value = try make(.attribute(value, try expectName()), line: line)
                }
            } else if isAt(.leftBracket) {
                try enter()
                value = try subscripted(value)
                leave()
            } else if isAt(.leftParenthesis) {
                value = try make(.call(value, try callArguments()), line: line)
            } else {
                return value
            }
        }
    }

    private mutating func subscripted(
        _ value: TemplateExpression
    ) throws(TemplateFault) -> TemplateExpression {
        let line = line
        advance()
        let start = isAt(.colon) ? nil : try expression()
        let result: TemplateExpression
        if skip(.colon) {
            let stop = isAt(.colon) || isAt(.rightBracket) ? nil : try expression()
            let step = skip(.colon) && !isAt(.rightBracket) ? try expression() : nil
            result = try make(.slice(value, start: start, stop: stop, step: step), line: line)
        } else if let start {
            result = try make(.item(value, start), line: line)
        } else {
            throw .malformed("expected an expression, found \(current.shown)")
        }
        if isAt(.comma) { throw .unsupported("a subscript with a comma") }
        try expect(.symbol(.rightBracket))
        return result
    }

    private mutating func filtersAndTests(
        _ value: TemplateExpression
    ) throws(TemplateFault) -> TemplateExpression {
        var value = value
        while true {
            let line = line
            if skip(.pipe) {
                value = try make(.filter(value, try filterCall()), line: line)
            } else if skip(name: "is") {
                value = try test(of: value, line: line)
            } else if isAt(.leftParenthesis) {
                value = try make(.call(value, try callArguments()), line: line)
            } else {
                return value
            }
        }
    }

    /// Filters behind each other, each with its bar.
    mutating func filterChain() throws(TemplateFault) -> [TemplateFilterCall] {
        var filters: [TemplateFilterCall] = []
        while skip(.pipe) { filters.append(try filterCall()) }
        return filters
    }

    mutating func filterCall() throws(TemplateFault) -> TemplateFilterCall {
        let line = line
        let name = try dottedName()
        guard let filter = TemplateFilter.named[name] else {
            throw .unsupported("the filter '\(name)'")
        }
        let arguments = isAt(.leftParenthesis) ? try callArguments() : TemplateCallArguments()
        return TemplateFilterCall(filter: filter, arguments: arguments, line: line)
    }

    /// The name of a filter or a test, which may hold dots.
    private mutating func dottedName() throws(TemplateFault) -> String {
        var name = try expectName()
        while skip(.dot) { name += "." + (try expectName()) }
        return name
    }

    private mutating func test(
        of value: TemplateExpression, line: Int
    ) throws(TemplateFault) -> TemplateExpression {
        let isNegated = skip(name: "not")
        let name = try dottedName()
        guard let test = TemplateTest.named[name] else { throw .unsupported("the test '\(name)'") }
        var arguments = TemplateCallArguments()
        switch current.kind {
        case .symbol(.leftParenthesis): arguments = try callArguments()
        case .name("else"), .name("or"), .name("and"): break
        case .name("is"): throw .malformed("a test behind a test")
        case .name, .string, .integer, .float, .symbol(.leftBracket), .symbol(.leftBrace):
            arguments.positional = [try postfix(try primary())]
        default: break
        }
        let result = try make(.test(value, test, arguments), line: line)
        return isNegated ? try make(.unary(.not, result), line: line) : result
    }

    private mutating func callArguments() throws(TemplateFault) -> TemplateCallArguments {
        var arguments = TemplateCallArguments()
        try enter()
        advance()
        while !isAt(.rightParenthesis) {
            try callArgument(&arguments)
            guard skip(.comma) else { break }
        }
        try expect(.symbol(.rightParenthesis))
        leave()
        return arguments
    }

    private mutating func callArgument(
        _ arguments: inout TemplateCallArguments
    ) throws(TemplateFault) {
        if isAt(.multiply) || isAt(.power) {
            throw .unsupported("a call with \(current.shown) before an argument")
        }
        if case .name(let name) = current.kind, following.kind == .symbol(.assign) {
            guard !arguments.named.contains(where: { $0.name == name }) else {
                throw .malformed("the argument '\(name)' is given twice")
            }
            advance()
            advance()
            arguments.named.append((name, try expression()))
        } else {
            guard arguments.named.isEmpty else {
                throw .malformed("an argument without a name behind one with a name")
            }
            arguments.positional.append(try expression())
        }
    }
}
