import ScopeFiles
import ScopeTrace

/// Tokens as the TokenScope tool (arXiv 2607.01235) sends and stores them: numbers may be strings.
struct ToolTokens {
    private let list: JSONValue

    /// A list of tokens, or an object with one under `tokens`; nil for anything else.
    init?(_ root: JSONValue) {
        let list = root.kind == .object ? root["tokens"] : root
        guard let list, list.kind == .array,
            let first = (try? list.elements()).flatMap({ elements in
                for element in elements { return element }
                return JSONValue?.none
            }), first.kind == .object
        else { return nil }
        guard first["token_string"] != nil || first["token"] != nil && first["token_id"] != nil
        else { return nil }
        self.list = list
    }

    func trace() throws(FileError) -> RecordedTrace {
        var trace = ForeignTrace(model: "")
        for token in try list.elements() { try append(token, to: &trace) }
        return RecordedTrace(format: .tokenScopeTool, trace: trace.trace)
    }

    private func append(_ token: JSONValue, to trace: inout ForeignTrace) throws(FileError) {
        let text = token.optional("token_string")
        let bytes = text == nil ? try token.required("token").utf8() : try text?.utf8() ?? []
        var numbers = ForeignNumbersOfToken()
        numbers.confidence = try token.optional("confidence")?.looseDouble()
        // What the tool calls the last perplexity is the surprisal.
        numbers.surprisal = try token.optional("last_perplexity")?.looseDouble()
        if numbers.surprisal == nil, let value = numbers.confidence, value > 0 {
            numbers.surprisal = -ElementaryFunctions.log(value)
        }
        for (name, ours) in [("margin_confidence", "margin"), ("entropy", "entropy")] {
            if let value = try token.optional(name)?.looseDouble() {
                numbers.others.append((ours, value))
            }
        }
        try readAlternatives(of: token, into: &numbers)
        if let place = numbers.alternatives.firstIndex(where: { $0.bytes == bytes }) {
            numbers.rank = place + 1
        }
        if let heads = token.optional("attention_snapshot") {
            for (name, pairs) in try heads.members() {
                try readAttention(name.string, pairs, into: &numbers)
            }
        }
        var isGiven = false
        for name in ["prompt", "manual"] {
            if let flag = token.optional(name), try flag.bool() { isGiven = true }
        }
        trace.append(
            id: try token.optional("token_id")?.naturalNumber(), bytes: bytes,
            origin: isGiven ? .prompt : .sampled, numbers)
    }

    private func readAlternatives(
        of token: JSONValue, into numbers: inout ForeignNumbersOfToken
    ) throws(FileError) {
        if let list = token.optional("alternative_tokens") {
            for other in try list.elements() {
                numbers.alternatives.append(
                    .init(
                        id: try other.optional("token_id")?.naturalNumber(),
                        bytes: try other.required("token_string").utf8(),
                        probability: try other.required("confidence").looseDouble() ?? 0))
            }
            return
        }
        // The step of a stored project has lists instead.
        guard let texts = token.optional("all_tokens") else { return }
        var ids: [JSONValue] = []
        if let list = token.optional("all_tokens_ids") { ids = Array(try list.elements()) }
        let values = Array(try token.required("all_confidences").elements())
        for (place, text) in Array(try texts.elements()).enumerated() where place < values.count {
            numbers.alternatives.append(
                .init(
                    id: place < ids.count ? try ids[place].naturalNumber() : nil,
                    bytes: try text.utf8(), probability: try values[place].looseDouble() ?? 0))
        }
    }

    /// Pairs of token and weight of a head, or of the mean over heads.
    ///
    /// Of which layer they are is not told.
    private func readAttention(
        _ name: String, _ pairs: JSONValue, into numbers: inout ForeignNumbersOfToken
    ) throws(FileError) {
        let ending: String
        if name == "mean" {
            ending = "mean"
        } else if name.hasPrefix("head_"), let head = Int(name.dropFirst(5)), head >= 0 {
            ending = "h\(head)"
        } else {
            throw pairs.error("is named \(name), which is neither mean nor a head")
        }
        var (tokens, weights) = ([Double](), [Double]())
        for pair in try pairs.elements() {
            let two = Array(try pair.elements())
            guard two.count == 2, let weight = try two[1].looseDouble() else {
                throw pair.error("is no pair of token and weight")
            }
            tokens.append(Double(try two[0].naturalNumber()))
            weights.append(weight)
        }
        numbers.attention.append((name: "attention_l0_" + ending, tokens: tokens, weights: weights))
    }
}
