import ScopeFiles
import ScopeTrace

/// Answers of servers that speak OpenAI's protocol, with log-probabilities: chat and text completions, what
/// vLLM adds of the prompt, and llama-server's own completions.
enum LogProbabilities {
    /// Whether an object is an answer.
    static func isAnswer(_ root: JSONValue) -> Bool {
        guard root.kind == .object else { return false }
        return root["choices"] != nil || root["completion_probabilities"] != nil
    }

    static func traces(in root: JSONValue) throws(FileError) -> [RecordedTrace] {
        let model = try root.optional("model")?.string() ?? ""
        if let list = root["completion_probabilities"] {
            var trace = ForeignTrace(model: model)
            for token in try list.elements() { try append(own: token, to: &trace) }
            return [RecordedTrace(format: .logProbabilities, trace: trace.trace)]
        }
        let choices = Array(try root.required("choices").elements())
        var traces: [RecordedTrace] = []
        for (number, choice) in choices.enumerated() {
            var trace = ForeignTrace(model: model)
            if let prompt = choice.optional("prompt_logprobs") ?? root.optional("prompt_logprobs") {
                for token in try prompt.elements() { try append(prompt: token, to: &trace) }
            }
            guard let found = choice.optional("logprobs") else {
                throw choice.error(
                    "has no logprobs: ask the server for them (\"logprobs\": true, or a number)")
            }
            if let content = found.optional("content") {
                for token in try content.elements() { try append(chat: token, to: &trace) }
            } else {
                try append(text: found, to: &trace)
            }
            if let reason = choice.optional("finish_reason") {
                let isByText = choice.optional("stop_reason") != nil
                trace.end(
                    try reason.string() == "length" ? .length : isByText ? .stop : .eos)
            }
            traces.append(
                RecordedTrace(
                    format: .logProbabilities, trace: trace.trace,
                    sample: choices.count > 1
                        ? try choice.optional("index")?.naturalNumber() ?? number : nil))
        }
        return traces
    }

    /// A token of a chat completion: `token`, `logprob`, `bytes`, `top_logprobs`; llama-server adds `id`.
    private static func append(
        chat token: JSONValue, to trace: inout ForeignTrace
    ) throws(FileError) {
        var numbers = ForeignNumbersOfToken()
        let bytes = try self.bytes(of: token)
        if let value = try token.required("logprob").looseDouble() {
            numbers.take(logProbability: value)
        }
        if let top = token.optional("top_logprobs") {
            for other in try top.elements() {
                guard let value = try other.required("logprob").looseDouble() else { continue }
                numbers.alternatives.append(
                    .init(
                        id: try other.optional("id")?.naturalNumber(),
                        bytes: try self.bytes(of: other),
                        probability: min(1, ElementaryFunctions.exp(value))))
            }
        }
        finish(&numbers, bytes: bytes)
        trace.append(
            id: try token.optional("id")?.naturalNumber(), bytes: bytes, origin: .sampled, numbers)
    }

    /// A token of llama-server: as a chat's, or in older versions `content` with `probs`.
    private static func append(
        own token: JSONValue, to trace: inout ForeignTrace
    ) throws(FileError) {
        guard let probabilities = token.optional("probs") else {
            return try append(chat: token, to: &trace)
        }
        let bytes = try token.required("content").utf8()
        var numbers = ForeignNumbersOfToken()
        for other in try probabilities.elements() {
            guard let value = try other.required("prob").looseDouble() else { continue }
            let text = try other.required("tok_str").utf8()
            numbers.alternatives.append(
                .init(id: nil, bytes: text, probability: min(1, max(0, value))))
            if text == bytes, value > 0 {
                numbers.take(logProbability: ElementaryFunctions.log(value))
            }
        }
        finish(&numbers, bytes: bytes)
        trace.append(id: nil, bytes: bytes, origin: .sampled, numbers)
    }

    /// A text completion: `tokens`, `token_logprobs`, `top_logprobs`.
    private static func append(
        text found: JSONValue, to trace: inout ForeignTrace
    ) throws(FileError) {
        let tokens = Array(try found.required("tokens").elements())
        let values = Array(try found.required("token_logprobs").elements())
        guard values.count == tokens.count else {
            throw found.error("has \(tokens.count) tokens and \(values.count) token_logprobs")
        }
        var tops: [JSONValue] = []
        if let list = found.optional("top_logprobs") { tops = Array(try list.elements()) }
        for (place, token) in tokens.enumerated() {
            var numbers = ForeignNumbersOfToken()
            let bytes = try spelled(token)
            if let value = try values[place].looseDouble() { numbers.take(logProbability: value) }
            if place < tops.count, !tops[place].isNull {
                for (key, other) in try tops[place].members() {
                    guard let value = try other.looseDouble() else { continue }
                    numbers.alternatives.append(
                        .init(
                            id: nil, bytes: Array(key.string.utf8),
                            probability: min(1, ElementaryFunctions.exp(value))))
                }
            }
            finish(&numbers, bytes: bytes)
            // The first token of an echoed prompt has no prediction.
            trace.append(
                id: nil, bytes: bytes,
                origin: values[place].isNull && place == 0 ? .prompt : .sampled, numbers)
        }
    }

    /// A token of a prompt as vLLM has it: by id `logprob`, `rank`, `decoded_token`; the first entry is the
    /// prompt's own token.
    private static func append(
        prompt token: JSONValue, to trace: inout ForeignTrace
    ) throws(FileError) {
        guard !token.isNull else { return }
        var numbers = ForeignNumbersOfToken()
        var own: (id: Int, bytes: [UInt8])?
        for (key, entry) in try token.members() {
            guard let id = Int(key.string), id >= 0 else {
                throw entry.error("stands under \"\(key.string)\", which is no id")
            }
            let bytes = try entry.optional("decoded_token")?.utf8() ?? []
            guard let value = try entry.required("logprob").looseDouble() else { continue }
            numbers.alternatives.append(
                .init(id: id, bytes: bytes, probability: min(1, ElementaryFunctions.exp(value))))
            guard own == nil else { continue }
            own = (id, bytes)
            numbers.take(logProbability: value)
            numbers.rank = try entry.optional("rank")?.naturalNumber()
        }
        guard let own else { return }
        finish(&numbers, bytes: own.bytes)
        trace.append(id: own.id, bytes: own.bytes, origin: .prompt, numbers)
    }

    /// Rank and margin, where the alternatives tell.
    private static func finish(_ numbers: inout ForeignNumbersOfToken, bytes: [UInt8]) {
        numbers.alternatives = numbers.alternatives.enumerated()
            .sorted { (-$0.element.probability, $0.offset) < (-$1.element.probability, $1.offset) }
            .map(\.element)
        if numbers.rank == nil,
            let place = numbers.alternatives.firstIndex(where: { $0.bytes == bytes })
        {
            numbers.rank = place + 1
        }
        if numbers.alternatives.count > 1 {
            let first = numbers.alternatives[0].probability
            numbers.others.append(("margin", first - numbers.alternatives[1].probability))
        }
    }

    private static func bytes(of token: JSONValue) throws(FileError) -> [UInt8] {
        if let bytes = token.optional("bytes") { return try bytes.bytes() }
        return try spelled(token.required("token"))
    }

    /// A token as text; bytes that are no text are spelled `bytes:\x..`.
    private static func spelled(_ token: JSONValue) throws(FileError) -> [UInt8] {
        let text = try token.utf8()
        let prefix = Array("bytes:".utf8)
        guard text.starts(with: prefix) else { return text }
        var bytes: [UInt8] = []
        for part in String(decoding: text.dropFirst(prefix.count), as: UTF8.self)
            .split(separator: "\\x")
        {
            guard part.utf8.count == 2, let byte = UInt8(part, radix: 16) else { return text }
            bytes.append(byte)
        }
        return bytes
    }
}
