internal import ScopeTensor

/// Keys and values of a few consecutive positions, over all layers: `[layer][key, value][head][row]`
/// rows of a head's width.
///
/// Thread safety: a page is written only by the cache that is its sole owner, and only in rows that
/// no cache has declared complete (see ``KVCache/reserve(_:)``); rows below are never written again.
@safe
final class KVPage<Scalar: TensorScalar>: @unchecked Sendable {
    private let shape: CacheShape
    private nonisolated(unsafe) let scalars: UnsafeMutablePointer<Scalar>

    /// Scalars in a page.
    static func scalarCount(_ shape: CacheShape) -> Int {
        shape.layerCount * 2 * shape.headCount * KVCache<Scalar>.pageRows * shape.headDimension
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
        let width = shape.headDimension
        for block in 0..<shape.layerCount * 2 * shape.headCount {
            let offset = block * KVCache<Scalar>.pageRows * width
            unsafe (scalars + offset).update(from: other.scalars + offset, count: rows * width)
        }
    }

    deinit {
        unsafe scalars.deallocate()
    }

    private func offset(layer: Int, part: Int, head: Int, row: Int) -> Int {
        let block = (layer * 2 + part) * shape.headCount + head
        return (block * KVCache<Scalar>.pageRows + row) * shape.headDimension
    }

    func write(layer: Int, row: Int, keys: Span<Scalar>, values: Span<Scalar>) {
        let width = shape.headDimension
        precondition(
            keys.count == shape.headCount * width && values.count == keys.count,
            "keys and values have another shape than the cache")
        precondition(layer < shape.layerCount && row < KVCache<Scalar>.pageRows)
        for head in 0..<shape.headCount {
            let source = head * width
            unsafe keys.withUnsafeBufferPointer { buffer in
                let target = unsafe scalars + offset(layer: layer, part: 0, head: head, row: row)
                unsafe target.update(
                    from: buffer.baseAddress.unsafelyUnwrapped + source, count: width)
            }
            unsafe values.withUnsafeBufferPointer { buffer in
                let target = unsafe scalars + offset(layer: layer, part: 1, head: head, row: row)
                unsafe target.update(
                    from: buffer.baseAddress.unsafelyUnwrapped + source, count: width)
            }
        }
    }

    /// The first `rows` keys of a head, `rows × headDimension`.
    @_lifetime(borrow self)
    func keys(layer: Int, head: Int, rows: Int) -> Span<Scalar> {
        span(layer: layer, part: 0, head: head, rows: rows)
    }

    /// The first `rows` values of a head, `rows × headDimension`.
    @_lifetime(borrow self)
    func values(layer: Int, head: Int, rows: Int) -> Span<Scalar> {
        span(layer: layer, part: 1, head: head, rows: rows)
    }

    @_lifetime(borrow self)
    private func span(layer: Int, part: Int, head: Int, rows: Int) -> Span<Scalar> {
        precondition(
            layer < shape.layerCount && head < shape.headCount && rows <= KVCache<Scalar>.pageRows)
        let span = unsafe Span(
            _unsafeStart: scalars + offset(layer: layer, part: part, head: head, row: 0),
            count: rows * shape.headDimension)
        return unsafe _overrideLifetime(span, borrowing: self)
    }
}
