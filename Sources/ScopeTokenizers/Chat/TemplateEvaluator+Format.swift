extension TemplateEvaluator {
    /// Python's `format % values`, for the conversions `s`, `r`, `d`, `i`, `u`, `x` and `X`.
    mutating func formatted(
        _ format: TemplateText, _ arguments: TemplateArguments
    ) throws(TemplateFault) -> TemplateValue {
        try charge(4 * format.utf8.count)
        var text: [UInt8] = []
        var scalars = Array(format.scalars)[...]
        var values = arguments.positional[...]
        while let scalar = scalars.popFirst() {
            guard scalar == "%" else {
                text += String(scalar).utf8
                continue
            }
            let directive = try Directive(&scalars)
            if directive.conversion == "%" {
                text += "%".utf8
                continue
            }
            let value: TemplateValue
            if let name = directive.name {
                guard let named = arguments.named.first(where: { $0.name == name }) else {
                    throw .failed("a format has no value named '\(name)'")
                }
                value = named.value
            } else {
                guard let next = values.popFirst() else {
                    throw .failed("a format has more places than values")
                }
                value = next
            }
            let converted = try converted(value, directive)
            let padding = max(0, directive.width - TemplateText(utf8: converted).scalarCount)
            try checkText(text.count + converted.count + min(padding, limits.bytes + 1))
            try charge(converted.count + padding)
            text += directive.padded(converted, by: padding)
        }
        guard values.isEmpty else { throw .failed("a format has more values than places") }
        return try self.text(text)
    }

    private mutating func converted(
        _ value: TemplateValue, _ directive: Directive
    ) throws(TemplateFault) -> [UInt8] {
        switch directive.conversion {
        case "s", "r":
            var text = try text(of: value)
            if directive.conversion == "r" {
                // A list of one shows its element's representation.
                let shown = try self.text(of: .list(TemplateList([value])))
                text = TemplateText(utf8: Array(shown.utf8.dropFirst().dropLast()))
            }
            if let precision = directive.precision {
                text = TemplateText(text.scalars.prefix(precision))
            }
            return text.utf8
        case "d", "i", "u", "x", "X":
            let isDecimal = !"xX".unicodeScalars.contains(directive.conversion)
            let integer: Int
            switch TemplateNumber(value) {
            case .int(let number): integer = number
            case .double(let number) where isDecimal:
                guard let whole = Int(exactly: number.rounded(.towardZero)) else {
                    throw .unsupported("an integer beyond 64 bits")
                }
                integer = whole
            default: throw .failed("a format needs a number, not a \(value.kindName)")
            }
            return try directive.digits(of: integer)
        default: throw .unsupported("the conversion '%\(directive.conversion)' of a format")
        }
    }

    /// One `%` with what follows it.
    private struct Directive {
        var name: String?
        var flags: Set<Unicode.Scalar> = []
        var width = 0
        var precision: Int?
        var conversion: Unicode.Scalar

        init(_ scalars: inout ArraySlice<Unicode.Scalar>) throws(TemplateFault) {
            if scalars.first == "(" {
                guard let end = scalars.firstIndex(of: ")") else {
                    throw .failed("a format's name has no end")
                }
                name = TemplateText(scalars[..<end].dropFirst()).string
                scalars = scalars[(end + 1)...]
            }
            while let flag = scalars.first, "-+ 0#".unicodeScalars.contains(flag) {
                flags.insert(flag)
                scalars.removeFirst()
            }
            width = try Self.number(&scalars) ?? 0
            if scalars.first == "." {
                scalars.removeFirst()
                precision = try Self.number(&scalars) ?? 0
            }
            guard let conversion = scalars.popFirst() else {
                throw .failed("a format ends with an incomplete place")
            }
            self.conversion = conversion
        }

        private static func number(
            _ scalars: inout ArraySlice<Unicode.Scalar>
        ) throws(TemplateFault) -> Int? {
            var digits = ""
            while let digit = scalars.first, ("0"..."9").contains(digit) {
                digits.unicodeScalars.append(digit)
                scalars.removeFirst()
            }
            guard !digits.isEmpty else { return nil }
            guard let number = Int(digits), number <= Int(Int32.max) else {
                throw .tooLarge("a format asks for \(digits.prefix(20)) characters")
            }
            return number
        }

        func digits(of number: Int) throws(TemplateFault) -> [UInt8] {
            if flags.contains("#") || precision != nil {
                throw .unsupported("a precision or '#' with a number in a format")
            }
            let isHexadecimal = "xX".unicodeScalars.contains(conversion)
            let digits = String(
                number.magnitude, radix: isHexadecimal ? 16 : 10, uppercase: conversion == "X")
            let sign =
                number < 0 ? "-" : flags.contains("+") ? "+" : flags.contains(" ") ? " " : ""
            return Array((sign + digits).utf8)
        }

        func padded(_ text: [UInt8], by count: Int) -> [UInt8] {
            let spaces = [UInt8](repeating: UInt8(ascii: " "), count: count)
            if flags.contains("-") { return text + spaces }
            guard flags.contains("0"), !"sr".unicodeScalars.contains(conversion) else {
                return spaces + text
            }
            let isSigned = text.first.map { "+- ".utf8.contains($0) } ?? false
            let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: count)
            return text.prefix(isSigned ? 1 : 0) + zeros + text.dropFirst(isSigned ? 1 : 0)
        }
    }

    /// Python's `format.format(…)`, for places by number, name or order and nothing more.
    mutating func filledIn(
        _ format: TemplateText, _ arguments: TemplateArguments
    ) throws(TemplateFault) -> TemplateValue {
        try charge(4 * format.utf8.count)
        var text: [UInt8] = []
        var next = 0
        var scalars = Array(format.scalars)[...]
        while let scalar = scalars.popFirst() {
            let isBrace = scalar == "{" || scalar == "}"
            guard isBrace, scalars.first != scalar else {
                if isBrace { scalars.removeFirst() }
                text += String(scalar).utf8
                continue
            }
            guard scalar == "{", let end = scalars.firstIndex(of: "}") else {
                throw .failed("a format has a single brace")
            }
            let place = TemplateText(scalars[..<end]).string
            scalars = scalars[(end + 1)...]
            let value: TemplateValue?
            if place.isEmpty || Int(place) != nil {
                let number = Int(place) ?? next
                if place.isEmpty { next += 1 }
                value =
                    arguments.positional.indices.contains(number)
                    ? arguments.positional[number] : nil
            } else {
                guard place.utf8.allSatisfy({ !".[:!{".utf8.contains($0) }) else {
                    throw .unsupported("the place '{\(place)}' of a format")
                }
                value = arguments.named.first { $0.name == place }?.value
            }
            guard let value else { throw .failed("a format has no value for '{\(place)}'") }
            let shown = try self.text(of: value)
            try checkText(text.count + shown.utf8.count)
            try charge(shown.utf8.count)
            text += shown.utf8
        }
        return try self.text(text)
    }
}
