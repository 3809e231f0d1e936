public import ScopeCode
public import ScopeDecoding
internal import ScopeMetrics
public import ScopeReports
public import ScopeTrace

extension Finding.Rule {
    /// A string that looks random but does not surprise the model; see ``SecretsDetector``.
    public static let memorisedSecret = Finding.Rule(
        id: "memorised-secret", name: "MemorisedSecret",
        summary: "The model knows this random-looking string by heart.",
        help: """
            A string that looks random by its characters can only be predicted by a model that has seen it, so it was \
            in the training data, perhaps often, and whoever asks the model can get at it. If it is a key, take it \
            out of use; if the model wrote it, do not ship it.
            The numbers are the four token-level characteristics of DESEC (arXiv 2410.08858) and the entropy of the \
            characters against that of the tokens. The confidence is the probability that a random string with \
            these numbers was planted in the training data, among as many that were as were not; there is none, and no \
            warning, where the weights were fitted for another model or language. The article "How far to trust a \
            finding" has the rates. Learned strings need not be secrets: published test vectors and \
            check sums are learned, too. What a model never saw, or saw once, is not found: a search for secrets by \
            their form is another tool.
            Reports show the first characters of the string and its length only.
            """,
        defaultLevel: .warning)
}

extension DecodingSession {
    /// Attaches what ``SecretsDetector`` reads beside the standard metrics: the two most probable
    /// alternatives.
    public mutating func attachSecretMetrics() { attach(AlternativesObserver(count: 2)) }
}

extension SecretsDetector {
    /// The strings whose score reaches the model's limits.
    ///
    /// The message has the first characters and the length; reports conceal the rest of the string in what
    /// they show of the file. Findings have a confidence, and are warnings where the score says so, only if the
    /// weights were fitted on this model and language.
    ///
    /// - Parameters:
    ///   - trace: See ``scores(of:over:)``.
    ///   - source: The document with its tree.
    ///   - path: The document's path.
    /// - Returns: The findings in the order of the text, without fingerprints.
    /// - Complexity: That of ``scores(of:over:)``.
    public func findings(
        of trace: TokenTrace, over source: SyntaxSource, path: String
    ) -> [Finding] {
        let isFitted = model.isFitted(
            toModel: trace.header.model.fingerprint, language: source.tree.language)
        return scores(of: trace, over: source).filter { $0.score >= model.noteLimit }.map { score in
            var metrics = ["score": score.score]
            for (name, value) in zip(SecretSignals.names, score.signals.values) {
                metrics[String(name.map { $0 == "." ? "_" : $0 })] = value
            }
            let shown = Self.shownCount(ofLength: score.span.count)
            let cost = SuspicionDetector.short(score.signals["surprisal"] ?? 0)
            let entropy = SuspicionDetector.short(
                SecretSignals.characterEntropy(of: source.text[score.span].prefix(lengthLimit)))
            return Finding(
                ruleID: Finding.Rule.memorisedSecret.id,
                message:
                    "The model knows \(Self.masked(source.text[score.span])) by heart: its "
                    + "characters have an entropy of \(entropy) nats, it cost \(cost) nats each.",
                level: isFitted && score.score >= model.warningLimit ? .warning : .note,
                path: path,
                byteRange: score.span, tokens: score.tokens,
                evidence: Finding.Evidence(metrics: metrics),
                confidence: isFitted ? score.score : nil,
                concealed: [score.span.lowerBound + shown..<score.span.upperBound])
        }
    }

    /// Characters of a secret that may be shown: an eighth of it, at most four.
    static func shownCount(ofLength length: Int) -> Int { min(4, length / 8) }

    /// A secret as a report may show it: its first characters and its length.
    ///
    /// - Parameter secret: The secret's bytes.
    /// - Returns: Such as `"AKIA…" (20 characters)`; signs other than letters and digits are not shown.
    public static func masked(_ secret: some Collection<UInt8>) -> String {
        let shown = secret.prefix(shownCount(ofLength: secret.count)).filter {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        }
        return "\"\(String(decoding: shown, as: UTF8.self))…\" (\(secret.count) characters)"
    }
}
