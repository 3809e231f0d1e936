extension TemplateFilter {
    static let onNumbers = [
        TemplateFilter("abs") { evaluator, value, _ throws(TemplateFault) in
            switch try evaluator.number(value, for: "the filter 'abs'") {
            case .int(.min): throw .unsupported("an integer beyond 64 bits")
            case .int(let number): return .int(abs(number))
            case .double(let number): return .double(number.magnitude)
            }
        },
        TemplateFilter("float", ["default"]) { _, value, bindings throws(TemplateFault) in
            if case .undefined(let reason) = value { throw .failed(reason) }
            return number(value).map { .double($0) } ?? bindings[0] ?? .double(0)
        },
        TemplateFilter("int", ["default", "base"], int),
        TemplateFilter("round", ["precision", "method"], round),
    ]

    private static func int(
        _ evaluator: inout TemplateEvaluator, _ value: TemplateValue, _ bindings: TemplateBindings
    ) throws(TemplateFault) -> TemplateValue {
        guard try bindings.integer(1, of: "the filter 'int'", default: 10) == 10 else {
            throw .unsupported("the filter 'int' with another base than 10")
        }
        if case .int = value { return value }
        if case .undefined(let reason) = value { throw .failed(reason) }
        if case .bool(let flag) = value { return .int(flag ? 1 : 0) }
        if case .string(let text) = value {
            let digits = decimal(text)
            if let digits, let number = Int(digits) { return .int(number) }
            if let digits, digits.allSatisfy({ $0.isNumber || "+-".contains($0) }) {
                throw .unsupported("an integer beyond 64 bits")
            }
        }
        guard let number = number(value), number.isFinite else {
            return bindings[0] ?? .int(0)
        }
        guard let whole = Int(exactly: number.rounded(.towardZero)) else {
            throw .unsupported("an integer beyond 64 bits")
        }
        return .int(whole)
    }

    /// A number as it is, or what a string spells; nil for what is neither.
    private static func number(_ value: TemplateValue) -> Double? {
        guard case .string(let text) = value else { return TemplateNumber(value)?.double }
        guard let decimal = decimal(text) else {
            switch text.stripped().lowercased().string.drop(while: { $0 == "+" }) {
            case "inf", "infinity": return .infinity
            case "-inf", "-infinity": return -.infinity
            case "nan", "-nan": return .nan
            default: return nil
            }
        }
        return Double(decimal)
    }

    /// The number a string spells in Python's decimal notation, without white space round it and
    /// underscores between digits; nil if it spells none.
    private static func decimal(_ text: TemplateText) -> String? {
        let units = asciiDigits(text.stripped())
        var digits: [UInt8] = []
        for (index, unit) in units.enumerated() {
            switch unit {
            case UInt8(ascii: "_"):
                guard index > 0, index + 1 < units.count, isDigit(units[index - 1]),
                    isDigit(units[index + 1])
                else { return nil }
            case _ where isDigit(unit), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                digits.append(unit)
            default: return nil
            }
        }
        let decimal = String(decoding: digits, as: UTF8.self)
        return Double(decimal) == nil ? nil : decimal
    }

    /// The text with the digits of all scripts as those of ASCII.
    private static func asciiDigits(_ text: TemplateText) -> [UInt8] {
        var units: [UInt8] = []
        for scalar in text.scalars {
            if !scalar.isASCII, scalar.properties.numericType == .decimal,
                let value = scalar.properties.numericValue
            {
                units.append(UInt8(ascii: "0") + UInt8(value))
            } else {
                units += TemplateText(CollectionOfOne(scalar)).utf8
            }
        }
        return units
    }

    private static func isDigit(_ unit: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(unit)
    }

    private static func round(
        _ evaluator: inout TemplateEvaluator, _ value: TemplateValue, _ bindings: TemplateBindings
    ) throws(TemplateFault) -> TemplateValue {
        guard try bindings.integer(0, of: "the filter 'round'", default: 0) == 0 else {
            throw .unsupported("the filter 'round' with a precision")
        }
        let method = try bindings.text(1, of: "the filter 'round'", default: "common")
        let number = try evaluator.number(value, for: "the filter 'round'")
        switch method {
        case "common":
            // Whole numbers stay whole; halves go to the even neighbour.
            guard case .double(let double) = number else { return number.value }
            return .double(double.rounded(.toNearestOrEven))
        case "ceil": return .double(number.double.rounded(.up))
        case "floor": return .double(number.double.rounded(.down))
        default: throw .failed("the filter 'round' knows no method '\(method.string)'")
        }
    }
}
