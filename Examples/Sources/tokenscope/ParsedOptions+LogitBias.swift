import TokenScope

extension ParsedOptions {
    /// What `--logit-bias` adds to the logits of tokens, by id.
    ///
    /// - Parameter model: The model that spells tokens where `--model` names none.
    /// - Returns: What is added, by id.
    /// - Throws: `ToolError` for what is no token or no number, before a model is opened.
    func logitBias(by model: String) throws(ToolError) -> [Int: Double] {
        var tokenizer: (any Tokenizer)?
        var biases: [Int: Double] = [:]
        for text in all("logit-bias") {
            // A token's own text may hold the sign.
            guard let sign = text.lastIndex(of: "="), sign > text.startIndex,
                let bias = Double(text[text.index(after: sign)...]), bias < .infinity
            else {
                throw .usage(
                    "--logit-bias takes TOKEN=NUMBER, such as 42=-1.5 or \" pass=-inf\", not "
                        + "\"\(text)\"")
            }
            let token = String(text[..<sign])
            let id: Int
            if Self.isDigits(token), let number = Int(token) {
                id = number
            } else {
                let known: any Tokenizer
                if let tokenizer {
                    known = tokenizer
                } else {
                    known = try Self.tokenizer(of: self["model"] ?? model)
                    tokenizer = known
                }
                id = try Self.id(of: token, known)
            }
            guard biases.updateValue(bias, forKey: id) == nil else {
                throw .usage("--logit-bias names token \(id) twice")
            }
        }
        return biases
    }

    private static func isDigits(_ text: some StringProtocol) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func tokenizer(of model: String) throws(ToolError) -> any Tokenizer {
        let files = try modelFiles(model)
        do {
            return try AutoTokenizer.from(files)
        } catch {
            throw .input("\(error)")
        }
    }

    /// The one token that a text is.
    private static func id(of text: String, _ tokenizer: any Tokenizer) throws(ToolError) -> Int {
        let digits = text.dropFirst().dropLast()
        let isQuoted = text.hasPrefix("\"") && text.hasSuffix("\"") && isDigits(digits)
        let ids = tokenizer.encode(text: isQuoted ? String(digits) : text)
        guard ids.count == 1 else {
            let pieces = ids.map { id in
                TerminalText.quoted(
                    String(decoding: tokenizer.bytes(of: id) ?? [], as: UTF8.self), width: 24)
            }
            throw .usage(
                "--logit-bias takes one token, and \"\(text)\" is \(ids.count): "
                    + pieces.joined(separator: " "))
        }
        return ids[0]
    }
}
