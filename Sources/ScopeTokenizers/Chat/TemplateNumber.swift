/// A number of a template: whole numbers stay whole as in Python, within 64 bits.
enum TemplateNumber {
    case int(Int)
    case double(Double)

    var double: Double {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        }
    }

    var value: TemplateValue {
        switch self {
        case .int(let value): .int(value)
        case .double(let value): .double(value)
        }
    }

    /// A number, or a truth value as 0 or 1; nil for all others.
    init?(_ value: TemplateValue) {
        switch value {
        case .bool(let flag): self = .int(flag ? 1 : 0)
        case .int(let value): self = .int(value)
        case .double(let value): self = .double(value)
        default: return nil
        }
    }

    /// The result of an operation with two numbers.
    static func apply(
        _ operation: TemplateExpression.BinaryOperator, _ left: Self, _ right: Self
    ) throws(TemplateFault) -> TemplateValue {
        switch (operation, left, right) {
        case (.divide, _, _):
            guard right.double != 0 else { throw .failed("division by zero") }
            // Python divides whole numbers exactly and rounds once.
            guard Self.isExact(left), Self.isExact(right) else {
                throw .unsupported("the division of an integer beyond 53 bits")
            }
            return .double(left.double / right.double)
        case (_, .int(let left), .int(let right)): return .int(try apply(operation, left, right))
        default: return .double(try apply(operation, left.double, right.double))
        }
    }

    private static func isExact(_ number: Self) -> Bool {
        guard case .int(let value) = number else { return true }
        return value.magnitude <= 1 << 53
    }

    private static func apply(
        _ operation: TemplateExpression.BinaryOperator, _ left: Int, _ right: Int
    ) throws(TemplateFault) -> Int {
        let result: (partialValue: Int, overflow: Bool)
        switch operation {
        case .add: result = left.addingReportingOverflow(right)
        case .subtract: result = left.subtractingReportingOverflow(right)
        case .multiply: result = left.multipliedReportingOverflow(by: right)
        case .power: return try power(left, right)
        case .floorDivide, .modulo, .divide:
            guard right != 0 else { throw .failed("division by zero") }
            guard right != -1 else {
                if operation == .modulo { return 0 }
                result = 0.subtractingReportingOverflow(left)
                break
            }
            // The remainder has the divisor's sign.
            let (quotient, remainder) = left.quotientAndRemainder(dividingBy: right)
            let isShifted = remainder != 0 && (remainder < 0) != (right < 0)
            if operation == .modulo { return isShifted ? remainder + right : remainder }
            return isShifted ? quotient - 1 : quotient
        }
        guard !result.overflow else { throw .unsupported("an integer beyond 64 bits") }
        return result.partialValue
    }

    private static func power(_ base: Int, _ exponent: Int) throws(TemplateFault) -> Int {
        guard exponent >= 0 else { throw .unsupported("a power with a negative exponent") }
        if base == 0 || base == 1 { return exponent == 0 ? 1 : base }
        if base == -1 { return exponent.isMultiple(of: 2) ? 1 : -1 }
        var result = 1
        // All other bases leave 64 bits soon.
        for _ in 0..<min(exponent, 64) {
            let (product, overflows) = result.multipliedReportingOverflow(by: base)
            guard !overflows else { throw .unsupported("an integer beyond 64 bits") }
            result = product
        }
        return result
    }

    private static func apply(
        _ operation: TemplateExpression.BinaryOperator, _ left: Double, _ right: Double
    ) throws(TemplateFault) -> Double {
        switch operation {
        case .add: return left + right
        case .subtract: return left - right
        case .multiply: return left * right
        case .divide: return left / right
        case .power: throw .unsupported("a power of a fraction")
        case .floorDivide, .modulo:
            guard right != 0 else { throw .failed("division by zero") }
            var remainder = left.truncatingRemainder(dividingBy: right)
            var quotient = (left - remainder) / right
            if remainder != 0, (remainder < 0) != (right < 0) {
                remainder += right
                quotient -= 1
            }
            if operation == .modulo {
                return remainder == 0 ? Double(signOf: right, magnitudeOf: 0) : remainder
            }
            guard quotient != 0 else { return Double(signOf: left / right, magnitudeOf: 0) }
            let floor = quotient.rounded(.down)
            return quotient - floor > 0.5 ? floor + 1 : floor
        }
    }

    /// The text that Python's `repr` gives a floating-point number: its shortest digits, with an
    /// exponent below 1e-4 and from 1e16 on.
    static func text(of number: Double) -> String {
        guard number.isFinite else { return number.isNaN ? "nan" : number < 0 ? "-inf" : "inf" }
        let sign = number.sign == .minus ? "-" : ""
        let parts = number.magnitude.description.split(separator: "e")
        let written = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        var digits = String(written[0])
        var point = digits.utf8.count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        if written.count > 1 { digits += written[1] }
        let leadingZeros = digits.prefix { $0 == "0" }.utf8.count
        digits = String(digits.dropFirst(leadingZeros))
        point -= leadingZeros
        while digits.hasSuffix("0") { digits.removeLast() }
        guard !digits.isEmpty else { return sign + "0.0" }
        let count = digits.utf8.count
        // The number is 0.DIGITS × 10^point.
        guard (-3...16).contains(point) else {
            let fraction = count > 1 ? "." + digits.dropFirst() : ""
            let exponent = "\((point - 1).magnitude)"
            let mark = point < 1 ? "e-" : "e+"
            return sign + digits.prefix(1) + fraction + mark
                + (exponent.utf8.count < 2 ? "0" : "") + exponent
        }
        if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
        if point >= count {
            return sign + digits + String(repeating: "0", count: point - count) + ".0"
        }
        return sign + digits.prefix(point) + "." + digits.dropFirst(point)
    }
}
