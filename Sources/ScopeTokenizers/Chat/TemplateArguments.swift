/// The values a function, filter, test or method is called with.
struct TemplateArguments: Sendable {
    var positional: [TemplateValue] = []
    var named: [(name: String, value: TemplateValue)] = []

    /// Puts each value under the parameter it is for.
    func bound(
        to parameters: [String], required: Int, in function: String
    ) throws(TemplateFault) -> TemplateBindings {
        guard positional.count <= parameters.count else {
            throw .failed("\(function) takes at most \(parameters.count) arguments")
        }
        var values: [TemplateValue?] = positional
        values += Array(repeating: nil, count: parameters.count - positional.count)
        for (name, value) in named {
            guard let place = parameters.firstIndex(of: name) else {
                throw .failed("\(function) takes no argument '\(name)'")
            }
            guard values[place] == nil else {
                throw .failed("\(function) is given the argument '\(name)' twice")
            }
            values[place] = value
        }
        if let place = values[..<required].firstIndex(where: { $0 == nil }) {
            throw .failed("\(function) lacks the argument '\(parameters[place])'")
        }
        return TemplateBindings(values: values, all: self)
    }

    /// The sizes of all texts and lists among the values.
    var size: Int {
        positional.reduce(0) { $0 + $1.size } + named.reduce(0) { $0 + $1.value.size }
    }
}

/// Arguments by the number of their parameter.
struct TemplateBindings: Sendable {
    var values: [TemplateValue?] = []
    /// What was given, for functions with any number of parameters.
    var all = TemplateArguments()

    subscript(place: Int) -> TemplateValue? { values[place] }

    /// Python's truth of an argument.
    func flag(_ place: Int, in evaluator: TemplateEvaluator) -> Bool {
        values[place].map(evaluator.isTrue) ?? false
    }

    func text(
        _ place: Int, of function: String, default text: TemplateText = ""
    ) throws(TemplateFault) -> TemplateText {
        guard let value = values[place] else { return text }
        guard case .string(let text) = value else {
            throw .failed("\(function) needs a string, not a \(value.kindName)")
        }
        return text
    }

    /// An integer; `number` where it is not given or `none`.
    func integer(
        _ place: Int, of function: String, default number: Int
    ) throws(TemplateFault) -> Int {
        switch values[place] {
        case nil, .null?: return number
        case .int(let value)?: return value
        case .bool(let flag)?: return flag ? 1 : 0
        case .some(let value):
            throw .failed("\(function) needs a whole number, not a \(value.kindName)")
        }
    }

    /// How often to cut or to replace, where a negative number means always.
    func limit(_ place: Int, of function: String) throws(TemplateFault) -> Int {
        let limit = try integer(place, of: function, default: -1)
        return limit < 0 ? .max : limit
    }
}

extension TemplateValue {
    /// What looking at all of the value costs, its parts not counted.
    var size: Int {
        switch self {
        case .string(let text): text.utf8.count
        case .list(let list): list.elements.count
        case .dictionary(let dictionary): dictionary.count
        case .range(let range): range.count
        default: 1
        }
    }
}
