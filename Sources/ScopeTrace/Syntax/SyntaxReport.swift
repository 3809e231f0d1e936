/// What was measured of a text, folded over its syntax.
public struct SyntaxReport: Equatable, Codable, Sendable {
    /// The documents that were parsed.
    public var regions: [SyntaxRegion]
    /// One fold a level, in the order that was asked for.
    public var folds: [SyntaxFold]
    /// Each metric over all tokens that counted.
    public var whole: [SyntaxTotal]
    /// Each metric over what lies in none of the regions: prose, markers, templates.
    public var outside: [SyntaxTotal]

    /// Makes a report.
    public init(
        regions: [SyntaxRegion], folds: [SyntaxFold], whole: [SyntaxTotal],
        outside: [SyntaxTotal]
    ) {
        self.regions = regions
        self.folds = folds
        self.whole = whole
        self.outside = outside
    }

    /// The fold of a level, nil where none was asked for.
    public subscript(level: SyntaxLevel) -> SyntaxFold? { folds.first { $0.level == level } }
}

/// One document of a report.
public struct SyntaxRegion: Equatable, Codable, Sendable {
    /// Its number in the trace's map of documents.
    public var number: Int
    /// Its bytes.
    public var byteCount: Int
    /// The share of its bytes, blanks left out, that fit no rule of the grammar.
    public var errorShare: Double
    /// Its tree.
    public var tree: SyntaxTree

    /// Makes a region.
    public init(number: Int, byteCount: Int, errorShare: Double, tree: SyntaxTree) {
        self.number = number
        self.byteCount = byteCount
        self.errorShare = errorShare
        self.tree = tree
    }
}

/// A metric over a whole.
public struct SyntaxTotal: Hashable, Codable, Sendable {
    /// The metric's name.
    public var name: String
    /// Its values.
    public var statistic: SyntaxStatistic

    /// Makes a total.
    public init(name: String, statistic: SyntaxStatistic) {
        self.name = name
        self.statistic = statistic
    }
}

/// The metrics of a text over the units of one level.
public struct SyntaxFold: Equatable, Codable, Sendable {
    /// The level.
    public var level: SyntaxLevel
    /// Its units: nodes in pre-order and lines in order, region by region; categories by first place.
    public var units: [SyntaxUnit]
    /// The metrics.
    public var columns: [SyntaxColumn]
    /// Which quantiles the columns hold, from 0 to 1.
    public var quantiles: [Double]

    /// Makes a fold.
    public init(
        level: SyntaxLevel, units: [SyntaxUnit], columns: [SyntaxColumn], quantiles: [Double] = []
    ) {
        self.level = level
        self.units = units
        self.columns = columns
        self.quantiles = quantiles
    }

    /// The column of a metric, nil where there is none of that name.
    ///
    /// - Parameter name: The metric's name.
    /// - Returns: The column.
    public func column(named name: String) -> SyntaxColumn? { columns.first { $0.name == name } }
}
