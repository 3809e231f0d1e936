public import ScopeTrace

/// Occlusion (Zeiler and Fergus, 2014) with a window that slides over the tokens: what the objective
/// loses when the window's tokens are not there; signed.
///
/// A token's score is the mean over the windows that hold it. A window of one token is
/// ``LeaveOneOut``.
public struct WindowedOcclusion: AttributionMethod {
    /// Which number is measured.
    public var objective: AttributionObjective
    /// What it means that a token is not there.
    public var replacement: TokenReplacement
    /// Tokens of a window.
    public var width: Int
    /// Tokens by which the window moves on; at most ``width``, so that every token is in one.
    public var stride: Int

    /// The method's name.
    public var name: String { "windowed-occlusion-\(replacement.rawValue)" }

    /// Creates the method, by default of the log-probability, with zeros and windows of 3 tokens.
    public init(
        _ objective: AttributionObjective = .logProbability,
        replacement: TokenReplacement = .zero, width: Int = 3, stride: Int = 1
    ) {
        self.objective = objective
        self.replacement = replacement
        self.width = width
        self.stride = stride
    }

    /// Explains predictions.
    ///
    /// Windows begin at the text's first token; the last is cut off at the target, so each target has
    /// windows of its own where `stride` is more than 1.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: One attribution a target, signed.
    /// - Throws: ``AttributionFailure``.
    /// - Complexity: For every window before the last target, the rows from its beginning on; all as
    ///   lanes over one cache.
    public func attribute(
        _ targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> [Attribution] {
        guard width > 0 else { throw .invalidSetting(name: "width", reason: "must be at least 1") }
        guard (1...width).contains(stride) else {
            throw .invalidSetting(name: "stride", reason: "must be from 1 to the width")
        }
        let checked = try text.checked(targets)
        let rows = (checked.map(\.row).max() ?? -1) + 1
        // What stands behind a target has no part in it: a window may reach past it.
        let windows = Swift.stride(from: 0, to: rows, by: stride).map {
            Array($0..<min($0 + width, rows))
        }
        let losses = try text.losses(objective, checked, replacement, without: windows)
        return checked.enumerated().map { index, target in
            var sums = Array(repeating: 0.0, count: target.row + 1)
            var counts = Array(repeating: 0.0, count: target.row + 1)
            for (window, losses) in zip(windows, losses) {
                for token in window where token <= target.row {
                    sums[token] += losses[index] ?? 0
                    counts[token] += 1
                }
            }
            return Attribution(
                method: name,
                settings: [
                    "objective": objective.rawValue, "width": String(width),
                    "stride": String(stride),
                ].merging(target.settings) { $1 },
                target: target.token, targetID: target.id,
                scores: zip(sums, counts).map { $1 > 0 ? $0 / $1 : 0 }, isSigned: true)
        }
    }
}
