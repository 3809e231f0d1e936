internal import ScopeDecoding
public import ScopeTrace

/// Scores by chance: what every method must beat.
///
/// A function of the seed, the target and the token alone; evenly between 0 and 1.
public struct RandomAttribution: AttributionMethod {
    /// What the scores are a function of.
    public var seed: UInt64

    /// The method's name.
    public let name = "random"

    /// Creates the method.
    public init(seed: UInt64 = 0) {
        self.seed = seed
    }

    /// Gives every token before a target a score.
    ///
    /// - Parameters:
    ///   - targets: Which predictions; their ids do not matter.
    ///   - text: The text; its tokens do not matter.
    /// - Returns: One attribution a target, unsigned.
    /// - Throws: ``AttributionFailure``.
    public func attribute(
        _ targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> [Attribution] {
        let noise = CounterNoise(seed: seed)
        return try text.checked(targets).map { target in
            Attribution(
                method: name,
                settings: ["seed": String(seed)].merging(target.settings) { $1 },
                target: target.token, targetID: target.id,
                scores: (0...target.row).map { noise.uniform(index: target.row, id: $0) },
                isSigned: false)
        }
    }
}
