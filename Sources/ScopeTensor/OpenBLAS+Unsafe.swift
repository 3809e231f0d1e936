import CScopeBLAS

/// The BLAS library that is linked.
enum OpenBLAS {
    /// The library's name and version, such as `openblas-0.3.21`: sums depend on it.
    static let name: String = {
        // "OpenBLAS 0.3.21 NO_LAPACKE …": the second word is the version.
        guard let text = unsafe openblas_get_config() else { return "openblas" }
        let words = unsafe String(cString: text).split(separator: " ")
        return words.count > 1 ? "openblas-\(words[1])" : "openblas"
    }()
}
