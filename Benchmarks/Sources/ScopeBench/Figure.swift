/// One measured figure; a line of JSON with the fields that the peers' scripts print.
struct Figure {
    let peer: String
    let model: String
    let threads: Int
    let what: String
    let value: Double
    let unit: String

    /// The figure as one line of JSON, with five significant digits.
    var line: String {
        let fields = [
            ("peer", quoted(peer)), ("model", quoted(model)), ("threads", "\(threads)"),
            ("what", quoted(what)), ("value", rounded(value)), ("unit", quoted(unit)),
        ]
        return "{" + fields.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
    }

    private func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            scalar == "\"" || scalar == "\\" || scalar.value < 32 ? "?" : String(scalar)
        }
        return "\"" + escaped.joined() + "\""
    }

    private func rounded(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return "0" }
        var scale = 1.0
        while value.magnitude * scale < 10_000 { scale *= 10 }
        while value.magnitude * scale >= 100_000 { scale /= 10 }
        return "\((value * scale).rounded() / scale)"
    }
}
