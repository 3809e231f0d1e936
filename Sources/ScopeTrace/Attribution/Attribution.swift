/// How much each token of a text had to do with the prediction of one token, by a named method.
public struct Attribution: Hashable, Codable, Sendable {
    /// The method by its definition, such as "fisher".
    public var method: String

    /// What the method was asked for, by name, such as `["rank": "4"]`.
    public var settings: [String: String]

    /// The token whose prediction is explained.
    public var target: TokenIndex

    /// The id whose prediction is explained; that of the token itself unless another was asked for.
    public var targetID: Int

    /// One score for each token before the target, in order.
    ///
    /// Tokens from the target on have no part in its prediction and no score.
    public var scores: [Double]

    /// Whether a score says for or against by its sign; otherwise scores are 0 or more.
    public var isSigned: Bool

    /// What says how far the scores can be trusted, by name, such as the completeness gap of an
    /// integral.
    public var diagnostics: [String: Double]

    /// Makes an attribution.
    public init(
        method: String, settings: [String: String] = [:], target: TokenIndex, targetID: Int,
        scores: [Double], isSigned: Bool, diagnostics: [String: Double] = [:]
    ) {
        self.method = method
        self.settings = settings
        self.target = target
        self.targetID = targetID
        self.scores = scores
        self.isSigned = isSigned
        self.diagnostics = diagnostics
    }
}
