/// How much each unit of a level had to do with each other: attention or attribution, folded over the
/// syntax at both ends.
///
/// Row and column `units.count` stand for what lies in none of the units: text outside the documents, and
/// in columns also weight whose token was not kept. So with ``Norm/sum`` all cells together are the sum
/// of all entries that went in.
public struct SyntaxMap: Hashable, Codable, Sendable {
    /// How a row's cells are scaled.
    public enum Norm: String, CaseIterable, Hashable, Codable, Sendable {
        /// Not at all: Σ share · share · entry. Sums of cells are sums of entries.
        case sum
        /// By the row's tokens: what one of its tokens gives on average, so a row of attention sums
        /// to 1.
        case mean
        /// By the sum of the sizes of the row's cells: how the row is divided.
        case share
        /// The entry of the largest size between any two of their tokens, with its sign, whole however little
        /// of a token lies there: how strong the strongest tie is. Such cells add up to nothing.
        case max
    }

    /// Which token a row of entries counts for.
    ///
    /// What a trace holds for token *t* was computed by the row of the network that reads token
    /// *t* − 1 and predicts *t*.
    public enum RowToken: String, CaseIterable, Hashable, Codable, Sendable {
        /// Token *t*: what was looked at so that this construct could be written.
        case predicted
        /// Token *t* − 1: what was looked at from this construct, as pictures of attention show it.
        case reading
    }

    /// What was folded: an attribution's method, or an attention column's name.
    public var name: String
    /// The level.
    public var level: SyntaxLevel
    /// The units of rows and columns; nodes in pre-order.
    public var units: [SyntaxUnit]
    /// How the rows are scaled.
    public var norm: Norm
    /// Which token a row of entries counted for.
    public var rowToken: RowToken
    /// Rows × columns: what row's unit took from column's; one more of each than there are units.
    public var cells: [[Double]]
    /// The tokens whose rows went into each row of cells, by share.
    public var rowWeights: [Double]

    /// Makes a map.
    public init(
        name: String, level: SyntaxLevel, units: [SyntaxUnit], norm: Norm, rowToken: RowToken,
        cells: [[Double]], rowWeights: [Double]
    ) {
        self.name = name
        self.level = level
        self.units = units
        self.norm = norm
        self.rowToken = rowToken
        self.cells = cells
        self.rowWeights = rowWeights
    }

    /// The sum of all cells.
    ///
    /// - Complexity: O(units²).
    public var sum: Double { cells.reduce(0) { $0 + $1.reduce(0, +) } }

    /// The map whose cells take in those of the units within: an `if` with all that stands in it.
    ///
    /// The cell of two roots is then the whole of their documents. For maps of sums; other norms are
    /// taken afterwards, by ``scaled(_:)``.
    ///
    /// - Returns: The map.
    /// - Complexity: O(units²).
    public func rolledUp() -> SyntaxMap {
        precondition(norm == .sum, "only sums can be added")
        var map = self
        for (index, unit) in units.enumerated().reversed() {
            guard let parent = unit.parent else { continue }
            map.rowWeights[parent] += map.rowWeights[index]
            for column in map.cells[index].indices {
                map.cells[parent][column] += map.cells[index][column]
            }
        }
        for row in map.cells.indices {
            for (index, unit) in units.enumerated().reversed() {
                if let parent = unit.parent { map.cells[row][parent] += map.cells[row][index] }
            }
        }
        return map
    }

    /// The map of sums in another norm.
    ///
    /// - Parameter norm: The norm; not ``Norm/max``, which sums do not tell.
    /// - Returns: The map; rows without tokens or entries stay zero.
    /// - Complexity: O(units²).
    public func scaled(_ norm: Norm) -> SyntaxMap {
        precondition(self.norm == .sum && norm != .max, "only sums can be scaled")
        var map = self
        map.norm = norm
        for row in cells.indices {
            let divisor =
                switch norm {
                case .sum, .max: 1.0
                case .mean: rowWeights[row]
                case .share: cells[row].reduce(0) { $0 + abs($1) }
                }
            guard divisor > 0, divisor.isFinite else { continue }
            for column in cells[row].indices { map.cells[row][column] /= divisor }
        }
        return map
    }
}
