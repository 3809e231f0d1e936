/// How much of a row of numbers a trace takes in.
public enum RowDetail: Hashable, Sendable {
    /// Every number.
    case full
    /// The largest ones, with the tokens they belong to and the sum of the rest.
    case top(Int)

    /// Bytes that a row of `count` numbers takes in a trace.
    func byteCount(of count: Double) -> Double {
        let overhead = 48.0
        switch self {
        case .full: return overhead + 8 * count
        case .top(let most): return 2 * overhead + 16 * min(Double(most), count)
        }
    }

    /// Bytes that the rows of a sequence's tokens take, each over the tokens before it.
    func byteCount(tokens: Int, rows: Int) -> Double {
        // The mean length; that of the longest rows where few are wanted, which may be the last.
        let length = rows < tokens ? Double(tokens) : Double(tokens) / 2
        return Double(rows) * byteCount(of: length)
    }
}
