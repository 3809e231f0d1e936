internal import ScopeTensor

/// Rows of equal width, as a value that only grows.
///
/// Rows lie in pages of some rows each. A copy shares all pages; the next row that either appends copies
/// the last page only.
struct PagedRows: Sendable {
    static var pageRows: Int { 32 }

    private(set) var count = 0
    private var pages: [[Float]] = []
    private var width = 0

    /// Bytes that that many rows take.
    static func byteCount(rows: Int, width: Int) -> Double {
        4 * Double(rows + pageRows) * Double(width)
    }

    /// Appends the next row.
    mutating func append(_ row: Span<Float>) {
        if count == 0 { width = row.count }
        precondition(row.count == width, "rows are equally wide")
        if count.isMultiple(of: Self.pageRows) {
            var page: [Float] = []
            page.reserveCapacity(Self.pageRows * width)
            pages.append(page)
        }
        for place in row.indices { pages[pages.count - 1].append(row[place]) }
        count += 1
    }

    /// Some rows one after the other.
    func rows(_ range: Range<Int>) -> Tensor<Float> {
        var values: [Float] = []
        values.reserveCapacity(range.count * width)
        for row in range {
            let start = row % Self.pageRows * width
            values += pages[row / Self.pageRows][start..<start + width]
        }
        return Tensor(rows: range.count, columns: width, values: values)
    }

    /// One row, widened.
    subscript(row: Int) -> [Double] {
        let start = row % Self.pageRows * width
        return pages[row / Self.pageRows][start..<start + width].map { Double($0) }
    }
}
