public import ScopeTrace

extension Finding.Rule {
    /// A line of code of which the model was unsure.
    public static let uncertainLine = Finding.Rule(
        id: "uncertain-line", name: "UncertainLine",
        summary: "The model was unsure of this line.",
        help: "The mean surprisal of the line's tokens, −ln p in nats, is above the limit. Such "
            + "lines deserve a closer look: what the model wrote or read there was not what it "
            + "expected.",
        defaultLevel: .note)

    /// A token of which the model was very unsure.
    public static let uncertainToken = Finding.Rule(
        id: "uncertain-token", name: "UncertainToken",
        summary: "The model did not expect this token.",
        help: "The surprisal of the token, −ln p in nats, is above the limit.", defaultLevel: .note)
}

extension TokenTrace {
    /// The hot spots of a text: tokens, and lines by the mean of their tokens, that the model did not expect.
    ///
    /// Places are bytes of the caller's document, so tokens without a source span are left out.
    ///
    /// - Parameters:
    ///   - path: The document's path.
    ///   - tokenLimit: The least surprisal of a token that is named, in nats; nil to name none.
    ///   - lineLimit: The least mean surprisal of a line that is named, in nats; nil to name none.
    ///   - includesPrompt: Whether tokens of the prompt count.
    /// - Returns: The findings in the order of the text, a line before its tokens; each has the
    ///   properties `surprisal` (nats), `tokens` and, of a token, `token`, its index.
    /// - Complexity: O(bytes + tokens).
    public func hotSpots(
        path: String, tokenLimit: Double? = 6.91, lineLimit: Double? = 3,
        includesPrompt: Bool = true
    ) -> [Finding] {
        let numbers = metrics.column(named: "surprisal")?.numbers ?? []
        var findings: [(place: Int, rank: Int, finding: Finding)] = []
        var line = LineSums()
        func finish() {
            if let lineLimit, let finding = line.finding(path: path, limit: lineLimit) {
                findings.append((line.start, 0, finding))
            }
            line = LineSums()
        }
        for token in tokens {
            guard let span = token.sourceSpan, token.role == .text,
                includesPrompt || token.origin != .prompt
            else { continue }
            let value = token.index.rawValue < numbers.count ? numbers[token.index.rawValue] : nil
            line.add(value, span, isBlank: token.bytes.allSatisfy(\.isBlank))
            if let value, let tokenLimit, value >= tokenLimit {
                let number = DecimalText.fixed(value, digits: 2)
                findings.append(
                    (
                        span.lowerBound, 1,
                        Finding(
                            ruleID: Finding.Rule.uncertainToken.id,
                            message: "The model did not expect "
                                + "\(TerminalText.quoted(token.text, width: 40)): "
                                + "surprisal \(number) nats.",
                            path: path, byteRange: span,
                            properties: [
                                "surprisal": .number(value), "tokens": .integer(1),
                                "token": .integer(token.index.rawValue),
                            ])
                    ))
            }
            if token.bytes.contains(UInt8(ascii: "\n")) { finish() }
        }
        finish()
        return findings.sorted { ($0.place, $0.rank) < ($1.place, $1.rank) }.map(\.finding)
    }
}

/// The tokens of a line so far.
private struct LineSums {
    var start = 0
    private var end = 0
    private var sum = 0.0
    private var count = 0

    mutating func add(_ value: Double?, _ span: Range<Int>, isBlank: Bool) {
        // White space at the edges of a line belongs to no word of it.
        guard !isBlank, let value else { return }
        if count == 0 { start = span.lowerBound }
        end = span.upperBound
        sum += value
        count += 1
    }

    func finding(path: String, limit: Double) -> Finding? {
        guard count > 1, sum / Double(count) >= limit else { return nil }
        let mean = sum / Double(count)
        return Finding(
            ruleID: Finding.Rule.uncertainLine.id,
            message: "The model was unsure of this line: mean surprisal "
                + "\(DecimalText.fixed(mean, digits: 2)) nats over \(count) tokens.",
            path: path, byteRange: start..<end,
            properties: ["surprisal": .number(mean), "tokens": .integer(count)])
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
