public import ScopeFiles
public import ScopeTrace

/// Writes a trace's rows of numbers, such as attention, as a safetensors file for numerical tools.
///
/// Each metric that is a row a token becomes a tensor of its name, type `F32`, shape `[tokens, longest]`:
/// row `i` is that of token `i`, filled up with zeros. Beside it, `NAME.lengths` of shape `[tokens]` says
/// how many numbers each row has, −1 where the token has none. `ids` of shape `[tokens]` holds the token
/// ids (exact below 2²⁴). Where they are asked for, metrics of numbers become tensors of shape `[tokens]`, with
/// NaN for a token that has none. The metadata name the `format`, the unit of each metric under its name, the
/// `model` and the library's `version`.
public struct TensorReport {
    /// Whether metrics of numbers are written, too, and not rows alone.
    public var hasNumbers = false

    private let trace: TokenTrace
    private let isIncluded: (String) -> Bool

    /// Makes a report.
    ///
    /// - Parameters:
    ///   - trace: The trace.
    ///   - isIncluded: Says of a metric's name whether it is written; by default all are.
    public init(
        of trace: TokenTrace, including isIncluded: @escaping (String) -> Bool = { _ in true }
    ) {
        self.trace = trace
        self.isIncluded = isIncluded
    }

    /// Writes the file, in one step in place of one that is there.
    ///
    /// - Parameter path: Where to.
    /// - Throws: `FileError.unwritable`; what was there before is then as it was.
    /// - Complexity: O(tokens × longest row × metrics); one metric's tensor is in memory at a time.
    public func write(to path: String) throws(FileError) {
        var writer = SafetensorsWriter()
        writer.metadata = [
            "format": "tokenscope-rows-1", "model": trace.header.model.name,
            "version": trace.header.libraryVersion,
        ]
        let count = trace.tokens.count
        let ids = trace.tokens.map { Float($0.id) }
        writer.add("ids", shape: [count]) { ids }
        for column in trace.metrics.columns
        where hasNumbers && column.name != "ids" && isIncluded(column.name) {
            guard let numbers = column.numbers else { continue }
            writer.metadata[column.name] = column.unit.rawValue
            writer.add(column.name, shape: [count]) { numbers.map { Float($0 ?? .nan) } }
        }
        for column in trace.metrics.columns where column.kind == .row && isIncluded(column.name) {
            let lengths = (0..<count).map { Self.row(column, $0)?.count ?? -1 }
            let width = max(0, lengths.max() ?? 0)
            writer.metadata[column.name] = column.unit.rawValue
            writer.add(column.name, shape: [count, width]) {
                var values = [Float](repeating: 0, count: count * width)
                for token in 0..<count {
                    guard let row = Self.row(column, token) else { continue }
                    for (place, value) in row.enumerated() {
                        values[token * width + place] = Float(value)
                    }
                }
                return values
            }
            writer.add(column.name + ".lengths", shape: [count]) { lengths.map { Float($0) } }
        }
        try writer.write(to: path)
    }

    private static func row(_ column: AnyMetricColumn, _ token: Int) -> [Double]? {
        guard case .row(let row)? = column[token] else { return nil }
        return row.values
    }
}
