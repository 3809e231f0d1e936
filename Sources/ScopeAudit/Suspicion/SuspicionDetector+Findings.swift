public import ScopeCode
public import ScopeDecoding
internal import ScopeMetrics
public import ScopeReports
public import ScopeTrace

extension Finding.Rule {
    /// A line that looks as if something in it was changed by mistake; see ``SuspicionDetector``.
    public static let suspiciousCode = Finding.Rule(
        id: "suspicious-code", name: "SuspiciousCode",
        summary: "The model's numbers look as they do where code was changed by mistake.",
        help: """
            Surprisal, entropy, margin, and what was overruled, weighed by a regression that was \
            fitted on small defects put into real files. The confidence is the probability that a line \
            with these numbers is the changed one among the lines of a function of which one was changed.
            Real defects are much rarer than that, and unusual code is not wrong code: read the line, \
            do not count it. Where the weights were fitted for another model or another language the score only \
            orders lines: there is no confidence then, and no warning. \
            The article "How far to trust a finding" has the rates.
            """,
        defaultLevel: .note)
}

extension DecodingSession {
    /// Attaches what ``SuspicionDetector`` reads beside the standard metrics: varentropy, what was
    /// overruled, and the most probable alternatives.
    public mutating func attachSuspicionMetrics() {
        attach(VarentropyObserver())
        attach(OverruledObserver())
        attach(AlternativesObserver(count: 4))
    }
}

extension SuspicionDetector {
    /// The units whose score reaches the model's limits.
    ///
    /// They have a confidence, and are warnings where the score says so, only if the weights were fitted on
    /// this model and language; otherwise there are as many as ``unfittedLimit``.
    ///
    /// - Parameters:
    ///   - trace: See ``scores(of:over:)``.
    ///   - source: The document with its tree.
    ///   - path: The document's path.
    ///   - tokenText: The text of a token's id, for alternatives.
    /// - Returns: The findings in the order of the text, without fingerprints.
    /// - Complexity: That of ``scores(of:over:)``.
    public func findings(
        of trace: TokenTrace, over source: SyntaxSource, path: String,
        tokenText: (Int) -> String?
    ) -> [Finding] {
        let isFitted = model.isFitted(
            toModel: trace.header.model.fingerprint, language: source.tree.language)
        let limit = isFitted ? findingLimit : min(findingLimit, unfittedLimit)
        let scores = scores(of: trace, over: source).filter { $0.score >= model.noteLimit }
            .sorted { ($1.score, $0.span.lowerBound) < ($0.score, $1.span.lowerBound) }
        return scores.prefix(limit).sorted { $0.span.lowerBound < $1.span.lowerBound }
            .map {
                finding(
                    for: $0, of: trace, path: path, isFitted: isFitted, tokenText: tokenText)
            }
    }

    private func finding(
        for score: SuspicionScore, of trace: TokenTrace, path: String, isFitted: Bool,
        tokenText: (Int) -> String?
    ) -> Finding {
        let token = trace.tokens[score.dearest.rawValue]
        let cost = trace.metrics.column(named: "surprisal")?[score.dearest.rawValue]?.number ?? 0
        var alternatives: [Finding.Evidence.Alternative] = []
        if let ids = trace[.alternatives]?[score.dearest],
            let shares = trace[.alternativeProbabilities]?[score.dearest]
        {
            for (id, share) in zip(ids.values, shares.values) where id != token.id {
                guard let text = tokenText(id) else { continue }
                alternatives.append(.init(text: text, probability: share))
            }
        }
        let quoted = TerminalText.quoted(token.text, width: 40)
        var message = "\(quoted) cost \(Self.short(cost)) nats here"
        if let first = alternatives.first {
            message +=
                "; the model expected \(TerminalText.quoted(first.text, width: 40)) "
                + "(\(Self.short(100 * first.probability)) %)"
        }
        let shown = [
            "surprisal.mean", "surprisal.max", "entropy.mean", "closeness.mean", "overruled.max",
            "lead.max", "change.neighbours",
        ]
        var metrics = ["score": score.score]
        for name in shown {
            let spelled = String(name.map { $0 == "." ? "_" : $0 })
            if let value = score.features[name] { metrics[spelled] = value }
        }
        return Finding(
            ruleID: Finding.Rule.suspiciousCode.id, message: message + ".",
            level: isFitted && score.score >= model.warningLimit ? .warning : .note, path: path,
            byteRange: score.span, properties: ["token": .integer(score.dearest.rawValue)],
            tokens: score.tokens,
            evidence: Finding.Evidence(metrics: metrics, alternatives: alternatives),
            confidence: isFitted ? score.score : nil)
    }

    /// With one digit after the point.
    static func short(_ value: Double) -> String {
        let tenths = Int((min(1e6, max(-1e6, value)) * 10).rounded())
        return "\(tenths / 10).\(abs(tenths) % 10)"
    }
}
