public import ScopeTrace

/// Shows tokens in a terminal as they are decoded, coloured by a metric.
///
/// ```swift
/// var view = HeatView(scale: .surprisal, depth: depth)
/// print(view.legend())
/// print(view.render(token, value: column[token.index]), terminator: "")    // each token
/// print(view.finish(), terminator: "")
/// ```
///
/// With the escape sequences taken away the output is the text itself, with marks for what would
/// not be seen: ⏎ before a coloured line feed, ⇥ before a coloured tab, and control characters,
/// which could drive the terminal, in a visible spelling (␛, ‹202E›). A character whose bytes are
/// spread over several tokens appears with the token that completes it, as hot as the hottest of
/// them. Tokens without a value have no colour, forced tokens are underlined, and prompt tokens
/// are dim; when they are coloured too, a bar ▌ stands where the prompt ends.
public struct HeatView: Sendable {
    /// How values turn into heat.
    public let scale: HeatScale

    /// How many colours the terminal shows; plain output has no escape sequences at all.
    public let depth: ColorDepth

    /// Whether tokens of the prompt are coloured rather than dim.
    public let colorsPrompt: Bool

    private var joiner = UTF8Joiner()
    private var heldHeat: Double?
    private var lastOrigin: TokenOrigin?
    private var isAtLineStart = true

    private var valueCount = 0
    private var sum = 0.0
    private var hottest: (heat: Double, value: Double, token: TokenIndex, text: String)?

    /// Makes a view.
    ///
    /// - Parameters:
    ///   - scale: How values turn into heat.
    ///   - depth: How many colours the terminal shows.
    ///   - colorsPrompt: Whether tokens of the prompt are coloured rather than dim.
    public init(
        scale: HeatScale = .surprisal, depth: ColorDepth, colorsPrompt: Bool = false
    ) {
        self.scale = scale
        self.depth = depth
        self.colorsPrompt = colorsPrompt
    }

    /// What to write for the next token.
    ///
    /// - Parameters:
    ///   - token: The token.
    ///   - value: The token's value of the metric, nil where there is none.
    /// - Returns: Text for the terminal, empty while the token's character is not complete.
    public mutating func render(_ token: TokenRecord, value: Double?) -> String {
        let isColored = token.origin != .prompt || colorsPrompt
        let value = value.flatMap { $0.isNaN ? nil : $0 }
        if isColored, let value { note(value, of: token) }
        let heat = isColored ? value.map(scale.heat) : nil

        var output = ""
        if colorsPrompt, lastOrigin == .prompt, token.origin != .prompt, depth != .plain {
            output += "\u{1B}[1m▌\u{1B}[0m"
        }
        lastOrigin = token.origin

        let piece = joiner.add(token.bytes)
        let warmest = [heldHeat, heat].compactMap { $0 }.max()
        output += paint(piece.joined, heat: warmest, origin: token.origin)
        output += paint(piece.own, heat: heat, origin: token.origin)
        if joiner.held.isEmpty {
            heldHeat = nil
        } else {
            // Bytes that earlier tokens began stay as hot as the hottest of them.
            heldHeat = piece.joined.isEmpty && piece.own.isEmpty ? warmest : heat
        }
        return output
    }

    /// What to write at the end: a character left incomplete, as U+FFFD, and a line feed where
    /// the last line has none; in plain output a line about the values follows.
    public mutating func finish() -> String {
        var output = paint(joiner.flush(), heat: heldHeat, origin: lastOrigin ?? .sampled)
        heldHeat = nil
        if !isAtLineStart { output += "\n" }
        isAtLineStart = true
        if depth == .plain { output += summary() + "\n" }
        return output
    }

    /// One line about the values seen: their number, their mean and the hottest.
    public func summary() -> String {
        let title = "\(scale.name)\(scale.unitLabel)"
        guard let hottest else { return "\(title): no values" }
        let mean = DecimalText.significant(sum / Double(valueCount))
        let value = DecimalText.significant(hottest.value)
        let tokens = valueCount == 1 ? "1 token" : "\(valueCount) tokens"
        return "\(title) of \(tokens): mean \(mean), hottest \(value) "
            + "at token \(hottest.token) \"\(hottest.text)\""
    }

    /// A whole trace, with the legend before and the end after it.
    ///
    /// - Parameters:
    ///   - trace: The trace; the values are its column of the scale's name.
    ///   - scale: How values turn into heat.
    ///   - depth: How many colours the terminal shows.
    ///   - colorsPrompt: Whether tokens of the prompt are coloured rather than dim.
    /// - Returns: Text for the terminal.
    /// - Complexity: O(*n*) in the length of the trace.
    public static func text(
        of trace: TokenTrace, scale: HeatScale = .surprisal, depth: ColorDepth,
        colorsPrompt: Bool = false
    ) -> String {
        var view = HeatView(scale: scale, depth: depth, colorsPrompt: colorsPrompt)
        let numbers = trace.metrics.column(named: scale.name)?.numbers
        var output = depth == .plain ? "" : view.legend() + "\n"
        for token in trace.tokens {
            output += view.render(token, value: numbers?[token.index.rawValue])
        }
        return output + view.finish()
    }

    private mutating func note(_ value: Double, of token: TokenRecord) {
        valueCount += 1
        sum += value
        let heat = scale.heat(of: value)
        if let hottest, hottest.heat >= heat { return }
        let text = TerminalText.visible(token.text)
            .replacing("\n", with: "⏎").replacing("\t", with: "⇥")
        hottest = (heat, value, token.index, text)
    }

    /// The text with colours, harmless for the terminal.
    private mutating func paint(_ text: String, heat: Double?, origin: TokenOrigin) -> String {
        guard let last = text.unicodeScalars.last else { return "" }
        isAtLineStart = last == "\n"
        let visible = TerminalText.visible(text)
        let styles = styles(heat: heat, origin: origin)
        guard !styles.isEmpty else { return visible }
        let start = "\u{1B}[\(styles.joined(separator: ";"))m"
        let end = "\u{1B}[0m"
        var output = ""
        // Colours stop before each line feed: many terminals would fill the line with them.
        for (number, line) in visible.split(
            separator: "\n" as Character, omittingEmptySubsequences: false
        ).enumerated() {
            if number > 0 {
                output += heat == nil ? "\n" : "\(start)⏎\(end)\n"
            }
            if line.isEmpty { continue }
            output += start
            output += heat == nil ? String(line) : String(line).replacing("\t", with: "⇥\t")
            output += end
        }
        return output
    }

    private func styles(heat: Double?, origin: TokenOrigin) -> [String] {
        guard depth != .plain else { return [] }
        var styles: [String] = []
        if origin == .prompt, !colorsPrompt { styles.append("2") }
        if origin == .forced { styles.append("4") }
        if let heat { styles.append(HeatRamp.style(heat: heat, depth: depth)) }
        return styles
    }
}
