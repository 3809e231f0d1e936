/// The methods that strings, lists and dictionaries have in Python.
enum TemplateMethod {
    /// The names that mean a method of a value rather than a member.
    static func names(of value: TemplateValue) -> Set<String> {
        switch value {
        case .string: ofStrings
        case .dictionary: ofDictionaries
        case .list(let list):
            list.form == .list ? ofLists : list.form == .tuple ? ["count", "index"] : []
        case .range: ["count", "index", "start", "step", "stop"]
        default: []
        }
    }

    private static let ofDictionaries: Set<String> = [
        "clear", "copy", "fromkeys", "get", "items", "keys", "pop", "popitem", "setdefault",
        "update", "values",
    ]

    private static let ofLists: Set<String> = [
        "append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove",
        "reverse", "sort",
    ]

    private static let ofStrings: Set<String> = [
        "capitalize", "casefold", "center", "count", "encode", "endswith", "expandtabs", "find",
        "format", "format_map", "index", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit",
        "isidentifier", "islower", "isnumeric", "isprintable", "isspace", "istitle", "isupper",
        "join", "ljust", "lower", "lstrip", "maketrans", "partition", "removeprefix",
        "removesuffix", "replace", "rfind", "rindex", "rjust", "rpartition", "rsplit", "rstrip",
        "split", "splitlines", "startswith", "strip", "swapcase", "title", "translate", "upper",
        "zfill",
    ]

    static func call(
        _ name: String, of receiver: TemplateValue, _ arguments: TemplateArguments,
        in evaluator: inout TemplateEvaluator
    ) throws(TemplateFault) -> TemplateValue {
        try evaluator.charge(TemplateLimits.step + receiver.size + arguments.size)
        let result: TemplateValue?
        switch receiver {
        case .string(let text): result = try call(name, of: text, arguments, in: &evaluator)
        case .dictionary(let dictionary):
            result = try call(name, of: dictionary, arguments, in: &evaluator)
        case .list(let list): result = try call(name, of: list, arguments, in: &evaluator)
        default: result = nil
        }
        guard let result else {
            throw .unsupported("the method '\(name)' of a \(receiver.kindName)")
        }
        return result
    }

    private static func call(
        _ name: String, of dictionary: TemplateDictionary, _ arguments: TemplateArguments,
        in evaluator: inout TemplateEvaluator
    ) throws(TemplateFault) -> TemplateValue? {
        func bound(
            _ parameters: [String] = [], required: Int = 0
        ) throws(TemplateFault) -> TemplateBindings {
            try arguments.bound(to: parameters, required: required, in: "'\(name)'")
        }
        switch name {
        case "get":
            let bindings = try bound(["key", "default"], required: 1)
            guard case .string(let key)? = bindings[0] else { return bindings[1] ?? .null }
            return dictionary[key] ?? bindings[1] ?? .null
        case "items":
            _ = try bound()
            return try evaluator.list(evaluator.pairs(of: dictionary), form: .items)
        case "keys":
            _ = try bound()
            return try evaluator.list(dictionary.keys.map { .string($0) }, form: .keys)
        case "values":
            _ = try bound()
            return try evaluator.list(dictionary.values, form: .values)
        case "copy":
            _ = try bound()
            return .dictionary(dictionary)
        default: return nil
        }
    }

    private static func call(
        _ name: String, of list: TemplateList, _ arguments: TemplateArguments,
        in evaluator: inout TemplateEvaluator
    ) throws(TemplateFault) -> TemplateValue? {
        guard name == "count" || name == "index" else {
            return name == "copy" && arguments.positional.isEmpty && arguments.named.isEmpty
                ? .list(list) : nil
        }
        let wanted = try arguments.bound(to: ["value"], required: 1, in: "'\(name)'")[0] ?? .null
        var places: [Int] = []
        for (place, element) in list.elements.enumerated()
        where try evaluator.areEqual(element, wanted) {
            places.append(place)
        }
        if name == "count" { return .int(places.count) }
        guard let place = places.first else { throw .failed("the value is not in the list") }
        return .int(place)
    }
}
