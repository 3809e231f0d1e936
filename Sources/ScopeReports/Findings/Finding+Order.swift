extension Finding {
    /// The level that counts: the finding's own, or that of its rule.
    ///
    /// - Parameter rules: The rules.
    /// - Returns: The level; `warning` where the rule is not among them.
    public func level(by rules: [Rule]) -> Level {
        level ?? rules.first { $0.id == ruleID }?.defaultLevel ?? .warning
    }

    /// The places of findings in the order in which a reviewer reads them.
    ///
    /// Those a baseline knows come last; then level, confidence, where there is none the score or the divergence, path
    /// and place decide.
    ///
    /// - Parameters:
    ///   - findings: The findings.
    ///   - rules: The rules, for the levels of findings that name none.
    /// - Returns: The places, the gravest first.
    /// - Complexity: O(*n* log *n*).
    public static func gravestFirst(_ findings: [Finding], by rules: [Rule]) -> [Int] {
        findings.enumerated().map { ($0.element.gravity(by: rules), $0.offset, $0.element) }
            .sorted { left, right in
                if left.0 != right.0 { return left.0.lexicographicallyPrecedes(right.0) }
                if left.2.path != right.2.path { return left.2.path ?? "" < right.2.path ?? "" }
                let starts = [left, right].map { $0.2.byteRange?.lowerBound ?? -1 }
                return starts[0] == starts[1] ? left.1 < right.1 : starts[0] < starts[1]
            }.map(\.1)
    }

    private func gravity(by rules: [Rule]) -> [Double] {
        let grade: Double =
            switch level(by: rules) {
            case .error: 0
            case .warning: 1
            case .note: 2
            case .none: 3
            }
        let metrics = evidence.metrics
        let score = confidence ?? metrics["score"] ?? metrics["js"] ?? 0
        return [isKnown == true ? 1 : 0, grade, -(confidence ?? -1), -score]
    }
}
