extension TemplateEvaluator {
    mutating func execute(
        _ statements: [TemplateStatement]
    ) throws(TemplateFault) -> Flow {
        for statement in statements {
            try enter()
            let flow = try execute(statement)
            leave()
            if flow != .onward { return flow }
        }
        return .onward
    }

    private mutating func execute(
        _ statement: TemplateStatement
    ) throws(TemplateFault) -> Flow {
        line = statement.line
        switch statement.kind {
        case .text(let text): try write(text)
        case .output(let value): try writeOutput(value)
        case .conditional(let branches, let otherwise):
            return try execute(branches, otherwise: otherwise)
        case .loop(let loop): return try execute(loop)
        case .set(let target, let value): try assign(try evaluate(value), to: target)
        case .setToText(let target, let filters, let body):
            try assign(try filtered(body, by: filters), to: target)
        case .macro(let number): define(number)
        case .callBlock(let caller, let callee, let arguments):
            try callBlock(caller, callee, arguments)
        case .filterBlock(let filters, let body):
            try write(try text(of: filtered(body, by: filters)).utf8)
        case .with(let assignments, let body): return try with(assignments, body)
        case .scope(let body):
            return try inScope { evaluator throws(TemplateFault) in try evaluator.execute(body) }
        case .leaveLoop: return .leaveLoop
        case .nextRound: return .nextRound
        }
        return .onward
    }

    @inline(never)
    private mutating func writeOutput(_ expression: TemplateExpression) throws(TemplateFault) {
        let value = try evaluate(expression)
        line = expression.line
        try write(try text(of: value).utf8)
    }

    @inline(never)
    private mutating func execute(
        _ branches: [(condition: TemplateExpression, body: [TemplateStatement])],
        otherwise: [TemplateStatement]
    ) throws(TemplateFault) -> Flow {
        for (condition, body) in branches where isTrue(try evaluate(condition)) {
            return try execute(body)
        }
        return try execute(otherwise)
    }

    /// The text that a body writes, in a scope of its own, run through filters.
    @inline(never)
    private mutating func filtered(
        _ body: [TemplateStatement], by filters: [TemplateFilterCall]
    ) throws(TemplateFault) -> TemplateValue {
        let written = try captured { evaluator throws(TemplateFault) in
            _ = try evaluator.inScope { evaluator throws(TemplateFault) in
                try evaluator.execute(body)
            }
        }
        var value = TemplateValue.string(written)
        for filter in filters { value = try apply(filter, to: value) }
        return value
    }

    @inline(never)
    private mutating func with(
        _ assignments: [(target: TemplateTarget, value: TemplateExpression)],
        _ body: [TemplateStatement]
    ) throws(TemplateFault) -> Flow {
        // The values are those of the scope outside.
        var values: [TemplateValue] = []
        for assignment in assignments { values.append(try evaluate(assignment.value)) }
        return try inScope { evaluator throws(TemplateFault) in
            for (assignment, value) in zip(assignments, values) {
                try evaluator.assign(value, to: assignment.target)
            }
            return try evaluator.execute(body)
        }
    }

    // MARK: Assignment

    mutating func assign(
        _ value: TemplateValue, to target: TemplateTarget
    ) throws(TemplateFault) {
        switch target {
        case .name(let name): set(name, to: value)
        case .member(let name, let member):
            guard case .namespace(let place)? = variable(name) else {
                throw .failed("'\(name)' is no namespace, its members cannot be set")
            }
            try checkDepth(value.depth)
            namespaces[place].set(TemplateText(member), to: value)
        case .tuple(let targets):
            let values = try elements(of: value)
            guard values.count == targets.count else {
                throw .failed("\(values.count) values cannot be set to \(targets.count) names")
            }
            for (target, value) in zip(targets, values) { try assign(value, to: target) }
        }
    }

    // MARK: Loops

    @inline(never)
    private mutating func execute(_ loop: TemplateLoop) throws(TemplateFault) -> Flow {
        let line = line
        var elements = try elements(of: evaluate(loop.elements))
        self.line = line
        if let condition = loop.condition {
            elements = try selected(elements, loop.target, by: condition)
        }
        let isThrough = try run(loop, over: elements)
        if isThrough || loop.otherwise.isEmpty { return .onward }
        return try inScope { evaluator throws(TemplateFault) in
            try evaluator.execute(loop.otherwise)
        }
    }

    /// Runs a loop's rounds and tells whether one of them came to its end: as in the reference,
    /// `else` also follows a loop whose rounds all ended with `break` or `continue`.
    @inline(never)
    private mutating func run(
        _ loop: TemplateLoop, over elements: [TemplateValue]
    ) throws(TemplateFault) -> Bool {
        var isThrough = false
        let number = makeNumber()
        rounds.append(Round(elements: elements, index: 0, number: number))
        let place = rounds.count - 1
        for (index, element) in elements.enumerated() {
            rounds[place].index = index
            let flow = try inScope { evaluator throws(TemplateFault) in
                try evaluator.charge(TemplateLimits.step)
                evaluator.set("loop", to: .loop(number))
                try evaluator.assign(element, to: loop.target)
                return try evaluator.execute(loop.body)
            }
            isThrough = isThrough || flow == .onward
            if flow == .leaveLoop { break }
        }
        rounds.removeLast()
        return isThrough
    }

    private mutating func selected(
        _ elements: [TemplateValue], _ target: TemplateTarget, by condition: TemplateExpression
    ) throws(TemplateFault) -> [TemplateValue] {
        var selected: [TemplateValue] = []
        for element in elements {
            let isSelected = try inScope { evaluator throws(TemplateFault) in
                try evaluator.charge(TemplateLimits.step)
                try evaluator.assign(element, to: target)
                return evaluator.isTrue(try evaluator.evaluate(condition))
            }
            if isSelected { selected.append(element) }
        }
        return selected
    }

    /// What `loop` knows, by its name.
    func loopMember(_ name: String, number: Int) throws(TemplateFault) -> TemplateValue {
        guard let round = rounds.last(where: { $0.number == number }) else {
            throw .unsupported("a loop variable after its loop")
        }
        let (index, count) = (round.index, round.elements.count)
        switch name {
        case "index": return .int(index + 1)
        case "index0": return .int(index)
        case "revindex": return .int(count - index)
        case "revindex0": return .int(count - index - 1)
        case "first": return .bool(index == 0)
        case "last": return .bool(index == count - 1)
        case "length": return .int(count)
        case "depth": return .int(1)
        case "depth0": return .int(0)
        case "previtem":
            return index == 0
                ? .undefined("there is no previous item") : round.elements[index - 1]
        case "nextitem":
            return index == count - 1
                ? .undefined("there is no next item") : round.elements[index + 1]
        case "cycle": return .method(.loop(number), name)
        case "changed": throw .unsupported("'loop.changed'")
        default: return .undefined("a loop has no attribute '\(name)'")
        }
    }
}
