extension TemplateMethod {
    /// Calls a method of a string; nil if it is not there.
    static func call(
        _ name: String, of text: TemplateText, _ arguments: TemplateArguments,
        in evaluator: inout TemplateEvaluator
    ) throws(TemplateFault) -> TemplateValue? {
        let function = "'\(name)'"
        switch name {
        case "capitalize", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "islower",
            "isnumeric", "isspace", "isupper", "lower", "title", "upper":
            _ = try arguments.bound(to: [], required: 0, in: function)
            try evaluator.charge(4 * text.utf8.count)
            return plain(name, of: text)
        case "lstrip", "rstrip", "strip":
            let bindings = try arguments.bound(to: ["chars"], required: 0, in: function)
            let side: TemplateText.Side =
                name == "strip" ? .both : name == "lstrip" ? .left : .right
            return .string(try TemplateFilter.stripped(text, side, bindings, of: function))
        case "split", "rsplit": return try split(text, name, arguments, in: &evaluator)
        case "splitlines":
            let bindings = try arguments.bound(to: ["keepends"], required: 0, in: function)
            let lines = text.lines(keepingEnds: bindings.flag(0, in: evaluator))
            return try evaluator.list(lines.map { .string($0) })
        case "startswith", "endswith": return try hasEdge(text, name, arguments)
        case "replace":
            let bindings = try arguments.bound(
                to: ["old", "new", "count"], required: 2, in: function)
            try evaluator.refuseMarkup([text], for: "replace")
            return try evaluator.replacing(
                bindings.text(0, of: function), by: bindings.text(1, of: function),
                limit: bindings.limit(2, of: function), in: text)
        case "join":
            let bindings = try arguments.bound(to: ["iterable"], required: 1, in: function)
            let values = try evaluator.elements(of: bindings[0] ?? .null)
            return try evaluator.joined(values, by: text, onlyStrings: true)
        case "format":
            try evaluator.refuseMarkup([text], for: "format")
            return try evaluator.filledIn(text, arguments)
        case "count", "find", "index", "rfind", "rindex":
            let part = try arguments.bound(to: ["sub"], required: 1, in: function)
                .text(0, of: function)
            return try search(text, name, part)
        case "removeprefix", "removesuffix":
            let part = try arguments.bound(to: ["part"], required: 1, in: function)
                .text(0, of: function)
            return removing(part, from: text, isPrefix: name == "removeprefix")
        case "partition", "rpartition":
            let separator = try arguments.bound(to: ["sep"], required: 1, in: function)
                .text(0, of: function)
            guard !separator.isEmpty else { throw .failed("\(function) needs a separator") }
            return try partition(text, separator, fromEnd: name == "rpartition", in: &evaluator)
        default: return nil
        }
    }

    private static func plain(_ name: String, of text: TemplateText) -> TemplateValue? {
        func all(_ test: (Unicode.Scalar.Properties) -> Bool) -> TemplateValue {
            .bool(!text.isEmpty && text.scalars.allSatisfy { test($0.properties) })
        }
        func hasCase(_ isWrong: (Unicode.Scalar.Properties) -> Bool) -> TemplateValue {
            let properties = text.scalars.lazy.map(\.properties)
            let isCased = properties.contains { $0.isLowercase || $0.isUppercase }
            return .bool(
                isCased
                    && !properties.contains {
                        isWrong($0) || $0.generalCategory == .titlecaseLetter
                    })
        }
        switch name {
        case "capitalize": return .string(text.capitalized())
        case "isalnum": return all { isLetter($0) || $0.numericType != nil }
        case "isalpha": return all(isLetter)
        case "isascii": return .bool(text.utf8.allSatisfy { $0 < 0x80 })
        case "isdecimal": return all { $0.numericType == .decimal }
        case "isdigit": return all { $0.numericType == .decimal || $0.numericType == .digit }
        case "islower": return hasCase(\.isUppercase)
        case "isnumeric": return all { $0.numericType != nil }
        case "isspace":
            return .bool(!text.isEmpty && text.scalars.allSatisfy(\.isTemplateSpace))
        case "isupper": return hasCase(\.isLowercase)
        case "lower": return .string(text.lowercased())
        case "title": return .string(text.titlecased())
        case "upper": return .string(text.uppercased())
        default: return nil
        }
    }

    private static func isLetter(_ properties: Unicode.Scalar.Properties) -> Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            true
        default: false
        }
    }

    private static func split(
        _ text: TemplateText, _ name: String, _ arguments: TemplateArguments,
        in evaluator: inout TemplateEvaluator
    ) throws(TemplateFault) -> TemplateValue {
        let function = "'\(name)'"
        let bindings = try arguments.bound(to: ["sep", "maxsplit"], required: 0, in: function)
        let limit = try bindings.limit(1, of: function)
        let fromEnd = name == "rsplit"
        try evaluator.charge(4 * text.utf8.count)
        let pieces: [TemplateText]
        switch bindings[0] {
        case nil, .null?: pieces = text.words(limit: limit, fromEnd: fromEnd)
        default:
            let separator = try bindings.text(0, of: function)
            guard !separator.isEmpty else { throw .failed("\(function) needs a separator") }
            pieces = text.pieces(separatedBy: separator, limit: limit, fromEnd: fromEnd)
        }
        return try evaluator.list(
            pieces.map { .string(TemplateText(utf8: $0.utf8, isMarkup: text.isMarkup)) })
    }

    private static func hasEdge(
        _ text: TemplateText, _ name: String, _ arguments: TemplateArguments
    ) throws(TemplateFault) -> TemplateValue {
        let edge = try arguments.bound(to: ["edge"], required: 1, in: "'\(name)'")[0] ?? .null
        var candidates = [edge]
        if case .list(let list) = edge, list.form == .tuple { candidates = list.elements }
        var hasEdge = false
        for candidate in candidates {
            guard case .string(let part) = candidate else {
                throw .failed("'\(name)' needs strings, not a \(candidate.kindName)")
            }
            let found =
                name == "startswith"
                ? text.utf8.starts(with: part.utf8)
                : text.utf8.count >= part.utf8.count
                    && text.utf8.suffix(part.utf8.count).elementsEqual(part.utf8)
            hasEdge = hasEdge || found
        }
        return .bool(hasEdge)
    }

    private static func search(
        _ text: TemplateText, _ name: String, _ part: TemplateText
    ) throws(TemplateFault) -> TemplateValue {
        let fromEnd = name.hasPrefix("r")
        if name == "count" {
            return .int(part.isEmpty ? text.scalarCount + 1 : text.ranges(of: part).count)
        }
        var place: Int?
        if part.isEmpty {
            place = fromEnd ? text.utf8.count : 0
        } else {
            place =
                (fromEnd ? text.rangesFromEnd(of: part, limit: 1) : text.ranges(of: part, limit: 1))
                .first?.lowerBound
        }
        guard let place else {
            if name.hasSuffix("index") { throw .failed("the substring is not in the string") }
            return .int(-1)
        }
        return .int(TemplateText(text.utf8[..<place]).scalarCount)
    }

    private static func removing(
        _ part: TemplateText, from text: TemplateText, isPrefix: Bool
    ) -> TemplateValue {
        let count = part.utf8.count
        guard text.utf8.count >= count else { return .string(text) }
        let edge = isPrefix ? text.utf8.prefix(count) : text.utf8.suffix(count)
        guard edge.elementsEqual(part.utf8) else { return .string(text) }
        let rest = isPrefix ? text.utf8.dropFirst(count) : text.utf8.dropLast(count)
        return .string(TemplateText(utf8: Array(rest), isMarkup: text.isMarkup))
    }

    private static func partition(
        _ text: TemplateText, _ separator: TemplateText, fromEnd: Bool,
        in evaluator: inout TemplateEvaluator
    ) throws(TemplateFault) -> TemplateValue {
        let pieces = text.pieces(separatedBy: separator, limit: 1, fromEnd: fromEnd)
        let empty = TemplateText("")
        let parts =
            pieces.count == 2
            ? [pieces[0], separator, pieces[1]]
            : fromEnd ? [empty, empty, text] : [text, empty, empty]
        return try evaluator.list(parts.map { .string($0) }, form: .tuple)
    }
}
