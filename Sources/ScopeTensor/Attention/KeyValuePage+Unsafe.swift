internal import CScopeKernels

/// How a cache holds keys and values.
public enum CachePrecision: String, CaseIterable, Codable, Sendable {
    /// In the scalar the model computes in.
    case full
    /// As IEEE 754 halves, rounded to nearest when they are written; finite numbers beyond 65 504
    /// become that. Products with them are in the model's scalar.
    case float16

    /// Bytes a number takes where the model computes in `scalar`.
    public func byteCount<Scalar: TensorScalar>(of scalar: Scalar.Type) -> Int {
        switch self {
        case .full: MemoryLayout<Scalar>.size
        case .float16: 2
        }
    }
}

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
    let precision: CachePrecision
    private nonisolated(unsafe) let memory: UnsafeMutableRawPointer

    /// Bytes of a page of a shape.
    public static func byteCount(
        layerCount: Int, headCount: Int, headDimension: Int, valueDimension: Int,
        precision: CachePrecision = .full
    ) -> Int {
        layerCount * headCount * rowCount * (headDimension + valueDimension)
            * precision.byteCount(of: Scalar.self)
    }

    /// Makes a page of zeros.
    ///
    /// - Parameters:
    ///   - layerCount: decoder blocks.
    ///   - headCount: key-value heads a block.
    ///   - headDimension: scalars of a key.
    ///   - valueDimension: scalars of a value.
    ///   - precision: how they are held.
    /// - Complexity: O(scalars).
    public init(
        layerCount: Int, headCount: Int, headDimension: Int, valueDimension: Int,
        precision: CachePrecision = .full
    ) {
        self.layerCount = layerCount
        self.headCount = headCount
        self.headDimension = headDimension
        self.valueDimension = valueDimension
        self.precision = precision
        let byteCount = Self.byteCount(
            layerCount: layerCount, headCount: headCount, headDimension: headDimension,
            valueDimension: valueDimension, precision: precision)
        // 64 bytes: a cache line, and the widest vector register.
        unsafe memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
        // Zeros of every number are zero bytes, which are written without looking the scalar up.
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
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
            headDimension: other.headDimension, valueDimension: other.valueDimension,
            precision: other.precision)
        // Keys lie side by side, so all of them go along with the values' first rows.
        let scalars = headDimension * Self.rowCount + rows * valueDimension
        for layer in 0..<layerCount {
            for head in 0..<headCount {
                unsafe keys(layer: layer, head: head).copyMemory(
                    from: other.keys(layer: layer, head: head), byteCount: scalars * scalarSize)
            }
        }
    }

    deinit {
        unsafe memory.deallocate()
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
        switch precision {
        case .full:
            unsafe keys.withUnsafeBufferPointer { keys in
                unsafe values.withUnsafeBufferPointer { values in
                    unsafe place(keys, values, layer: layer, row: row)
                }
            }
        case .float16:
            let (keys, values) = (Self.halves(keys), Self.halves(values))
            unsafe keys.withUnsafeBufferPointer { keys in
                unsafe values.withUnsafeBufferPointer { values in
                    unsafe place(keys, values, layer: layer, row: row)
                }
            }
        }
    }

    /// Puts a position's numbers, as they are held, where they belong.
    private func place<Held>(
        _ keys: UnsafeBufferPointer<Held>, _ values: UnsafeBufferPointer<Held>, layer: Int, row: Int
    ) {
        for head in 0..<headCount {
            let start = unsafe self.keys(layer: layer, head: head).assumingMemoryBound(
                to: Held.self)
            for i in 0..<headDimension {
                unsafe start[i * Self.rowCount + row] = keys[head * headDimension + i]
            }
            let value = unsafe start + Self.rowCount * headDimension + row * valueDimension
            for i in 0..<valueDimension {
                unsafe value[i] = values[head * valueDimension + i]
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
        let keys = unsafe scalars(
            at: keys(layer: layer, head: head), count: headDimension * Self.rowCount)
        return rows.flatMap { row in (0..<headDimension).map { keys[$0 * Self.rowCount + row] } }
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
        let first = Self.rowCount * headDimension + rows.lowerBound * valueDimension
        return unsafe scalars(
            at: keys(layer: layer, head: head) + first * scalarSize,
            count: rows.count * valueDimension)
    }

    /// Numbers of the page, widened to the model's scalar.
    private func scalars(at start: UnsafeRawPointer, count: Int) -> [Scalar] {
        switch precision {
        case .full:
            return unsafe Array(
                UnsafeBufferPointer(
                    start: start.assumingMemoryBound(to: Scalar.self), count: count))
        case .float16:
            let functions = KernelLevel.best.kernels.functions
            let values = unsafe [Float](unsafeUninitializedCapacity: count) { buffer, filled in
                if let to = buffer.baseAddress {
                    unsafe functions.widen(TSCOPE_F16, start, count, to)
                }
                filled = count
            }
            return values.map { Scalar($0) }
        }
    }

    /// Numbers as halves: the kernels of all levels agree to the bit.
    private static func halves(_ values: Span<Scalar>) -> [UInt16] {
        let functions = KernelLevel.best.kernels.functions
        let count = values.count
        return unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { singles in
            for index in 0..<count {
                unsafe singles.initializeElement(at: index, to: Float(values[index]))
            }
            return unsafe [UInt16](unsafeUninitializedCapacity: count) { buffer, filled in
                if let to = buffer.baseAddress, let from = singles.baseAddress {
                    unsafe functions.narrow(from, count, to)
                }
                filled = count
            }
        }
    }

    private var scalarSize: Int { precision.byteCount(of: Scalar.self) }

    private func check(_ rows: Range<Int>) {
        precondition(
            rows.lowerBound >= 0 && rows.upperBound <= Self.rowCount, "a page has no such rows")
    }

    /// Where a head's keys begin, and behind them its values, for they are read one after the other.
    @unsafe
    func keys(layer: Int, head: Int) -> UnsafeMutableRawPointer {
        precondition(
            (0..<layerCount).contains(layer) && (0..<headCount).contains(head),
            "the cache has no such head")
        let block = (layer * headCount + head) * Self.rowCount
        return unsafe memory + block * (headDimension + valueDimension) * scalarSize
    }
}
