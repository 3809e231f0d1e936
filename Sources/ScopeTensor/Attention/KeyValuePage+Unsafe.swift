/// Keys and values of a few consecutive positions of a sequence, over all layers and heads.
///
/// A head's keys lie side by side, `headDimension × rowCount`, so that a vector register holds the
/// same component of several keys and scores need no sums across a register. Its values follow as
/// rows, `rowCount × valueDimension`.
///
/// Thread safety: whoever shares pages must not write rows that others read; rows are written
/// before they are declared complete, and never again.
@safe
public final class KeyValuePage<Scalar: TensorScalar>: @unchecked Sendable {
    /// Positions a page holds.
    public static var rowCount: Int { 32 }

    private let layerCount: Int
    let headCount: Int
    let headDimension: Int
    let valueDimension: Int
    private nonisolated(unsafe) let scalars: UnsafeMutablePointer<Scalar>

    /// Scalars in a page of a shape.
    public static func scalarCount(
        layerCount: Int, headCount: Int, headDimension: Int, valueDimension: Int
    ) -> Int {
        layerCount * headCount * rowCount * (headDimension + valueDimension)
    }

    /// Makes a page of zeros.
    ///
    /// - Parameters:
    ///   - layerCount: decoder blocks.
    ///   - headCount: key-value heads a block.
    ///   - headDimension: scalars of a key.
    ///   - valueDimension: scalars of a value.
    /// - Complexity: O(scalars).
    public init(layerCount: Int, headCount: Int, headDimension: Int, valueDimension: Int) {
        self.layerCount = layerCount
        self.headCount = headCount
        self.headDimension = headDimension
        self.valueDimension = valueDimension
        let count = Self.scalarCount(
            layerCount: layerCount, headCount: headCount, headDimension: headDimension,
            valueDimension: valueDimension)
        // 64 bytes: a cache line, and the widest vector register.
        let byteCount = count * MemoryLayout<Scalar>.stride
        let raw = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
        // Zeros of either scalar are zero bytes, which are written without looking the scalar up.
        unsafe raw.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        unsafe scalars = raw.bindMemory(to: Scalar.self, capacity: count)
    }

    /// Makes a page of its own that begins with the first rows of another.
    ///
    /// - Parameters:
    ///   - other: the page to copy.
    ///   - rows: how many rows count; what lies in the others is of no meaning.
    /// - Complexity: O(scalars).
    public convenience init(copying other: KeyValuePage, rows: Int) {
        self.init(
            layerCount: other.layerCount, headCount: other.headCount,
            headDimension: other.headDimension, valueDimension: other.valueDimension)
        for layer in 0..<layerCount {
            for head in 0..<headCount {
                // Keys lie side by side, so all of them go along.
                unsafe keys(layer: layer, head: head).update(
                    from: other.keys(layer: layer, head: head),
                    count: headDimension * Self.rowCount)
                unsafe values(layer: layer, head: head).update(
                    from: other.values(layer: layer, head: head), count: rows * valueDimension)
            }
        }
    }

    deinit {
        unsafe scalars.deallocate()
    }

    /// Writes one position of one layer.
    ///
    /// - Parameters:
    ///   - layer: the decoder block.
    ///   - row: the position within the page.
    ///   - keys: heads × head dimension.
    ///   - values: heads × value dimension.
    /// - Complexity: O(values).
    @specialized(where Scalar == Float)
    public func write(layer: Int, row: Int, keys: Span<Scalar>, values: Span<Scalar>) {
        precondition(
            keys.count == headCount * headDimension && values.count == headCount * valueDimension,
            "keys and values have another shape than the cache")
        precondition((0..<Self.rowCount).contains(row), "a page has no such row")
        unsafe keys.withUnsafeBufferPointer { keys in
            unsafe values.withUnsafeBufferPointer { values in
                for head in 0..<headCount {
                    let key = unsafe self.keys(layer: layer, head: head) + row
                    for i in 0..<headDimension {
                        unsafe key[i * Self.rowCount] = keys[head * headDimension + i]
                    }
                    let value = unsafe self.values(layer: layer, head: head)
                    for i in 0..<valueDimension {
                        unsafe value[row * valueDimension + i] = values[head * valueDimension + i]
                    }
                }
            }
        }
    }

    /// Keys of a head as rows, `rows.count × headDimension`.
    ///
    /// - Parameters:
    ///   - layer: the decoder block.
    ///   - head: the key-value head.
    ///   - rows: the positions within the page.
    /// - Returns: a copy.
    /// - Complexity: O(values).
    public func keyRows(layer: Int, head: Int, rows: Range<Int>) -> [Scalar] {
        check(rows)
        let keys = unsafe keys(layer: layer, head: head)
        return rows.flatMap { row in
            (0..<headDimension).map { unsafe keys[$0 * Self.rowCount + row] }
        }
    }

    /// Values of a head as rows, `rows.count × valueDimension`.
    ///
    /// - Parameters:
    ///   - layer: the decoder block.
    ///   - head: the key-value head.
    ///   - rows: the positions within the page.
    /// - Returns: a copy.
    /// - Complexity: O(values).
    public func valueRows(layer: Int, head: Int, rows: Range<Int>) -> [Scalar] {
        check(rows)
        let start = unsafe values(layer: layer, head: head) + rows.lowerBound * valueDimension
        return unsafe Array(
            UnsafeBufferPointer(start: start, count: rows.count * valueDimension))
    }

    private func check(_ rows: Range<Int>) {
        precondition(
            rows.lowerBound >= 0 && rows.upperBound <= Self.rowCount, "a page has no such rows")
    }

    /// Where a head's keys begin.
    @unsafe
    func keys(layer: Int, head: Int) -> UnsafeMutablePointer<Scalar> {
        precondition(
            (0..<layerCount).contains(layer) && (0..<headCount).contains(head),
            "the cache has no such head")
        let block = (layer * headCount + head) * Self.rowCount
        return unsafe scalars + block * (headDimension + valueDimension)
    }

    /// Where a head's values begin: behind its keys, for they are read one after the other.
    @unsafe
    func values(layer: Int, head: Int) -> UnsafeMutablePointer<Scalar> {
        unsafe keys(layer: layer, head: head) + Self.rowCount * headDimension
    }
}
