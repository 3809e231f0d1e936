public import ScopeTrace

/// A trace and the document in it whose tree is compared.
public struct TracedSource: Sendable {
    /// The trace.
    public var trace: TokenTrace
    /// A document of it with its tree.
    public var source: SyntaxSource

    /// Makes a pair.
    ///
    /// - Parameters:
    ///   - trace: The trace.
    ///   - source: A document of it with its tree.
    public init(_ trace: TokenTrace, _ source: SyntaxSource) {
        self.trace = trace
        self.source = source
    }
}

extension CodeAggregator {
    /// What replacing a token did to each construct after it that stands in both texts.
    ///
    /// Constructs are partners by ``/ScopeTrace/SyntaxDifference``; those before the first byte in which
    /// the texts differ, and those that reach over it, are left out.
    ///
    /// - Parameters:
    ///   - metric: The metric's name.
    ///   - first: The text as it was.
    ///   - second: The text with the replacement, of the same language.
    ///   - level: The level of the constructs, one of nodes.
    /// - Returns: The effects, the largest change first.
    /// - Complexity: That of a fold of each, and of their difference.
    public func effects(
        on metric: String, from first: TracedSource, to second: TracedSource,
        level: SyntaxLevel = .statement
    ) -> [SyntaxEffect] {
        precondition(level.isNested, "constructs are nodes")
        let difference = SyntaxDifference(from: first.source, to: second.source)
        let shared = zip(first.source.text, second.source.text)
        let start =
            shared.enumerated().first { $1.0 != $1.1 }?.offset
            ?? min(first.source.text.count, second.source.text.count)
        var single = self
        single.levels = [level]
        single.metrics = [metric]
        let folds = [first, second].map {
            single.report(of: $0.trace, over: [$0.source]).folds[0]
        }
        guard let before = folds[0].columns.first, let after = folds[1].columns.first else {
            return []
        }
        var places: [Int: Int] = [:]
        for (place, unit) in folds[1].units.enumerated() {
            if let node = unit.node { places[node] = place }
        }
        var effects: [SyntaxEffect] = []
        for (place, unit) in folds[0].units.enumerated() {
            guard let node = unit.node, let span = unit.span, span.lowerBound >= start,
                let partner = difference.partners[node], let other = places[partner],
                let old = before.total[place].mean, let new = after.total[other].mean,
                !(new - old).isNaN
            else { continue }
            effects.append(
                SyntaxEffect(first: unit, second: folds[1].units[other], before: old, after: new))
        }
        let order = effects.indices.sorted {
            (-abs(effects[$0].change), $0) < (-abs(effects[$1].change), $1)
        }
        return order.map { effects[$0] }
    }
}
