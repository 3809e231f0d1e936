extension TemplateEvaluator {
    mutating func call(
        _ callee: TemplateValue, _ arguments: TemplateArguments
    ) throws(TemplateFault) -> TemplateValue {
        switch callee {
        case .undefined(let reason): throw .failed(reason)
        case .macro(let macro): return try call(macro, arguments)
        case .function(let function): return try call(function, arguments)
        case .method(.loop(let number), let name):
            guard name == "cycle", !arguments.positional.isEmpty else { break }
            guard case .int(let index) = try loopMember("index0", number: number) else { break }
            return arguments.positional[index % arguments.positional.count]
        case .method(let receiver, let name):
            return try TemplateMethod.call(name, of: receiver, arguments, in: &self)
        case .loop: throw .unsupported("a recursive loop")
        default: break
        }
        throw .failed("a \(callee.kindName) cannot be called")
    }

    // MARK: Macros

    /// Makes a macro known under its name.
    mutating func define(_ number: Int) {
        set(program.macros[number].name, to: .macro(reference(number)))
    }

    private func reference(_ number: Int) -> TemplateMacroReference {
        TemplateMacroReference(macro: number, scope: scope, serial: scopes[scope].serial)
    }

    /// A `call` block: what the callee gives, when it can call the block's body as `caller`.
    mutating func callBlock(
        _ number: Int, _ callee: TemplateExpression, _ arguments: TemplateCallArguments
    ) throws(TemplateFault) {
        let line = line
        let callee = try evaluate(callee)
        var values = try evaluate(arguments)
        values.named.append(("caller", .macro(reference(number))))
        self.line = line
        let value = try call(callee, values)
        try write(try text(of: value).utf8)
    }

    private mutating func call(
        _ reference: TemplateMacroReference, _ arguments: TemplateArguments
    ) throws(TemplateFault) -> TemplateValue {
        guard scopes.indices.contains(reference.scope),
            scopes[reference.scope].serial == reference.serial
        else { throw .unsupported("a macro after the block that defines it") }
        let line = line
        let macro = program.macros[reference.macro]
        pushScope(parent: reference.scope)
        try bind(arguments, of: macro)
        let text = try captured { evaluator throws(TemplateFault) in
            _ = try evaluator.execute(macro.body)
        }
        scopes.removeLast()
        self.line = line
        return .string(text)
    }

    /// Sets the parameters of a macro in the scope at hand.
    private mutating func bind(
        _ arguments: TemplateArguments, of macro: TemplateMacro
    ) throws(TemplateFault) {
        var named = arguments.named
        for (parameter, value) in zip(macro.parameters, arguments.positional) {
            set(parameter.name, to: value)
        }
        let missing = macro.parameters.dropFirst(arguments.positional.count)
        var defaults: [(name: String, initial: TemplateExpression?)] = []
        for parameter in missing {
            if let place = named.firstIndex(where: { $0.name == parameter.name }) {
                set(parameter.name, to: named.remove(at: place).value)
            } else {
                defaults.append(parameter)
            }
        }
        for parameter in defaults {
            let value =
                if let initial = parameter.initial {
                    try evaluate(initial)
                } else {
                    TemplateValue.undefined("the parameter '\(parameter.name)' was not provided")
                }
            set(parameter.name, to: value)
        }
        let isParameter = { name in macro.parameters.contains { $0.name == name } }
        if macro.usedNames.contains("caller"), !isParameter("caller") {
            let place = named.firstIndex { $0.name == "caller" }
            let caller = place.map { named.remove(at: $0).value }
            set("caller", to: caller ?? .undefined("no caller is defined"))
        }
        try bindRest(
            arguments.positional.dropFirst(macro.parameters.count), named, of: macro,
            takesPositional: macro.usedNames.contains("varargs") && !isParameter("varargs"),
            takesNamed: macro.usedNames.contains("kwargs") && !isParameter("kwargs"))
    }

    private mutating func bindRest(
        _ positional: ArraySlice<TemplateValue>, _ named: [(name: String, value: TemplateValue)],
        of macro: TemplateMacro, takesPositional: Bool, takesNamed: Bool
    ) throws(TemplateFault) {
        if takesNamed {
            var rest = TemplateDictionary()
            for (name, value) in named { rest.set(TemplateText(name), to: value) }
            set("kwargs", to: try dictionary(rest))
        } else if let (name, _) = named.first {
            throw .failed("the macro '\(macro.name)' takes no argument '\(name)'")
        }
        if takesPositional {
            set("varargs", to: try list(Array(positional), form: .tuple))
        } else if !positional.isEmpty {
            throw .failed(
                "the macro '\(macro.name)' takes at most \(macro.parameters.count) arguments")
        }
    }

    // MARK: Functions

    private mutating func call(
        _ function: TemplateFunction, _ arguments: TemplateArguments
    ) throws(TemplateFault) -> TemplateValue {
        switch function {
        case .range: return try range(arguments)
        case .dictionary: return try dictionary(members(arguments, of: "dict"))
        case .namespace:
            let members = try members(arguments, of: "namespace")
            try charge(TemplateLimits.step + 8 * members.count)
            try checkDepth(members.depth)
            namespaces.append(members)
            return .namespace(namespaces.count - 1)
        case .raiseException:
            let bindings = try arguments.bound(
                to: ["message"], required: 1, in: "raise_exception")
            throw .raised(try text(of: bindings[0] ?? .null).string)
        case .strftimeNow:
            let bindings = try arguments.bound(to: ["format"], required: 1, in: "strftime_now")
            guard let date else { throw .unsupported("strftime_now without a given date") }
            let format = try bindings.text(0, of: "strftime_now")
            try charge(16 * format.utf8.count)
            return try text(Array(date.formatted(format.string).utf8))
        }
    }

    /// The members of a new dictionary or namespace: those of a dictionary, then the named ones.
    private func members(
        _ arguments: TemplateArguments, of function: String
    ) throws(TemplateFault) -> TemplateDictionary {
        var members = TemplateDictionary()
        if let first = arguments.positional.first {
            guard arguments.positional.count == 1, case .dictionary(let given) = first else {
                throw .unsupported("'\(function)' of other values than one dictionary")
            }
            members = given
        }
        for (name, value) in arguments.named { members.set(TemplateText(name), to: value) }
        return members
    }

    private mutating func range(
        _ arguments: TemplateArguments
    ) throws(TemplateFault) -> TemplateValue {
        guard arguments.named.isEmpty, (1...3).contains(arguments.positional.count) else {
            throw .failed("range takes one to three numbers")
        }
        var numbers: [Int] = []
        for value in arguments.positional { numbers.append(try integer(value, for: "range")) }
        let start = numbers.count == 1 ? 0 : numbers[0]
        let stop = numbers.count == 1 ? numbers[0] : numbers[1]
        let step = numbers.count == 3 ? numbers[2] : 1
        guard step != 0 else { throw .failed("the step of a range is zero") }
        var count = 0
        if (step > 0) == (start < stop), start != stop {
            let (distance, overflows) = stop.subtractingReportingOverflow(start)
            let steps = (distance.magnitude - 1) / step.magnitude
            guard !overflows, steps < TemplateLimits.rangeCount else {
                throw .tooLarge("a range has more than \(TemplateLimits.rangeCount) numbers")
            }
            count = Int(steps) + 1
        }
        return .range(TemplateRange(start: start, step: step, count: count, stop: stop))
    }
}
