/// The rows of a lower triangle, row `r` of `r + 1` numbers, as a value that only grows.
///
/// Rows lie in pages of some rows each. A copy shares all pages; the next row that either appends copies
/// the last page only.
struct TriangleRows: Sendable {
    static var pageRows: Int { 32 }

    private(set) var count = 0
    private(set) var pages: [[Float]] = []

    /// Bytes that that many rows take.
    static func byteCount(rows: Int) -> Double {
        2 * Double(rows) * Double(rows + pageRows)
    }

    /// Where a row begins in its page.
    static func start(ofRow row: Int) -> Int {
        let first = row / pageRows * pageRows
        return (row - first) * (first + row + 1) / 2
    }

    /// Appends the next row.
    mutating func append(_ row: [Double]) {
        precondition(row.count == count + 1, "row r of a triangle has r + 1 numbers")
        if count.isMultiple(of: Self.pageRows) {
            var page: [Float] = []
            let last = count + Self.pageRows - 1
            page.reserveCapacity(Self.start(ofRow: last) + last + 1)
            pages.append(page)
        }
        for value in row { pages[pages.count - 1].append(Float(value)) }
        count += 1
    }

    /// One number of a row.
    subscript(row: Int, column: Int) -> Float {
        pages[row / Self.pageRows][Self.start(ofRow: row) + column]
    }

    /// Some product of weights, one for each row, with the rows: `sum[c] = Σ_r weights[r] · self[r, c]`.
    ///
    /// - Complexity: O(rows²).
    func sum(weightedBy weights: [Double]) -> [Double] {
        precondition(weights.count == count, "a weight for each row")
        var sums = [Double](repeating: 0, count: count)
        for (number, page) in pages.enumerated() {
            let first = number * Self.pageRows
            for row in first..<min(first + Self.pageRows, count) where weights[row] != 0 {
                let start = Self.start(ofRow: row)
                Self.add(page.span.extracting(start..<start + row + 1), weights[row], to: &sums)
            }
        }
        return sums
    }

    private static func add(_ row: Span<Float>, _ weight: Double, to sums: inout [Double]) {
        var all = sums.mutableSpan
        for place in row.indices { all[place] += weight * Double(row[place]) }
    }
}
