import TokenScope

extension ParsedOptions {
    /// The number given with a flag.
    func number<Number: LosslessStringConvertible>(
        _ name: String, as type: Number.Type = Number.self
    ) throws(ToolError) -> Number? {
        guard let text = values[name] else { return nil }
        return try Self.number(text, name)
    }

    /// The numbers given with a flag that may be repeated.
    func numbers(_ name: String) throws(ToolError) -> [Int] {
        var numbers: [Int] = []
        for text in all(name) { numbers.append(try Self.number(text, name)) }
        return numbers
    }

    private static func number<Number: LosslessStringConvertible>(
        _ text: String, _ name: String
    ) throws(ToolError) -> Number {
        guard let number = Number(text) else {
            throw .usage("--\(name) takes a number, not \"\(text)\"")
        }
        return number
    }

    /// The window of `--window` and `--stride`.
    func window() throws(ToolError) -> ContextWindow? {
        guard let length = try number("window", as: Int.self) else {
            guard self["stride"] == nil else { throw .usage("--stride goes with --window") }
            return nil
        }
        let stride = try number("stride", as: Int.self) ?? max(1, length / 2)
        return ContextWindow(length: length, stride: stride)
    }
}
