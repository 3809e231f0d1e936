extension TemplateEvaluator {
    /// Python's truth of a value.
    func isTrue(_ value: TemplateValue) -> Bool {
        switch value {
        case .undefined, .null: false
        case .bool(let flag): flag
        case .int(let number): number != 0
        case .double(let number): number != 0
        case .string(let text): !text.isEmpty
        case .list(let list): !list.elements.isEmpty
        case .dictionary(let dictionary): dictionary.count > 0
        case .range(let range): range.count > 0
        case .generator, .namespace, .loop, .macro, .function, .method: true
        }
    }

    /// What a loop over a value runs over; a generator is used up.
    mutating func elements(of value: TemplateValue) throws(TemplateFault) -> [TemplateValue] {
        switch value {
        case .undefined: return []
        case .list(let list): return list.elements
        case .dictionary(let dictionary):
            try charge(dictionary.count)
            return dictionary.keys.map { .string($0) }
        case .string(let text):
            try charge(8 * text.utf8.count)
            return text.scalars.map { .string(TemplateText(CollectionOfOne($0))) }
        case .range(let range):
            try charge(range.count)
            return (0..<range.count).map { .int(range[$0]) }
        case .generator:
            let (elements, fault) = try lazyElements(of: value)
            if let fault { throw fault }
            return elements
        case .loop: throw .unsupported("a loop over a loop variable")
        default: throw .failed("a \(value.kindName) is not iterable")
        }
    }

    /// The same for filters that give a generator: the fault of one they walk becomes theirs.
    mutating func lazyElements(
        of value: TemplateValue
    ) throws(TemplateFault) -> (elements: [TemplateValue], fault: TemplateFault?) {
        guard case .generator(let place) = value else { return (try elements(of: value), nil) }
        let generator = generators[place]
        generators[place] = Generator(elements: [])
        try charge(generator.elements.count)
        return (Array(generator.elements), generator.fault)
    }

    /// Python's `len`.
    mutating func length(of value: TemplateValue) throws(TemplateFault) -> Int {
        switch value {
        case .undefined: return 0
        case .string(let text):
            try charge(text.utf8.count)
            return text.scalarCount
        case .list(let list): return list.elements.count
        case .dictionary(let dictionary): return dictionary.count
        case .range(let range): return range.count
        case .loop(let number):
            guard case .int(let count) = try loopMember("length", number: number) else { return 0 }
            return count
        default: throw .failed("a \(value.kindName) has no length")
        }
    }

    /// `value.name`: a method before a member of the same name.
    mutating func attribute(
        _ name: String, of value: TemplateValue
    ) throws(TemplateFault) -> TemplateValue {
        if let method = try method(name, of: value) { return method }
        if case .dictionary(let dictionary) = value, let member = dictionary[TemplateText(name)] {
            return member
        }
        return .undefined("'\(value.kindName)' has no attribute '\(name)'")
    }

    /// What is there besides the members of a dictionary.
    private func method(
        _ name: String, of value: TemplateValue
    ) throws(TemplateFault) -> TemplateValue? {
        switch value {
        case .undefined(let reason): throw .failed(reason)
        case .namespace(let place): return namespaces[place][TemplateText(name)]
        case .loop(let number): return try loopMember(name, number: number)
        case .macro: throw .unsupported("the attribute '\(name)' of a macro")
        case .string, .dictionary, .list, .range:
            return TemplateMethod.names(of: value).contains(name) ? .method(value, name) : nil
        default: return nil
        }
    }

    /// `value[key]`: a member before a method of the same name.
    mutating func item(
        _ key: TemplateValue, of value: TemplateValue
    ) throws(TemplateFault) -> TemplateValue {
        if case .undefined(let reason) = value { throw .failed(reason) }
        if case .string(let name) = key {
            if case .dictionary(let dictionary) = value, let member = dictionary[name] {
                return member
            }
            return try method(name.string, of: value)
                ?? .undefined("'\(value.kindName)' has no attribute '\(name.string)'")
        }
        let position: Int
        switch key {
        case .int(let number): position = number
        case .bool(let flag): position = flag ? 1 : 0
        case .undefined, .null, .double:
            return .undefined("a \(value.kindName) has no such element")
        default: return .undefined("a \(value.kindName) has no element of this kind")
        }
        if case .dictionary = value {
            return .undefined("a dict object has no element \(position)")
        }
        return try element(position, of: value)
    }

    private mutating func element(
        _ position: Int, of value: TemplateValue
    ) throws(TemplateFault) -> TemplateValue {
        let missing = TemplateValue.undefined("a \(value.kindName) has no element \(position)")
        let isText = if case .string = value { true } else { false }
        let isRange = if case .range = value { true } else { false }
        if case .list(let list) = value, list.form.isSequence {
            // As below, without the cost of a length.
            let place = position < 0 ? position + list.elements.count : position
            return list.elements.indices.contains(place) ? list.elements[place] : missing
        }
        guard isText || isRange else { return missing }
        let count = try length(of: value)
        let place = position < 0 ? position + count : position
        guard (0..<count).contains(place) else { return missing }
        if case .range(let range) = value { return .int(range[place]) }
        return try slice(value, start: place, stop: place + 1, step: nil)
    }

    /// `value[start:stop:step]`.
    mutating func slice(
        _ value: TemplateValue, start: Int?, stop: Int?, step: Int?
    ) throws(TemplateFault) -> TemplateValue {
        if step == 0 { throw .failed("the step of a slice is zero") }
        switch value {
        case .undefined(let reason): throw .failed(reason)
        case .list(let list) where list.form.isSequence:
            let places = Self.places(start, stop, step ?? 1, count: list.elements.count)
            return try self.list(places.map { list.elements[$0] }, form: list.form)
        case .string(let text):
            try charge(2 * text.utf8.count)
            let bounds = text.boundaries
            var result = TemplateText(utf8: [], isMarkup: text.isMarkup)
            for place in Self.places(start, stop, step ?? 1, count: bounds.count - 1) {
                result.utf8 += text.utf8[bounds[place]..<bounds[place + 1]]
            }
            return .string(result)
        case .range: throw .unsupported("a slice of a range")
        default:
            throw .failed("a \(value.kindName) cannot be sliced")
        }
    }

    /// The positions of a slice, by Python's rules.
    private static func places(
        _ start: Int?, _ stop: Int?, _ step: Int, count: Int
    ) -> StrideTo<Int> {
        // Beyond the ends nothing changes, and no sum can overflow.
        let step = min(max(step, -count - 1), count + 1)
        let lowest = step < 0 ? -1 : 0
        let highest = step < 0 ? count - 1 : count
        func clamped(_ bound: Int?, default: Int) -> Int {
            guard let bound else { return `default` }
            let place = bound < 0 ? max(bound, -count - 1) + count : bound
            return min(max(place, lowest), highest)
        }
        let first = clamped(start, default: step < 0 ? highest : lowest)
        let end = clamped(stop, default: step < 0 ? lowest : highest)
        return stride(from: first, to: end, by: step)
    }
}
