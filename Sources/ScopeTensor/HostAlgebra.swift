import CScopeKernels

/// Linear algebra on this machine's processor, in `Float`.
///
/// Products with packed weights, and everything else but what follows, run in this package's own
/// kernels: a row's result has the same bits alone as among others. Weights that are not packed are
/// read in place, and from ``blasRowCount`` rows up OpenBLAS computes with them; it chooses its own
/// order of summation, so results differ from those of fewer rows by rounding: at most about
/// `2e-6 · Σ |x · w|`. Weights in narrow formats are widened for it tile by tile.
///
/// Large operations are shared out among ``threads`` threads, of one pool for the process; shares
/// divide what is computed, never a sum, so their number changes no bit. Several callers may
/// compute at once: one has the pool, the others work alone. OpenBLAS is called from one thread at
/// a time and its thread settings are left to the host. On macOS Accelerate takes its place.
public struct HostAlgebra: LinearAlgebra {
    /// Which kernels compute.
    public let level: KernelLevel

    /// How many threads an operation may take, the caller's included.
    public let threads: Int

    /// What products with packed weights are computed in; all else is computed in binary32.
    public let arithmetic: ArithmeticClass

    /// From this many rows up a product with unpacked weights goes through OpenBLAS, below never; at least 16.
    ///
    /// OpenBLAS packs the weights anew for each product, which pays only from here on.
    public var blasRowCount: Int {
        switch level {
        case .portable: 16
        case .avx2: 32
        case .avx512, .avx512Dot: 48
        }
    }

    let kernels: KernelTable

    /// The cost of a share, in bytes read, below which handing it out takes more than it saves;
    /// tests lower it.
    package var leastShare = 1 << 16

    /// The kernel path, such as `openblas-0.3.21+avx512`.
    public var name: String { BLAS.name + "+" + level.rawValue }

    /// The processors that the process may run on, by its affinity.
    public static let processorCount = Int(tscope_processor_count())

    /// Chooses the kernels.
    ///
    /// - Parameters:
    ///   - level: a level that this processor runs; the widest unless named.
    ///   - threads: how many threads an operation may take, 1 or more; as many as there are
    ///     processors unless named. With 1 no thread is ever started.
    ///   - arithmetic: what products with packed weights are computed in.
    public init(
        level: KernelLevel = .best, threads: Int = HostAlgebra.processorCount,
        arithmetic: ArithmeticClass = .float32
    ) {
        precondition(threads >= 1, "the caller's thread is the least")
        self.arithmetic = arithmetic
        self.level = level
        self.threads = threads
        kernels = level.kernels
    }

    /// Matrix product with weights.
    ///
    /// With packed weights a row's result does not depend on the number of rows. Others go through
    /// OpenBLAS from ``blasRowCount`` rows up, which then takes about a MiB for the time of the call
    /// where weights are not float32.
    ///
    /// - Parameters:
    ///   - input: rows × `weights.inputs`.
    ///   - weights: the matrix.
    ///   - bias: 1 × `weights.outputs`, or none.
    ///   - output: rows × `weights.outputs`.
    /// - Complexity: O(rows × inputs × outputs).
    public func multiply(
        _ input: Tensor<Float>, by weights: WeightMatrix, bias: Tensor<Float>?,
        into output: inout Tensor<Float>
    ) {
        checkProduct(input, weights, bias, output)
        output.resize(rows: input.rows)
        if weights.panelLevel != nil {
            multiplyByPanels(input, weights, bias, &output)
        } else if input.rows < blasRowCount || weights.inputs == 0 || weights.outputs == 0 {
            multiplyByKernel(input, weights, bias, &output)
        } else {
            multiplyByBLAS(input, weights, bias, &output)
        }
    }

    /// Embedding: one row of the matrix for each index.
    ///
    /// - Parameters:
    ///   - rows: the rows wanted, each below `weights.outputs`.
    ///   - weights: an output-major matrix.
    ///   - output: `rows.count` × `weights.inputs`.
    /// - Complexity: O(rows × inputs).
    public func lookUp(
        _ rows: [Int], in weights: WeightMatrix, into output: inout Tensor<Float>
    ) {
        checkLookUp(rows, weights, output)
        output.resize(rows: rows.count)
        if weights.panelLevel != nil {
            unpack(rows, of: weights, into: &output)
        } else {
            widen(rows, of: weights, into: &output)
        }
    }
}
