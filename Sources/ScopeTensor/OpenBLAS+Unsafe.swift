import CScopeBLAS
import Synchronization

/// The BLAS library that is linked.
enum OpenBLAS {
    /// The library's name and version, such as `openblas-0.3.21`: sums depend on it.
    static let name: String = {
        // "OpenBLAS 0.3.21 NO_LAPACKE …": the second word is the version.
        guard let text = unsafe openblas_get_config() else { return "openblas" }
        let words = unsafe String(cString: text).split(separator: " ")
        return words.count > 1 ? "openblas-\(words[1])" : "openblas"
    }()

    /// It may be built without protection against concurrent callers: one at a time.
    static let lock = Mutex(())

    /// `out[r, o] (+)= Σᵢ x[r, i] · matrix[o, i]`, or `matrix[i, o]` where it is not transposed.
    @unsafe
    static func multiply(
        _ x: UnsafePointer<Float>, rows: Int, stride xStride: Int, inputs: Int,
        by matrix: UnsafePointer<Float>, stride matrixStride: Int, outputs: Int,
        transposed: Bool, accumulates: Bool, into out: UnsafeMutablePointer<Float>,
        stride outStride: Int
    ) {
        lock.withLock { _ in
            unsafe cblas_sgemm(
                CblasRowMajor, CblasNoTrans, transposed ? CblasTrans : CblasNoTrans,
                blasint(rows), blasint(outputs), blasint(inputs), 1, x, blasint(xStride), matrix,
                blasint(matrixStride), accumulates ? 1 : 0, out, blasint(outStride))
        }
    }
}
