extension TemplateFilter {
    static let onSequences = [
        TemplateFilter("batch", ["linecount", "fill_with"], required: 1, batch),
        TemplateFilter("count", [], length),
        TemplateFilter("d", ["default_value", "boolean"], defaulted),
        TemplateFilter("default", ["default_value", "boolean"], defaulted),
        TemplateFilter("dictsort", ["case_sensitive", "by", "reverse"], dictsort),
        TemplateFilter("first", [], first),
        TemplateFilter("items", [], items),
        TemplateFilter("join", ["d", "attribute"], join),
        TemplateFilter("last", [], last),
        TemplateFilter("length", [], length),
        TemplateFilter("list") { evaluator, value, _ throws(TemplateFault) in
            try evaluator.list(evaluator.elements(of: value))
        },
        TemplateFilter("max", ["case_sensitive", "attribute"]) {
            evaluator, value, bindings throws(TemplateFault) in
            try extreme(value, bindings, isMaximum: true, in: &evaluator)
        },
        TemplateFilter("min", ["case_sensitive", "attribute"]) {
            evaluator, value, bindings throws(TemplateFault) in
            try extreme(value, bindings, isMaximum: false, in: &evaluator)
        },
        TemplateFilter("reverse", [], reverse),
        TemplateFilter("sort", ["reverse", "case_sensitive", "attribute"], sort),
        TemplateFilter("sum", ["attribute", "start"], sum),
        TemplateFilter("unique", ["case_sensitive", "attribute"], unique),
    ]

    private static func batch(
        _ evaluator: inout TemplateEvaluator, _ value: TemplateValue, _ bindings: TemplateBindings
    ) throws(TemplateFault) -> TemplateValue {
        let count = try bindings.integer(0, of: "the filter 'batch'", default: 0)
        guard count > 0 else { throw .unsupported("the filter 'batch' with no elements a line") }
        let source = try evaluator.lazyElements(of: value)
        var rest = source.elements[...]
        var lines: [TemplateValue] = []
        while !rest.isEmpty {
            var line = Array(rest.prefix(count))
            rest = rest.dropFirst(count)
            if let fill = bindings[1], count > line.count {
                if case .null = fill {
                } else {
                    try evaluator.charge(count - line.count)
                    line += Array(repeating: fill, count: count - line.count)
                }
            }
            lines.append(try evaluator.list(line))
        }
        return try evaluator.generator(lines, fault: source.fault)
    }

    private static func length(
        _ evaluator: inout TemplateEvaluator, _ value: TemplateValue, _: TemplateBindings
    ) throws(TemplateFault) -> TemplateValue {
        .int(try evaluator.length(of: value))
    }

    private static func defaulted(
        _ evaluator: inout TemplateEvaluator, _ value: TemplateValue, _ bindings: TemplateBindings
    ) throws(TemplateFault) -> TemplateValue {
        let replacement = bindings[0] ?? .string("")
        if case .undefined = value { return replacement }
        return bindings.flag(1, in: evaluator) && !evaluator.isTrue(value) ? replacement : value
    }

    private static func dictsort(
        _ evaluator: inout TemplateEvaluator, _ value: TemplateValue, _ bindings: TemplateBindings
    ) throws(TemplateFault) -> TemplateValue {
        guard case .dictionary(let dictionary) = value else {
            throw .failed("the filter 'dictsort' needs a dictionary, not a \(value.kindName)")
        }
        let part = try bindings.text(1, of: "the filter 'dictsort'", default: "key")
        guard part == "key" || part == "value" else {
            throw .failed("the filter 'dictsort' sorts by 'key' or 'value'")
        }
        let isCaseSensitive = bindings.flag(0, in: evaluator)
        var keys: [TemplateValue] = []
        for (key, value) in zip(dictionary.keys, dictionary.values) {
            let value = part == "key" ? .string(key) : value
            keys.append(isCaseSensitive ? value : try evaluator.ignoringCase(value))
        }
        let pairs = try evaluator.pairs(of: dictionary)
        return try evaluator.list(
            evaluator.sorted(pairs, by: keys, reversed: bindings.flag(2, in: evaluator)))
    }

    private static func first(
        _ evaluator: inout TemplateEvaluator, _ value: TemplateValue, _: TemplateBindings
    ) throws(TemplateFault) -> TemplateValue {
        let missing = TemplateValue.undefined("there is no first item, the sequence is empty")
        if case .generator(let place) = value {
            return try evaluator.next(of: place) ?? missing
        }
        return try evaluator.elements(of: value).first ?? missing
    }

    private static func last(
        _ evaluator: inout TemplateEvaluator, _ value: TemplateValue, _: TemplateBindings
    ) throws(TemplateFault) -> TemplateValue {
        if case .generator = value { throw .failed("a generator cannot be read from its end") }
        return try evaluator.elements(of: value).last
            ?? .undefined("there is no last item, the sequence is empty")
    }

    private static func items(
        _ evaluator: inout TemplateEvaluator, _ value: TemplateValue, _: TemplateBindings
    ) throws(TemplateFault) -> TemplateValue {
        switch value {
        case .undefined: return try evaluator.generator([])
        case .dictionary(let dictionary):
            return try evaluator.generator(evaluator.pairs(of: dictionary))
        default: throw .failed("the filter 'items' needs a dictionary, not a \(value.kindName)")
        }
    }

    private static func join(
        _ evaluator: inout TemplateEvaluator, _ value: TemplateValue, _ bindings: TemplateBindings
    ) throws(TemplateFault) -> TemplateValue {
        let elements = try evaluator.elements(of: value)
        let values = try evaluator.attributes(bindings[1], of: elements)
        let separator = try evaluator.text(of: bindings[0] ?? .string(""))
        return try evaluator.joined(values, by: separator)
    }

    private static func extreme(
        _ value: TemplateValue, _ bindings: TemplateBindings, isMaximum: Bool,
        in evaluator: inout TemplateEvaluator
    ) throws(TemplateFault) -> TemplateValue {
        let elements = try evaluator.elements(of: value)
        let keys = try evaluator.keys(
            elements, bindings[1], isCaseSensitive: bindings.flag(0, in: evaluator))
        guard var best = elements.indices.first else {
            return .undefined("there is no extreme item, the sequence is empty")
        }
        for place in elements.indices.dropFirst() {
            let isBetter =
                isMaximum
                ? try evaluator.isLess(keys[best], keys[place])
                : try evaluator.isLess(keys[place], keys[best])
            if isBetter { best = place }
        }
        return elements[best]
    }

    private static func reverse(
        _ evaluator: inout TemplateEvaluator, _ value: TemplateValue, _: TemplateBindings
    ) throws(TemplateFault) -> TemplateValue {
        if case .string = value {
            return try evaluator.slice(value, start: nil, stop: nil, step: -1)
        }
        let reversed = Array(try evaluator.elements(of: value).reversed())
        if case .generator = value { return try evaluator.list(reversed) }
        return try evaluator.generator(reversed)
    }

    private static func sort(
        _ evaluator: inout TemplateEvaluator, _ value: TemplateValue, _ bindings: TemplateBindings
    ) throws(TemplateFault) -> TemplateValue {
        let elements = try evaluator.elements(of: value)
        let isCaseSensitive = bindings.flag(1, in: evaluator)
        var attributes: [TemplateValue?] = [bindings[2]]
        if case .string(let names)? = bindings[2] {
            attributes = names.pieces(separatedBy: ",", limit: .max, fromEnd: false)
                .map { .string($0) }
        }
        var keys: [TemplateValue] = []
        var columns: [[TemplateValue]] = []
        for attribute in attributes {
            columns.append(
                try evaluator.keys(elements, attribute, isCaseSensitive: isCaseSensitive))
        }
        for place in elements.indices { keys.append(try evaluator.list(columns.map { $0[place] })) }
        let reverses = bindings.flag(0, in: evaluator)
        return try evaluator.list(evaluator.sorted(elements, by: keys, reversed: reverses))
    }

    private static func sum(
        _ evaluator: inout TemplateEvaluator, _ value: TemplateValue, _ bindings: TemplateBindings
    ) throws(TemplateFault) -> TemplateValue {
        let elements = try evaluator.elements(of: value)
        var total = bindings[1] ?? .int(0)
        if case .string = total { throw .failed("the filter 'sum' adds no strings") }
        for value in try evaluator.attributes(bindings[0], of: elements) {
            total = try evaluator.arithmetic(.add, total, value)
        }
        return total
    }

    private static func unique(
        _ evaluator: inout TemplateEvaluator, _ value: TemplateValue, _ bindings: TemplateBindings
    ) throws(TemplateFault) -> TemplateValue {
        let isCaseSensitive = bindings.flag(0, in: evaluator)
        var seen: [TemplateValue] = []
        return try lazily(evaluator.lazyElements(of: value), in: &evaluator) {
            evaluator, element throws(TemplateFault) in
            let key = try evaluator.key(
                element, bindings[1], isCaseSensitive: isCaseSensitive)
            try evaluator.checkIsKey(key)
            for other in seen where try evaluator.areEqual(other, key) { return nil }
            seen.append(key)
            return element
        }
    }
}
