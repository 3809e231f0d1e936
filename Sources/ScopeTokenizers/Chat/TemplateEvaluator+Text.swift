internal import ScopeFiles

extension TemplateEvaluator {
    /// Python's `str` of a value.
    mutating func text(of value: TemplateValue) throws(TemplateFault) -> TemplateText {
        switch value {
        case .undefined: return ""
        case .string(let text): return text
        default:
            var text: [UInt8] = []
            try represent(value, in: &text)
            return TemplateText(utf8: text)
        }
    }

    /// Appends Python's `repr` of a value.
    private mutating func represent(
        _ value: TemplateValue, in text: inout [UInt8]
    ) throws(TemplateFault) {
        try charge(TemplateLimits.step)
        switch value {
        case .undefined: text += "Undefined".utf8
        case .null: text += "None".utf8
        case .bool(let flag): text += (flag ? "True" : "False").utf8
        case .int(let number): text += "\(number)".utf8
        case .double(let number): text += TemplateNumber.text(of: number).utf8
        case .string(let string):
            if string.isMarkup { throw .unsupported("a safe string inside a printed list") }
            try charge(string.utf8.count)
            string.representation(in: &text)
        case .list(let list): try represent(list, in: &text)
        case .dictionary(let dictionary):
            text += "{".utf8
            for (index, key) in dictionary.keys.enumerated() {
                if index > 0 { text += ", ".utf8 }
                try charge(key.utf8.count)
                key.representation(in: &text)
                text += ": ".utf8
                try represent(dictionary.values[index], in: &text)
            }
            text += "}".utf8
        case .range(let range):
            let step = range.step == 1 ? "" : ", \(range.step)"
            text += "range(\(range.start), \(range.stop)\(step))".utf8
        case .generator, .namespace, .loop, .macro, .function, .method:
            throw .unsupported("the text of a \(value.kindName)")
        }
        try checkText(text.count)
    }

    private mutating func represent(
        _ list: TemplateList, in text: inout [UInt8]
    ) throws(TemplateFault) {
        let isTuple = list.form == .tuple
        if !list.form.isSequence { text += "\(list.form.rawValue)(".utf8 }
        text += (isTuple ? "(" : "[").utf8
        for (index, element) in list.elements.enumerated() {
            if index > 0 { text += ", ".utf8 }
            try represent(element, in: &text)
        }
        if isTuple, list.elements.count == 1 { text += ",".utf8 }
        text += (isTuple ? ")" : "]").utf8
        if !list.form.isSequence { text += ")".utf8 }
    }

    /// How Python's `json.dumps` writes.
    struct JSONStyle {
        var indent: TemplateText?
        var itemSeparator: TemplateText = ", "
        var keySeparator: TemplateText = ": "
        var isASCII = false
        var sortsKeys = false
    }

    /// Appends the JSON text of a value as Python's `json.dumps` writes it.
    mutating func appendJSON(
        _ value: TemplateValue, _ style: JSONStyle, level: Int = 0, to text: inout [UInt8]
    ) throws(TemplateFault) {
        try charge(TemplateLimits.step)
        switch value {
        case .null: text += "null".utf8
        case .bool(let flag): text += (flag ? "true" : "false").utf8
        case .int(let number): text += "\(number)".utf8
        case .double(let number):
            text +=
                (number.isNaN
                ? "NaN"
                : number.isInfinite
                    ? (number < 0 ? "-Infinity" : "Infinity") : TemplateNumber.text(of: number))
                .utf8
        case .string(let string): try appendJSON(string, style, to: &text)
        case .list(let list) where list.form.isSequence:
            try appendJSON("[", count: list.elements.count, "]", style, level, to: &text) {
                evaluator, index, text throws(TemplateFault) in
                try evaluator.appendJSON(
                    list.elements[index], style, level: level + 1, to: &text)
            }
        case .dictionary(let dictionary):
            var order = Array(dictionary.keys.indices)
            if style.sortsKeys {
                try charge(16 * order.count)
                order.sort { dictionary.keys[$0] < dictionary.keys[$1] }
            }
            try appendJSON("{", count: order.count, "}", style, level, to: &text) {
                evaluator, index, text throws(TemplateFault) in
                try evaluator.appendJSON(dictionary.keys[order[index]], style, to: &text)
                text += style.keySeparator.utf8
                try evaluator.appendJSON(
                    dictionary.values[order[index]], style, level: level + 1, to: &text)
            }
        case .undefined(let reason): throw .failed("no JSON: \(reason)")
        default: throw .failed("a \(value.kindName) has no JSON text")
        }
    }

    private mutating func appendJSON(
        _ open: String, count: Int, _ close: String, _ style: JSONStyle, _ level: Int,
        to text: inout [UInt8],
        _ element: (inout Self, Int, inout [UInt8]) throws(TemplateFault) -> Void
    ) throws(TemplateFault) {
        text += open.utf8
        for index in 0..<count {
            if index > 0 { text += style.itemSeparator.utf8 }
            try breakLine(style, level + 1, in: &text)
            try element(&self, index, &text)
        }
        if count > 0 { try breakLine(style, level, in: &text) }
        text += close.utf8
    }

    private mutating func breakLine(
        _ style: JSONStyle, _ level: Int, in text: inout [UInt8]
    ) throws(TemplateFault) {
        guard let indent = style.indent else { return }
        let added = indent.utf8.count.multipliedReportingOverflow(by: level)
        guard !added.overflow, added.partialValue <= limits.bytes - min(text.count, limits.bytes)
        else { return try checkText(.max) }
        try charge(added.partialValue)
        text += "\n".utf8
        for _ in 0..<level { text += indent.utf8 }
    }

    private mutating func appendJSON(
        _ string: TemplateText, _ style: JSONStyle, to text: inout [UInt8]
    ) throws(TemplateFault) {
        try checkText(text.count + string.utf8.count)
        try charge(string.utf8.count)
        guard style.isASCII else { return text.appendJSON(string: string.string) }
        var escaped: [UInt8] = []
        escaped.appendJSON(string: string.string)
        for unit in String(decoding: escaped, as: UTF8.self).utf16 {
            if unit < 0x7F {
                text.append(UInt8(unit))
            } else {
                let digits = String(unit, radix: 16)
                text +=
                    ("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits)
                    .utf8
            }
        }
    }
}

extension TemplateText {
    /// Appends Python's `repr` of a string.
    func representation(in text: inout [UInt8]) {
        let single = UInt8(ascii: "'")
        let double = UInt8(ascii: "\"")
        let quote = utf8.contains(single) && !utf8.contains(double) ? double : single
        text.append(quote)
        for scalar in scalars {
            switch scalar {
            case "\\": text += "\\\\".utf8
            case "\n": text += "\\n".utf8
            case "\r": text += "\\r".utf8
            case "\t": text += "\\t".utf8
            case _ where scalar.value == quote: text += [UInt8(ascii: "\\"), quote]
            case _ where scalar.isTemplatePrintable: text += String(scalar).utf8
            default:
                let (mark, width) =
                    scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
                let digits = String(scalar.value, radix: 16)
                let zeros = String(repeating: "0", count: width - digits.utf8.count)
                text += "\\\(mark)\(zeros)\(digits)".utf8
            }
        }
        text.append(quote)
    }
}
