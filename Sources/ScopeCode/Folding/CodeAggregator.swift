public import ScopeTrace

/// Folds what was measured of tokens over the syntax of the text they spell.
///
/// Any metric of numbers, of anybody's, is drawn together at every level from nodes to files. A token
/// counts where its bytes lie, with its share of them, so what the units of a level own sums to the whole.
/// A token without bytes counts whole at the deepest node at its offset; special tokens and text outside
/// the documents count outside. The model is never asked: it works on a trace that is read back, too.
///
/// ```swift
/// let report = CodeAggregator(levels: [.definition, .line]).report(of: trace, over: [source])
/// let surprisal = report[.definition]?.column(named: "surprisal")
/// ```
public struct CodeAggregator: Sendable {
    /// The levels, in the report's order.
    public var levels: [SyntaxLevel]
    /// The metrics by name; nil for every column of numbers.
    public var metrics: [String]?
    /// Quantiles of what each unit covers, from 0 to 1; none by default, as they need sorting.
    ///
    /// The quantile *q* is the least value such that values up to it hold at least *q* of the weight.
    public var quantiles: [Double]
    /// How intervals of means are drawn; nil for none.
    public var bootstrap: Bootstrap?
    /// Which tokens count.
    public var isIncluded: @Sendable (TokenRecord) -> Bool

    /// Makes an aggregator.
    ///
    /// - Parameters:
    ///   - levels: The levels, in the report's order.
    ///   - metrics: The metrics by name; nil for every column of numbers.
    ///   - quantiles: Quantiles of what each unit covers, from 0 to 1.
    ///   - bootstrap: How intervals of means are drawn; nil for none.
    ///   - isIncluded: Which tokens count; by default all, the prompt's too.
    public init(
        levels: [SyntaxLevel] = SyntaxLevel.allCases, metrics: [String]? = nil,
        quantiles: [Double] = [], bootstrap: Bootstrap? = nil,
        isIncluded: @escaping @Sendable (TokenRecord) -> Bool = { _ in true }
    ) {
        precondition(
            quantiles.allSatisfy { (0...1).contains($0) }, "a quantile is from 0 to 1")
        self.levels = levels
        self.metrics = metrics
        self.quantiles = quantiles
        self.bootstrap = bootstrap
        self.isIncluded = isIncluded
    }

    /// Folds a trace.
    ///
    /// - Parameters:
    ///   - trace: The trace.
    ///   - sources: Its documents with their trees; each belongs to another region.
    ///   - map: How the sequence relates to the documents; by default as the trace says.
    /// - Returns: The report, whose regions and folds stand in the order of `sources` and ``levels``.
    /// - Complexity: O(bytes + levels × metrics × (tokens + nodes)), and with quantiles and intervals
    ///   O(tokens × depth) more for each, times the logarithm or the replicates.
    public func report(
        of trace: TokenTrace, over sources: [SyntaxSource], map: DocumentMap? = nil
    ) -> SyntaxReport {
        let layout = SyntaxLayout(sources, trace: trace, map: map ?? trace.documents)
        let included = trace.tokens.map(isIncluded)
        let columns = MetricValues.columns(of: trace, named: metrics, included: included)
        let alignment = layout.alignment
        let folds = zip(levels, layout.units(of: levels)).map { level, units in
            let folder = LevelFolder(units: units, alignment: alignment, included: included)
            return SyntaxFold(
                level: level, units: units.units,
                columns: columns.map {
                    folder.fold($0, quantiles: quantiles, bootstrap: bootstrap)
                },
                quantiles: quantiles)
        }
        return SyntaxReport(
            regions: layout.regions, folds: folds,
            whole: columns.map { column in
                SyntaxTotal(name: column.name, statistic: column.statistic { _ in 1 })
            },
            outside: columns.map { column in
                SyntaxTotal(
                    name: column.name, statistic: column.statistic { alignment.outside[$0] })
            })
    }

    /// How each token lies to the leaves it touches, in the order of the text.
    ///
    /// Bytes that no leaf covers, such as blanks, have no match; see ``classes(of:over:map:)``.
    ///
    /// - Parameters:
    ///   - trace: The trace.
    ///   - sources: Its documents with their trees.
    ///   - map: How the sequence relates to the documents; by default as the trace says.
    /// - Returns: For each token its matches, those with the most of its bytes first, then in the order of
    ///   the text.
    /// - Complexity: O(bytes + nodes + matches).
    public func matches(
        of trace: TokenTrace, over sources: [SyntaxSource], map: DocumentMap? = nil
    ) -> [[LeafMatch]] {
        let map = map ?? trace.documents
        let layout = SyntaxLayout(sources, trace: trace, map: map)
        return trace.tokens.map { layout.matches(of: $0, map: map) }
    }

    /// What each token is, in the words of TokenScope: the class of the bytes that most of it lies in.
    ///
    /// - Parameters:
    ///   - trace: The trace.
    ///   - sources: Its documents with their trees.
    ///   - map: How the sequence relates to the documents; by default as the trace says.
    /// - Returns: For each token its class, nil for one outside the documents. Of equal parts the first
    ///   that is no blank decides.
    /// - Complexity: O(bytes + nodes).
    public func classes(
        of trace: TokenTrace, over sources: [SyntaxSource], map: DocumentMap? = nil
    ) -> [SyntaxClass?] {
        let layout = SyntaxLayout(sources, trace: trace, map: map ?? trace.documents)
        let classes = sources.indices.flatMap { layout.classes(of: $0) }
        let alignment = layout.alignment
        return trace.tokens.indices.map { token in
            var best: (class: SyntaxClass, share: Double)?
            for share in alignment.shares(of: token) {
                let here = classes[Int(alignment.shareSegments[share])]
                let weight = alignment.shareWeights[share]
                guard let last = best else {
                    best = (here, weight)
                    continue
                }
                let isBlank = last.class.category == "fill"
                // A blank before a word is no more than where the word begins.
                if here.category != "fill", isBlank || weight > last.share + 1e-12 {
                    best = (here, weight)
                }
            }
            return best?.class
        }
    }
}
