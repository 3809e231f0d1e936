extension TemplateFilter {
    static let onText = [
        TemplateFilter("capitalize") { evaluator, value, _ throws(TemplateFault) in
            .string(try cased(value, in: &evaluator).capitalized())
        },
        TemplateFilter("center", ["width"], center),
        TemplateFilter("format", nil, format),
        TemplateFilter("indent", ["width", "first", "blank"], indent),
        TemplateFilter("lower") { evaluator, value, _ throws(TemplateFault) in
            .string(try cased(value, in: &evaluator).lowercased())
        },
        TemplateFilter("replace", ["old", "new", "count"], required: 2, replace),
        TemplateFilter("safe") { evaluator, value, _ throws(TemplateFault) in
            var text = try evaluator.text(of: value)
            text.isMarkup = true
            return .string(text)
        },
        TemplateFilter("string") { evaluator, value, _ throws(TemplateFault) in
            .string(try evaluator.text(of: value))
        },
        TemplateFilter("title") { evaluator, value, _ throws(TemplateFault) in
            .string(try cased(value, in: &evaluator).wordsCapitalized())
        },
        TemplateFilter(
            "tojson", ["ensure_ascii", "indent", "separators", "sort_keys"], json),
        TemplateFilter("trim", ["chars"]) { evaluator, value, bindings throws(TemplateFault) in
            let text = try evaluator.text(of: value)
            return .string(try stripped(text, .both, bindings, of: "the filter 'trim'"))
        },
        TemplateFilter("upper") { evaluator, value, _ throws(TemplateFault) in
            .string(try cased(value, in: &evaluator).uppercased())
        },
    ]

    /// A text whose case is going to be changed.
    private static func cased(
        _ value: TemplateValue, in evaluator: inout TemplateEvaluator
    ) throws(TemplateFault) -> TemplateText {
        let text = try evaluator.text(of: value)
        try evaluator.charge(4 * text.utf8.count)
        return text
    }

    /// Strips a text of the characters that the first argument names, white space by default.
    static func stripped(
        _ text: TemplateText, _ side: TemplateText.Side, _ bindings: TemplateBindings,
        of function: String
    ) throws(TemplateFault) -> TemplateText {
        switch bindings[0] {
        case nil, .null?: text.stripped(side)
        default: text.stripped(side, of: try bindings.text(0, of: function))
        }
    }

    private static func center(
        _ evaluator: inout TemplateEvaluator, _ value: TemplateValue, _ bindings: TemplateBindings
    ) throws(TemplateFault) -> TemplateValue {
        let text = try evaluator.text(of: value)
        let width = try bindings.integer(0, of: "the filter 'center'", default: 80)
        let (padding, overflows) = width.subtractingReportingOverflow(text.scalarCount)
        guard !overflows, padding > 0 else { return .string(text) }
        try evaluator.checkText(min(padding, Int.max - text.utf8.count) + text.utf8.count)
        // Python puts the odd space on the left of texts of odd length only.
        let left = padding / 2 + (padding & width & 1)
        return try evaluator.text(
            [UInt8](repeating: 0x20, count: left) + text.utf8
                + [UInt8](repeating: 0x20, count: padding - left))
    }

    private static func format(
        _ evaluator: inout TemplateEvaluator, _ value: TemplateValue, _ bindings: TemplateBindings
    ) throws(TemplateFault) -> TemplateValue {
        let format = try evaluator.text(of: value)
        try evaluator.refuseMarkup([format], for: "format")
        guard bindings.all.positional.isEmpty || bindings.all.named.isEmpty else {
            throw .failed("the filter 'format' takes arguments with names or without")
        }
        return try evaluator.formatted(format, bindings.all)
    }

    private static func indent(
        _ evaluator: inout TemplateEvaluator, _ value: TemplateValue, _ bindings: TemplateBindings
    ) throws(TemplateFault) -> TemplateValue {
        guard case .string(let text) = value else {
            throw .failed("the filter 'indent' needs a string, not a \(value.kindName)")
        }
        let indentation: TemplateText
        if case .string(let given)? = bindings[0] {
            indentation = given
        } else {
            let width = try bindings.integer(0, of: "the filter 'indent'", default: 4)
            try evaluator.checkText(width)
            indentation = TemplateText(utf8: Array(repeating: 0x20, count: max(0, width)))
        }
        try evaluator.charge(4 * text.utf8.count)
        // With a line break at the end, a last line without one is a line as well.
        let lines = TemplateText(utf8: text.utf8 + [0x0A]).lines()
        let added = indentation.utf8.count.multipliedReportingOverflow(by: lines.count)
        try evaluator.chargeText(
            added.overflow ? .max : min(added.partialValue, .max / 2) + text.utf8.count)
        let indentsBlank = bindings.flag(2, in: evaluator)
        var result = TemplateText(utf8: [], isMarkup: text.isMarkup)
        if bindings.flag(1, in: evaluator) { result.utf8 += indentation.utf8 }
        for (index, line) in lines.enumerated() {
            if index > 0 {
                result.utf8.append(0x0A)
                if indentsBlank || !line.isEmpty { result.utf8 += indentation.utf8 }
            }
            result.utf8 += line.utf8
        }
        return .string(result)
    }

    private static func replace(
        _ evaluator: inout TemplateEvaluator, _ value: TemplateValue, _ bindings: TemplateBindings
    ) throws(TemplateFault) -> TemplateValue {
        let text = try evaluator.text(of: value)
        let old = try evaluator.text(of: bindings[0] ?? .null)
        let new = try evaluator.text(of: bindings[1] ?? .null)
        let limit = try bindings.limit(2, of: "the filter 'replace'")
        return try evaluator.replacing(old, by: new, limit: limit, in: text)
    }

    private static func json(
        _ evaluator: inout TemplateEvaluator, _ value: TemplateValue, _ bindings: TemplateBindings
    ) throws(TemplateFault) -> TemplateValue {
        var style = TemplateEvaluator.JSONStyle()
        style.isASCII = bindings.flag(0, in: evaluator)
        style.sortsKeys = bindings.flag(3, in: evaluator)
        switch bindings[1] {
        case nil, .null?: break
        case .string(let indent)?: style.indent = indent
        default:
            let width = try bindings.integer(1, of: "the filter 'tojson'", default: 0)
            try evaluator.checkText(width)
            style.indent = TemplateText(utf8: Array(repeating: 0x20, count: max(0, width)))
        }
        if style.indent != nil { style.itemSeparator = "," }
        switch bindings[2] {
        case nil, .null?: break
        case .list(let list)?:
            guard list.elements.count == 2, case .string(let item) = list.elements[0],
                case .string(let key) = list.elements[1]
            else { fallthrough }
            style.itemSeparator = item
            style.keySeparator = key
        default: throw .failed("the separators of 'tojson' must be two strings")
        }
        var text: [UInt8] = []
        try evaluator.appendJSON(value, style, to: &text)
        return try evaluator.text(text)
    }
}

extension TemplateEvaluator {
    /// Python's `replace`: an empty `old` stands between all characters.
    mutating func replacing(
        _ old: TemplateText, by new: TemplateText, limit: Int, in text: TemplateText
    ) throws(TemplateFault) -> TemplateValue {
        let places =
            old.isEmpty
            ? text.boundaries.prefix(limit).map { $0..<$0 } : text.ranges(of: old, limit: limit)
        let added = places.count.multipliedReportingOverflow(by: new.utf8.count)
        try charge(8 * places.count)
        try chargeText(added.overflow ? .max : min(added.partialValue, .max / 2) + text.utf8.count)
        var result: [UInt8] = []
        var start = 0
        for place in places {
            result += text.utf8[start..<place.lowerBound]
            result += new.utf8
            start = place.upperBound
        }
        result += text.utf8[start...]
        return try self.text(result)
    }

    /// Python's `separator.join(values)` with every value as text.
    mutating func joined(
        _ values: [TemplateValue], by separator: TemplateText, onlyStrings: Bool = false
    ) throws(TemplateFault) -> TemplateValue {
        var result: [UInt8] = []
        for (index, value) in values.enumerated() {
            if onlyStrings {
                try refuseMarkup([separator], for: "join")
                guard case .string = value else {
                    throw .failed("'join' needs strings, not a \(value.kindName)")
                }
            }
            let text = try text(of: value)
            let added = text.utf8.count + (index > 0 ? separator.utf8.count : 0)
            try checkText(result.count + added)
            try charge(4 + added / 8)
            if index > 0 { result += separator.utf8 }
            result += text.utf8
        }
        return try text(result)
    }
}
