public import ScopeTrace

/// Draws what a trace holds as SVG pictures: text in colours, attention, lenses, patching.
///
/// Each picture is one file of its own, without scripts and fonts, that fits light and dark pages
/// (`prefers-color-scheme`), says what it is to readers of screens, and shows exact values where a
/// pointer rests. Every text is escaped, and control characters are shown as pictures of themselves. The
/// colours are those of ``HeatView``: their order shows in grey and to colour-blind eyes. The same values
/// give the same bytes.
///
/// ```swift
/// let picture = SVGWriter().text(of: trace, scale: .surprisal)
/// ```
public struct SVGWriter: Sendable {
    /// Tokens that pictures of tokens against tokens show at most: the last ones; more are named in the
    /// subtitle, not drawn.
    public var mostTokens: Int
    /// Columns of text after which a line of ``text(of:scale:title:)`` is folded.
    public var lineColumns: Int

    /// Makes a writer.
    ///
    /// - Parameters:
    ///   - mostTokens: Tokens that a picture of tokens against tokens shows at most.
    ///   - lineColumns: Columns of text after which a line is folded.
    public init(mostTokens: Int = 96, lineColumns: Int = 100) {
        precondition(mostTokens > 0 && lineColumns > 0, "a picture has some room")
        self.mostTokens = mostTokens
        self.lineColumns = lineColumns
    }

    /// The text with each token coloured by a metric.
    ///
    /// A character whose bytes are spread over several tokens stands with the token that completes it,
    /// as hot as the hottest of them. Tokens without a value have no colour, forced ones are underlined,
    /// and a bar stands where the prompt ends.
    ///
    /// - Parameters:
    ///   - trace: The trace; the values are its column of the scale's name.
    ///   - scale: How values turn into heat.
    ///   - title: The heading; by default it names metric and model.
    /// - Returns: The picture.
    /// - Complexity: O(tokens).
    public func text(
        of trace: TokenTrace, scale: HeatScale = .surprisal, title: String? = nil
    ) -> String {
        let numbers = trace.metrics.column(named: scale.name)?.numbers
        let values = trace.tokens.map { numbers?[$0.index.rawValue] }
        return text(of: trace, values: values, scale: scale, title: title)
    }

    /// The text with each token coloured by values of the caller's, such as an attribution's scores.
    ///
    /// - Parameters:
    ///   - trace: The trace, of which the tokens are read.
    ///   - values: A value for each token, nil for none; missing ones at the end are nil.
    ///   - scale: How values turn into heat.
    ///   - title: The heading; by default it names metric and model.
    /// - Returns: The picture.
    /// - Complexity: O(tokens).
    public func text(
        of trace: TokenTrace, values: [Double?], scale: HeatScale, title: String? = nil
    ) -> String {
        var layout = SVGTextLayout(scale: scale, lineColumns: lineColumns)
        for token in trace.tokens {
            let value =
                values.indices.contains(token.index.rawValue)
                ? values[token.index.rawValue] : nil
            layout.add(token, value: value.flatMap { $0.isNaN ? nil : $0 })
        }
        return layout.finish(
            title: title ?? "\(scale.name) of each token, by \(trace.header.model.name)")
    }

    /// The tokens that are shown of those that could be.
    func shown(_ tokens: Range<TokenIndex>?, of count: Int) -> Range<Int> {
        let all = tokens.map { $0.lowerBound.rawValue..<$0.upperBound.rawValue } ?? 0..<count
        let inside = all.clamped(to: 0..<count)
        return max(inside.lowerBound, inside.upperBound - mostTokens)..<inside.upperBound
    }

    /// What of the text is shown, where it is not all.
    func extent(_ shown: Range<Int>, of count: Int) -> String {
        shown.count == count
            ? "" : "tokens \(shown.lowerBound) to \(shown.upperBound - 1) of \(count)"
    }
}
