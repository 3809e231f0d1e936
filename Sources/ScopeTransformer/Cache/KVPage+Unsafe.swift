internal import ScopeTensor

/// Keys and values of a few consecutive positions, over all layers: `[layer][head][row]` rows of a
/// key head's width, then of a value head's.
///
/// Thread safety: a page is written only by the cache that is its sole owner, and only in rows that
/// no cache has declared complete (see ``KVCache/reserve(_:)``); rows below are never written again.
@safe
final class KVPage<Scalar: TensorScalar>: @unchecked Sendable {
    private let shape: CacheShape
    private nonisolated(unsafe) let scalars: UnsafeMutablePointer<Scalar>

    /// Scalars in a page.
    static func scalarCount(_ shape: CacheShape) -> Int {
        shape.layerCount * shape.headCount * KVCache<Scalar>.pageRows
            * (shape.headDimension + shape.valueDimension)
    }

    init(_ shape: CacheShape) {
        self.shape = shape
        let count = Self.scalarCount(shape)
        // 64 bytes: a cache line, and the widest vector register.
        let raw = UnsafeMutableRawPointer.allocate(
            byteCount: count * MemoryLayout<Scalar>.stride, alignment: 64)
        unsafe scalars = unsafe raw.bindMemory(to: Scalar.self, capacity: count)
        unsafe scalars.initialize(repeating: 0, count: count)
    }

    /// A page of its own with the first `rows` rows of another.
    convenience init(copying other: KVPage, rows: Int) {
        self.init(other.shape)
        for layer in 0..<shape.layerCount {
            for head in 0..<shape.headCount {
                for part in [Part.keys, .values] {
                    let offset = offset(part, layer: layer, head: head, row: 0)
                    unsafe (scalars + offset).update(
                        from: other.scalars + offset, count: rows * width(part))
                }
            }
        }
    }

    deinit {
        unsafe scalars.deallocate()
    }

    private enum Part {
        case keys
        case values
    }

    private func width(_ part: Part) -> Int {
        part == .keys ? shape.headDimension : shape.valueDimension
    }

    /// A head's keys and values lie side by side, for they are read one after the other.
    private func offset(_ part: Part, layer: Int, head: Int, row: Int) -> Int {
        let rows = KVCache<Scalar>.pageRows
        let block = (layer * shape.headCount + head) * rows
        let start = block * (shape.headDimension + shape.valueDimension)
        return start + (part == .keys ? 0 : rows * shape.headDimension) + row * width(part)
    }

    func write(layer: Int, row: Int, keys: Span<Scalar>, values: Span<Scalar>) {
        precondition(
            keys.count == shape.headCount * shape.headDimension
                && values.count == shape.headCount * shape.valueDimension,
            "keys and values have another shape than the cache")
        precondition(layer < shape.layerCount && row < KVCache<Scalar>.pageRows)
        for head in 0..<shape.headCount {
            write(keys, .keys, layer: layer, head: head, row: row)
            write(values, .values, layer: layer, head: head, row: row)
        }
    }

    private func write(_ source: Span<Scalar>, _ part: Part, layer: Int, head: Int, row: Int) {
        unsafe source.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            let target = unsafe scalars + offset(part, layer: layer, head: head, row: row)
            unsafe target.update(from: start + head * width(part), count: width(part))
        }
    }

    /// Some keys of a head, `rows × headDimension`.
    @_lifetime(borrow self)
    func keys(layer: Int, head: Int, rows: Range<Int>) -> Span<Scalar> {
        span(.keys, layer: layer, head: head, rows: rows)
    }

    /// Some values of a head, `rows × valueDimension`.
    @_lifetime(borrow self)
    func values(layer: Int, head: Int, rows: Range<Int>) -> Span<Scalar> {
        span(.values, layer: layer, head: head, rows: rows)
    }

    @_lifetime(borrow self)
    private func span(_ part: Part, layer: Int, head: Int, rows: Range<Int>) -> Span<Scalar> {
        precondition(
            layer < shape.layerCount && head < shape.headCount && rows.lowerBound >= 0
                && rows.upperBound <= KVCache<Scalar>.pageRows)
        let start = offset(part, layer: layer, head: head, row: rows.lowerBound)
        let span = unsafe Span(_unsafeStart: scalars + start, count: rows.count * width(part))
        return unsafe _overrideLifetime(span, borrowing: self)
    }
}
