extension TemplateEvaluator {
    func number(_ value: TemplateValue, for use: String) throws(TemplateFault) -> TemplateNumber {
        if let number = TemplateNumber(value) { return number }
        if case .undefined(let reason) = value { throw .failed(reason) }
        throw .failed("a \(value.kindName) is no number, as \(use) needs it")
    }

    func integer(_ value: TemplateValue, for use: String) throws(TemplateFault) -> Int {
        guard case .int(let number) = try number(value, for: use) else {
            throw .failed("\(use) needs a whole number")
        }
        return number
    }

    mutating func arithmetic(
        _ operation: TemplateExpression.BinaryOperator, _ left: TemplateValue,
        _ right: TemplateValue
    ) throws(TemplateFault) -> TemplateValue {
        if case .undefined(let reason) = left { throw .failed(reason) }
        if case .undefined(let reason) = right, operation != .modulo { throw .failed(reason) }
        if let left = TemplateNumber(left), let right = TemplateNumber(right) {
            return try TemplateNumber.apply(operation, left, right)
        }
        switch (operation, left, right) {
        case (.add, .string(let left), .string(let right)):
            return .string(try sum(left, right))
        case (.add, .list(let left), .list(let right))
        where left.form == right.form && left.form.isSequence:
            return try list(left.elements + right.elements, form: left.form)
        case (.multiply, .string(let text), let count), (.multiply, let count, .string(let text)):
            return try repeated(text, try integer(count, for: "the repetition of a string"))
        case (.multiply, .list(let list), let count), (.multiply, let count, .list(let list)):
            guard list.form.isSequence else { break }
            return try repeated(list, try integer(count, for: "the repetition of a list"))
        case (.modulo, .string(let format), let value):
            try refuseMarkup([format], for: "%")
            if case .list(let list) = value, list.form == .tuple {
                return try formatted(format, TemplateArguments(positional: list.elements))
            }
            if case .dictionary = value { throw .unsupported("'%' with a dictionary") }
            return try formatted(format, TemplateArguments(positional: [value]))
        default: break
        }
        throw .failed(
            "'\(operation.rawValue)' has no result for a \(left.kindName) and a "
                + right.kindName)
    }

    private mutating func sum(
        _ left: TemplateText, _ right: TemplateText
    ) throws(TemplateFault) -> TemplateText {
        try chargeText(left.utf8.count + right.utf8.count)
        guard left.isMarkup || right.isMarkup else {
            return TemplateText(utf8: left.utf8 + right.utf8)
        }
        // Five bytes at most stand for one.
        try chargeText(5 * (left.utf8.count + right.utf8.count))
        return TemplateText(utf8: left.escaped().utf8 + right.escaped().utf8, isMarkup: true)
    }

    func refuseMarkup(_ texts: [TemplateText], for use: String) throws(TemplateFault) {
        if texts.contains(where: \.isMarkup) {
            throw .unsupported("'\(use)' with a string that the filter 'safe' made")
        }
    }

    private mutating func repeated(
        _ text: TemplateText, _ count: Int
    ) throws(TemplateFault) -> TemplateValue {
        guard count > 0, !text.isEmpty else {
            return .string(TemplateText(utf8: [], isMarkup: text.isMarkup))
        }
        let total = text.utf8.count.multipliedReportingOverflow(by: count)
        try chargeText(total.overflow ? .max : total.partialValue)
        var repeated = TemplateText(utf8: [], isMarkup: text.isMarkup)
        repeated.utf8.reserveCapacity(total.partialValue)
        for _ in 0..<count { repeated.utf8 += text.utf8 }
        return .string(repeated)
    }

    private mutating func repeated(
        _ list: TemplateList, _ count: Int
    ) throws(TemplateFault) -> TemplateValue {
        guard count > 0, !list.elements.isEmpty else { return try self.list([], form: list.form) }
        let total = list.elements.count.multipliedReportingOverflow(by: count)
        try charge(total.overflow ? .max : total.partialValue)
        var elements: [TemplateValue] = []
        elements.reserveCapacity(total.partialValue)
        for _ in 0..<count { elements += list.elements }
        return try self.list(elements, form: list.form)
    }
}
