#if canImport(Accelerate)
    import Accelerate
#else
    import CScopeBLAS
#endif
import Synchronization

/// The BLAS library that is linked: OpenBLAS, or Accelerate where the system has it.
///
/// Nothing else calls either.
enum BLAS {
    /// The library's name and version, such as `openblas-0.3.21`: sums depend on it.
    static let name: String = {
        #if canImport(Accelerate)
            // Part of the system, which tells no version of it.
            return "accelerate"
        #else
            // "OpenBLAS 0.3.21 NO_LAPACKE …": the second word is the version.
            guard let text = unsafe openblas_get_config() else { return "openblas" }
            let words = unsafe String(cString: text).split(separator: " ")
            return words.count > 1 ? "openblas-\(words[1])" : "openblas"
        #endif
    }()

    /// It may be built without protection against concurrent callers: one at a time.
    private static let lock = Mutex(())

    #if canImport(Accelerate)
        private typealias Count = CInt
    #else
        private typealias Count = blasint
    #endif

    /// A matrix that lies by rows in memory.
    @unsafe
    struct Operand {
        let start: UnsafePointer<Float>?
        /// Values from the beginning of one row to that of the next.
        let stride: Int
        /// Whether it is its transpose that is meant.
        var isTransposed = false
    }

    /// `out = alpha · a · b`, or added to it; a shape is the result's rows, its columns, and the sum's
    /// length.
    @unsafe
    static func multiply(
        _ shape: (rows: Int, columns: Int, inner: Int), _ alpha: Float, _ a: Operand, _ b: Operand,
        accumulates: Bool, into out: UnsafeMutablePointer<Float>?, stride outStride: Int
    ) {
        lock.withLock { _ in
            unsafe cblas_sgemm(
                CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans,
                b.isTransposed ? CblasTrans : CblasNoTrans, Count(shape.rows),
                Count(shape.columns), Count(shape.inner), alpha, a.start, Count(a.stride),
                b.start, Count(b.stride), accumulates ? 1 : 0, out, Count(outStride))
        }
    }
}
