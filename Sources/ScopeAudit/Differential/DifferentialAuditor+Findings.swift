public import ScopeReports
internal import ScopeTrace

extension Finding.Rule {
    /// A place where two models would write different things; see ``DifferentialAuditor``.
    public static let modelsDiffer = Finding.Rule(
        id: "models-differ", name: "ModelsDiffer",
        summary: "The two models part here.",
        help: """
            The Jensen–Shannon divergence of the models' distributions over a token is above the limit: 0 \
            where they agree, ln 2 (0.69 nats) where one holds for certain what the other rules out. \
            kl is KL(A‖B), surprisal_a and surprisal_b what the token cost either model, and the alternatives \
            are their first choices. A warning where A would have written the token that stands there and B \
            would not.
            The numbers are exact and say nothing of which model is right.
            """,
        defaultLevel: .note)
}

extension DifferentialAuditor {
    /// The tokens of a comparison where the models are furthest apart.
    ///
    /// - Parameters:
    ///   - comparison: A comparison with `ComparisonParameters.comparesDistributions`.
    ///   - path: The file's path.
    /// - Returns: The findings in the order of the text, without fingerprints.
    /// - Complexity: O(tokens log tokens).
    func findings(of comparison: ModelComparison, path: String) -> [Finding] {
        let column = comparison.trace[.jensenShannon]
        let places = comparison.trace.tokens.compactMap { token -> (TokenIndex, Double)? in
            guard token.sourceSpan != nil, let value = column?[token.index], value >= limit
            else { return nil }
            return (token.index, value)
        }
        return places.sorted { ($1.1, $0.0.rawValue) < ($0.1, $1.0.rawValue) }
            .prefix(max(0, findingLimit)).map(\.0).sorted().map {
                finding(at: $0, of: comparison, path)
            }
    }

    private func finding(
        at index: TokenIndex, of comparison: ModelComparison, _ path: String
    ) -> Finding {
        let trace = comparison.trace
        let token = trace.tokens[index.rawValue]
        let texts = (trace[.argmaxTextA]?[index] ?? "", trace[.argmaxTextB]?[index] ?? "")
        let shares = (trace[.probabilityA]?[index] ?? 0, trace[.probabilityB]?[index] ?? 0)
        let (first, second) = (trace[.argmaxA]?[index], trace[.argmaxB]?[index])
        func choice(_ text: String, _ share: Double) -> String {
            "\(TerminalText.quoted(text, width: 40)) "
                + "(\(SuspicionDetector.short(100 * share)) %)"
        }
        var alternatives = [
            Finding.Evidence.Alternative(text: texts.0, probability: shares.0),
            Finding.Evidence.Alternative(text: texts.1, probability: shares.1),
        ]
        var message = "A expects \(choice(texts.0, shares.0)) and B \(choice(texts.1, shares.1))"
        if first == second {
            message =
                "Both expect \(TerminalText.quoted(texts.0, width: 40)), A with "
                + "\(SuspicionDetector.short(100 * shares.0)) % and B with "
                + "\(SuspicionDetector.short(100 * shares.1)) %"
            alternatives = []
        }
        if first != token.id, second != token.id {
            message += "; \(TerminalText.quoted(token.text, width: 40)) stands there"
        }
        var metrics: [String: Double] = [:]
        for key in [
            MetricKey.jensenShannon, .divergence, .surprisalA, .surprisalB, .probabilityA,
            .probabilityB,
        ] {
            metrics[key.name] = trace[key]?[index]
        }
        return Finding(
            ruleID: Finding.Rule.modelsDiffer.id, message: message + ".",
            level: first == token.id && second != token.id ? .warning : .note, path: path,
            byteRange: token.sourceSpan, properties: ["token": .integer(index.rawValue)],
            tokens: index..<TokenIndex(index.rawValue + 1),
            evidence: Finding.Evidence(
                metrics: metrics,
                alternatives: alternatives.sorted { $0.probability > $1.probability }))
    }
}
