public import ScopeTrace

/// Shows a comparison of two models to a person: a table of tokens, one of layers, and what it comes to
/// in a few lines.
public struct ComparisonView: Sendable {
    /// Characters that a token's text may take before it is cut.
    public let textWidth: Int

    /// Makes a view.
    ///
    /// - Parameter textWidth: Characters that a token's text may take before it is cut; with 12 or
    ///   less, lines fit 80 columns.
    public init(textWidth: Int = 12) {
        precondition(textWidth > 1, "a column of text needs at least two characters")
        self.textWidth = textWidth
    }

    /// The tokens, one a row: divergence, surprisal to A and to B, and the token that each holds most
    /// probable, B's only where it is another than A's.
    ///
    /// - Parameter comparison: The comparison.
    /// - Returns: Text for the terminal.
    /// - Complexity: O(tokens).
    public func tokenTable(of comparison: ModelComparison) -> String {
        let trace = comparison.trace
        func numbers(_ key: MetricKey<Double>, digits: Int) -> [String] {
            let column = trace[key]
            return trace.tokens.map { token in
                column?[token.index].map { DecimalText.fixed($0, digits: digits) } ?? ""
            }
        }
        let (argmaxA, argmaxB) = (trace[.argmaxA], trace[.argmaxB])
        let (textA, textB) = (trace[.argmaxTextA], trace[.argmaxTextB])
        func shown(_ text: String?) -> String {
            text.map { TerminalText.quoted($0, width: textWidth) } ?? ""
        }
        return TextTable([
            .init("token", trace.tokens.map { "\($0.index)" }),
            .init("text", trace.tokens.map { shown($0.text) }, isText: true),
            .init("kl (nats)", numbers(.divergence, digits: 6)),
            .init("surprisal a", numbers(.surprisalA, digits: 3)),
            .init("b", numbers(.surprisalB, digits: 3)),
            .init("argmax a", trace.tokens.map { shown(textA?[$0.index]) }, isText: true),
            .init(
                "b",
                trace.tokens.map { token in
                    argmaxA?[token.index] == argmaxB?[token.index]
                        ? "" : shown(textB?[token.index])
                }, isText: true),
        ]).text
    }

    /// The layers, one a row, with their relative differences; empty where layers were not compared.
    ///
    /// - Parameter comparison: The comparison.
    /// - Returns: Text for the terminal.
    /// - Complexity: O(layers).
    public func layerTable(of comparison: ModelComparison) -> String {
        guard let layers = comparison.layers else { return "" }
        return TextTable([
            .init("layer", layers.map { "\($0.layer)" }),
            .init(
                "output of", layers.map { Self.name(of: $0.layer, among: layers.count) },
                isText: true),
            .init(
                "relative difference",
                layers.map { DecimalText.fixed($0.relativeDifference, digits: 6) }),
            .init(
                "", layers.map { $0.layer == comparison.departingLayer ? "departs" : "" },
                isText: true),
        ]).text
    }

    /// What each part makes of the same input, one a row; empty where parts were not compared.
    ///
    /// - Parameter comparison: The comparison.
    /// - Returns: Text for the terminal.
    /// - Complexity: O(layers).
    public func partTable(of comparison: ModelComparison) -> String {
        guard let parts = comparison.parts else { return "" }
        return DifferentialView.table(of: parts)
    }

    /// What it comes to: the models, their perplexities, the divergence, where they disagree first,
    /// and the layer that departs first.
    ///
    /// - Parameter comparison: The comparison.
    /// - Returns: A few lines, each ended by a line break.
    /// - Complexity: O(tokens).
    public func summary(of comparison: ModelComparison) -> String {
        let trace = comparison.trace
        let models = TextTable([
            .init("", ["A", "B"], isText: true),
            .init("model", [comparison.a, comparison.b].map(Self.name), isText: true),
            .init("weights", [comparison.a.weights, comparison.b.weights], isText: true),
            .init("perplexity", [comparison.perplexityA, comparison.perplexityB].map(Self.number)),
        ])
        var lines = [String(models.text.dropLast())]
        let count = comparison.comparedCount
        guard count > 0, let largest = comparison.largestDivergence else {
            lines.append("no token was compared")
            return lines.joined(separator: "\n") + "\n"
        }
        func named(_ token: TokenIndex) -> String {
            "token \(token) \(TerminalText.quoted(trace.tokens[token.rawValue].text, width: 24))"
        }
        lines.append(
            "KL(A‖B) of \(count) tokens: mean \(Self.number(comparison.meanDivergence)) nats, "
                + "largest \(DecimalText.significant(largest.value)) at \(named(largest.token))")
        if let first = comparison.firstDisagreement {
            let texts = [MetricKey.argmaxTextA, .argmaxTextB].map { key in
                TerminalText.quoted(trace[key]?[first] ?? "", width: 24)
            }
            lines.append(
                "most probable token: differs at \(comparison.disagreements.count) of \(count), "
                    + "first at \(named(first)): \(texts[0]) to A, \(texts[1]) to B")
        } else {
            lines.append("most probable token: the same everywhere")
        }
        if let layers = comparison.layers {
            let threshold = DecimalText.significant(comparison.layerThreshold)
            if let layer = comparison.departingLayer {
                lines.append(
                    "layers: the output of \(Self.name(of: layer, among: layers.count)) departs "
                        + "first, by \(Self.number(layers[layer].relativeDifference)) "
                        + "(threshold \(threshold))")
            } else {
                lines.append("layers: none departs by more than \(threshold)")
            }
        } else {
            lines.append("layers: not compared")
        }
        if let parts = comparison.parts {
            lines.append(
                parts.mostChanged.map { "parts: \($0) makes most other things of the same input" }
                    ?? "parts: all make the same of the same input")
        }
        if trace.stopReason == .cancelled { lines.append("cancelled before the end of the text") }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func name(_ model: ModelIdentity) -> String {
        // The end of a long path says more than its beginning.
        model.name.count > 40 ? "…" + model.name.suffix(39) : model.name
    }

    private static func number(_ value: Double?) -> String {
        value.map(DecimalText.significant) ?? "–"
    }

    private static func name(of layer: Int, among count: Int) -> String {
        switch layer {
        case 0: "the embedding"
        case count - 1: "the final norm"
        default: "block \(layer - 1)"
        }
    }
}
