/// Lines of a name and a number, which weights are kept as.
///
/// `model` and `language` have a word in the number's place. A line that begins with `#` says something to readers.
struct NamedNumbers {
    private let values: [String: Double]
    private let file: String
    /// What the weights were fitted on, by name.
    let words: [String: String]

    /// Reads lines.
    ///
    /// - Parameters:
    ///   - text: The lines.
    ///   - names: The names that may stand there.
    ///   - file: What messages call the text.
    /// - Throws: ``AuditFailure/invalidTable(file:line:reason:)`` for a line that is none.
    init(_ text: String, names: [String], file: String) throws(AuditFailure) {
        var values: [String: Double] = [:]
        var domain: [String: String] = [:]
        let known = Set(names)
        for (number, line) in text.split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline
        ).enumerated() {
            let words = line.split(separator: " ")
            guard let name = words.first.map(String.init), !name.hasPrefix("#") else { continue }
            if ["model", "language"].contains(name), words.count == 2 {
                domain[name] = String(words[1])
                continue
            }
            guard words.count == 2, let value = Double(words[1]), value.isFinite else {
                throw .invalidTable(file: file, line: number + 1, reason: "is no name and number")
            }
            guard known.contains(name) else {
                throw .invalidTable(
                    file: file, line: number + 1, reason: "\"\(name.prefix(80))\" is no feature")
            }
            values[name] = value
        }
        self.values = values
        self.words = domain
        self.file = file
    }

    /// The number of a name; one that is missing is an error.
    func value(_ name: String) throws(AuditFailure) -> Double {
        guard let value = values[name] else {
            throw .invalidTable(file: file, line: 0, reason: "has no \(name)")
        }
        return value
    }

    /// The numbers of names, in their order.
    func values(_ names: [String]) throws(AuditFailure) -> [Double] {
        var result: [Double] = []
        for name in names { result.append(try value(name)) }
        return result
    }
}
