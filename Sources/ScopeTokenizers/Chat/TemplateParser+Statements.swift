extension TemplateParser {
    /// Reads statements up to a tag of one of these names, which is at hand afterwards, behind its
    /// `{%`; up to the end of the template without names.
    mutating func statements(
        until ends: Set<String>
    ) throws(TemplateFault) -> [TemplateStatement] {
        var body: [TemplateStatement] = []
        while true {
            let line = line
            switch current.kind {
            case .data(let text):
                advance()
                body.append(TemplateStatement(kind: .text(text), line: line))
            case .variableBegin:
                advance()
                let value = try tupleOrExpression()
                try expect(.variableEnd)
                body.append(TemplateStatement(kind: .output(value), line: line))
            case .blockBegin:
                advance()
                let tag = try expectTagName()
                if ends.contains(tag) { return body }
                advance()
                try enter()
                let kinds = try statement(tag)
                leave()
                try expect(.blockEnd)
                for kind in kinds { body.append(TemplateStatement(kind: kind, line: line)) }
            default:
                // Only the end can follow here, as the lexer closes what it opens.
                guard ends.isEmpty else {
                    let missing = ends.sorted().map { "'\($0)'" }.joined(separator: " or ")
                    throw .malformed("the template ends where \(missing) is missing")
                }
                return body
            }
        }
    }

    private func expectTagName() throws(TemplateFault) -> String {
        guard case .name(let name) = current.kind else {
            throw .malformed("expected the name of a tag, found \(current.shown)")
        }
        return name
    }

    private mutating func statement(
        _ tag: String
    ) throws(TemplateFault) -> [TemplateStatement.Kind] {
        switch tag {
        case "if": return [try conditional()]
        case "for": return [try loop()]
        case "set": return [try assignment()]
        case "macro": return [try macro()]
        case "call": return [try callBlock()]
        case "filter": return [try filterBlock()]
        case "with": return [try with()]
        case "print": return try printed()
        case "generation": return [.scope(try body(of: "generation", isLoop: false))]
        case "break", "continue":
            guard bodies.last == true else { throw .malformed("'\(tag)' outside a loop") }
            return [tag == "break" ? .leaveLoop : .nextRound]
        case "elif", "else", "endcall", "endfilter", "endfor", "endgeneration", "endif",
            "endmacro", "endraw", "endset", "endwith":
            throw .malformed("unexpected '\(tag)'")
        default:
            throw .unsupported("the tag '\(tag)'")
        }
    }

    /// Reads the end of a tag, and then statements up to one of these tags.
    private mutating func body(
        until ends: Set<String>
    ) throws(TemplateFault) -> [TemplateStatement] {
        // Python's habit of a colon is allowed.
        _ = skip(.colon)
        try expect(.blockEnd)
        return try statements(until: ends)
    }

    /// Reads the rest of a tag's block, with its end tag up to its name.
    private mutating func body(
        of tag: String, isLoop: Bool?
    ) throws(TemplateFault) -> [TemplateStatement] {
        if let isLoop { bodies.append(isLoop) }
        defer { if isLoop != nil { bodies.removeLast() } }
        let body = try body(until: ["end" + tag])
        advance()
        return body
    }

    private mutating func conditional() throws(TemplateFault) -> TemplateStatement.Kind {
        var branches: [(condition: TemplateExpression, body: [TemplateStatement])] = []
        while true {
            let condition = try tupleOrExpression(withConditional: false)
            branches.append((condition, try body(until: ["elif", "else", "endif"])))
            if skip(name: "elif") { continue }
            if skip(name: "else") {
                return .conditional(branches, otherwise: try body(of: "if", isLoop: nil))
            }
            advance()
            return .conditional(branches, otherwise: [])
        }
    }

    private mutating func loop() throws(TemplateFault) -> TemplateStatement.Kind {
        let target = try target(endingAt: "in")
        if target.names.contains("loop") { throw .malformed("'loop' cannot be assigned to") }
        try expect(.name("in"))
        let elements = try tupleOrExpression(withConditional: false, endingAt: "recursive")
        let condition = skip(name: "if") ? try expression() : nil
        if isAt(name: "recursive") { throw .unsupported("a recursive loop") }
        bodies.append(true)
        let rounds = try body(until: ["else", "endfor"])
        bodies.removeLast()
        var otherwise: [TemplateStatement] = []
        if skip(name: "else") {
            otherwise = try body(of: "for", isLoop: nil)
        } else {
            advance()
        }
        return .loop(
            TemplateLoop(
                target: target, elements: elements, condition: condition, body: rounds,
                otherwise: otherwise))
    }

    private mutating func assignment() throws(TemplateFault) -> TemplateStatement.Kind {
        let target = try target(withNamespace: true)
        if skip(.assign) { return .set(target, try tupleOrExpression()) }
        let filters = try filterChain()
        return .setToText(target, filters, try body(of: "set", isLoop: false))
    }

    private mutating func filterBlock() throws(TemplateFault) -> TemplateStatement.Kind {
        let first = try filterCall()
        let filters = try [first] + filterChain()
        return .filterBlock(filters, try body(of: "filter", isLoop: false))
    }

    private mutating func with() throws(TemplateFault) -> TemplateStatement.Kind {
        var assignments: [(target: TemplateTarget, value: TemplateExpression)] = []
        while current.kind != .blockEnd {
            if !assignments.isEmpty { try expect(.symbol(.comma)) }
            let target = try target()
            try expect(.symbol(.assign))
            assignments.append((target, try expression()))
        }
        return .with(assignments, try body(of: "with", isLoop: nil))
    }

    private mutating func printed() throws(TemplateFault) -> [TemplateStatement.Kind] {
        var outputs: [TemplateStatement.Kind] = []
        while current.kind != .blockEnd {
            if !outputs.isEmpty { try expect(.symbol(.comma)) }
            outputs.append(.output(try expression()))
        }
        return outputs
    }

    // MARK: Macros

    private mutating func macro() throws(TemplateFault) -> TemplateStatement.Kind {
        let line = line
        let name = try targetName()
        let parameters = try parameters()
        return .macro(try addMacro(name, parameters, tag: "macro", line: line))
    }

    private mutating func callBlock() throws(TemplateFault) -> TemplateStatement.Kind {
        let line = line
        let parameters = isAt(.leftParenthesis) ? try parameters() : []
        guard case .call(let callee, let arguments) = try expression().kind else {
            throw .malformed("expected a call")
        }
        let caller = try addMacro("caller", parameters, tag: "call", line: line)
        return .callBlock(caller: caller, callee: callee, arguments: arguments)
    }

    private mutating func addMacro(
        _ name: String, _ parameters: [(name: String, initial: TemplateExpression?)], tag: String,
        line: Int
    ) throws(TemplateFault) -> Int {
        usedNames.append([])
        let body = try body(of: tag, isLoop: false)
        let used = usedNames.removeLast()
        // What an inner macro reads, the outer one reads through it.
        if !usedNames.isEmpty { usedNames[usedNames.count - 1].formUnion(used) }
        macros.append(
            TemplateMacro(
                name: name, parameters: parameters, body: body, line: line, usedNames: used))
        return macros.count - 1
    }

    private mutating func parameters() throws(TemplateFault) -> [(
        name: String, initial: TemplateExpression?
    )] {
        var parameters: [(name: String, initial: TemplateExpression?)] = []
        try expect(.symbol(.leftParenthesis))
        while !isAt(.rightParenthesis) {
            if !parameters.isEmpty { try expect(.symbol(.comma)) }
            let name = try targetName()
            if parameters.contains(where: { $0.name == name }) {
                throw .malformed("two parameters are named '\(name)'")
            }
            if skip(.assign) {
                parameters.append((name, try expression()))
            } else if parameters.last?.initial != nil {
                throw .malformed("the parameter '\(name)' needs a default, as those before it")
            } else {
                parameters.append((name, nil))
            }
        }
        advance()
        return parameters
    }

    // MARK: Targets

    private static let constants: Set<String> = ["true", "false", "True", "False", "none", "None"]

    private mutating func targetName() throws(TemplateFault) -> String {
        let name = try expectName()
        guard !Self.constants.contains(name) else {
            throw .malformed("'\(name)' cannot be assigned to")
        }
        return name
    }

    private mutating func target(
        withNamespace: Bool = false, endingAt end: String? = nil
    ) throws(TemplateFault) -> TemplateTarget {
        var targets: [TemplateTarget] = []
        var isTuple = false
        while !isAtEndOfTuple(end) {
            targets.append(try primaryTarget(withNamespace: withNamespace))
            guard skip(.comma) else { break }
            isTuple = true
        }
        if !isTuple, let target = targets.first { return target }
        guard isTuple else { throw .malformed("expected a name, found \(current.shown)") }
        return .tuple(targets)
    }

    private mutating func primaryTarget(
        withNamespace: Bool
    ) throws(TemplateFault) -> TemplateTarget {
        if isAt(.leftParenthesis) {
            try enter()
            advance()
            let target = try target()
            try expect(.symbol(.rightParenthesis))
            leave()
            return target
        }
        let name = try targetName()
        guard withNamespace, skip(.dot) else { return .name(name) }
        return .member(namespace: name, name: try expectName())
    }
}

extension TemplateTarget {
    /// The names it assigns to.
    var names: [String] {
        switch self {
        case .name(let name): [name]
        case .member: []
        case .tuple(let targets): targets.flatMap(\.names)
        }
    }
}
