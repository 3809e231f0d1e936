extension TemplateFilter {
    static let onMembers = [
        TemplateFilter("map", nil, map),
        TemplateFilter("reject", nil) { evaluator, value, bindings throws(TemplateFault) in
            try select(value, bindings, looksUp: false, keeps: false, in: &evaluator)
        },
        TemplateFilter("rejectattr", nil) { evaluator, value, bindings throws(TemplateFault) in
            try select(value, bindings, looksUp: true, keeps: false, in: &evaluator)
        },
        TemplateFilter("select", nil) { evaluator, value, bindings throws(TemplateFault) in
            try select(value, bindings, looksUp: false, keeps: true, in: &evaluator)
        },
        TemplateFilter("selectattr", nil) { evaluator, value, bindings throws(TemplateFault) in
            try select(value, bindings, looksUp: true, keeps: true, in: &evaluator)
        },
    ]

    /// The elements changed by a filter, or one attribute of each.
    private static func map(
        _ evaluator: inout TemplateEvaluator, _ value: TemplateValue, _ bindings: TemplateBindings
    ) throws(TemplateFault) -> TemplateValue {
        guard evaluator.isTrue(value) else { return try evaluator.generator([]) }
        let elements = try evaluator.lazyElements(of: value)
        var arguments = bindings.all
        guard !arguments.positional.isEmpty else {
            let given = try arguments.bound(
                to: ["attribute", "default"], required: 1, in: "the filter 'map'")
            return try lazily(elements, in: &evaluator) {
                evaluator, element throws(TemplateFault) in
                try evaluator.attribute(given[0], of: element, default: given[1])
            }
        }
        guard case .string(let name) = arguments.positional.removeFirst() else {
            throw .failed("the filter 'map' needs the name of a filter")
        }
        guard let filter = named[name.string] else {
            throw .unsupported("the filter '\(name.string)'")
        }
        return try lazily(elements, in: &evaluator) { evaluator, element throws(TemplateFault) in
            try evaluator.enter()
            let result = try filter.apply(to: element, arguments, in: &evaluator)
            evaluator.leave()
            return result
        }
    }

    /// The results of `body` that are not nil, up to the first element it fails for.
    static func lazily(
        _ source: (elements: [TemplateValue], fault: TemplateFault?),
        in evaluator: inout TemplateEvaluator,
        _ body: (inout TemplateEvaluator, TemplateValue) throws(TemplateFault) -> TemplateValue?
    ) throws(TemplateFault) -> TemplateValue {
        var results: [TemplateValue] = []
        let depth = evaluator.depth
        for element in source.elements {
            do throws(TemplateFault) {
                if let result = try body(&evaluator, element) { results.append(result) }
            } catch .failed(let reason) {
                evaluator.depth = depth
                return try evaluator.generator(results, fault: .failed(reason))
            }
        }
        return try evaluator.generator(results, fault: source.fault)
    }

    /// The elements that pass a test, or are true without one; by themselves or by an attribute.
    private static func select(
        _ value: TemplateValue, _ bindings: TemplateBindings, looksUp: Bool, keeps: Bool,
        in evaluator: inout TemplateEvaluator
    ) throws(TemplateFault) -> TemplateValue {
        guard evaluator.isTrue(value) else { return try evaluator.generator([]) }
        let elements = try evaluator.lazyElements(of: value)
        var arguments = bindings.all
        var attribute: TemplateValue?
        if looksUp {
            guard !arguments.positional.isEmpty else {
                throw .failed("a filter lacks the name of an attribute")
            }
            attribute = arguments.positional.removeFirst()
        }
        var test: TemplateTest?
        if !arguments.positional.isEmpty {
            guard case .string(let name) = arguments.positional.removeFirst() else {
                throw .failed("a filter needs the name of a test")
            }
            test = TemplateTest.named[name.string]
            if test == nil { throw .unsupported("the test '\(name.string)'") }
        }
        return try lazily(elements, in: &evaluator) { evaluator, element throws(TemplateFault) in
            let value = try evaluator.attribute(attribute, of: element)
            let isChosen =
                try test?.holds(for: value, arguments, in: &evaluator) ?? evaluator.isTrue(value)
            return isChosen == keeps ? element : nil
        }
    }
}

extension TemplateEvaluator {
    /// One attribute of each element; the elements themselves without an attribute.
    mutating func attributes(
        _ attribute: TemplateValue?, of elements: [TemplateValue]
    ) throws(TemplateFault) -> [TemplateValue] {
        var attributes: [TemplateValue] = []
        for element in elements { attributes.append(try self.attribute(attribute, of: element)) }
        return attributes
    }

    /// What is found along a path such as `function.name` or `0.role`.
    fileprivate mutating func attribute(
        _ attribute: TemplateValue?, of element: TemplateValue, default: TemplateValue? = nil
    ) throws(TemplateFault) -> TemplateValue {
        try charge(TemplateLimits.step)
        var path: [TemplateValue] = []
        switch attribute {
        case nil, .null?: return element
        case .string(let name)?:
            try charge(4 * name.utf8.count)
            for part in name.pieces(separatedBy: ".", limit: .max, fromEnd: false) {
                let number = part.utf8.allSatisfy { (0x30...0x39).contains($0) }
                path.append(
                    number ? Int(part.string).map { .int($0) } ?? .string(part) : .string(part))
            }
        case .some(let key): path = [key]
        }
        var replacement = `default`
        if case .null? = replacement { replacement = nil }
        var value = element
        for key in path {
            value = try item(key, of: value)
            if case .undefined = value, let replacement { value = replacement }
        }
        return value
    }

    /// What elements are compared by.
    mutating func keys(
        _ elements: [TemplateValue], _ attribute: TemplateValue?, isCaseSensitive: Bool
    ) throws(TemplateFault) -> [TemplateValue] {
        var keys: [TemplateValue] = []
        for element in elements {
            keys.append(try key(element, attribute, isCaseSensitive: isCaseSensitive))
        }
        return keys
    }

    mutating func key(
        _ element: TemplateValue, _ attribute: TemplateValue?, isCaseSensitive: Bool
    ) throws(TemplateFault) -> TemplateValue {
        let key = try self.attribute(attribute, of: element)
        return isCaseSensitive ? key : try ignoringCase(key)
    }

    mutating func ignoringCase(_ value: TemplateValue) throws(TemplateFault) -> TemplateValue {
        guard case .string(let text) = value else { return value }
        try charge(4 * text.utf8.count)
        return .string(text.lowercased())
    }

    mutating func pairs(
        of dictionary: TemplateDictionary
    ) throws(TemplateFault) -> [TemplateValue] {
        var pairs: [TemplateValue] = []
        for (key, value) in zip(dictionary.keys, dictionary.values) {
            pairs.append(try list([.string(key), value], form: .tuple))
        }
        return pairs
    }
}
