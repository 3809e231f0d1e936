import CScopeKernels

/// What products with packed weights are computed in.
///
/// The stored weights are taken exactly as they are, but for ``bfloat16``. A class says what
/// becomes of the inputs and how far a product may be off, as a share of `Σ |x · w|`.
public enum ArithmeticClass: String, CaseIterable, Sendable {
    /// IEEE 754 binary32 throughout: within 2 · 10⁻⁶.
    case float32
    /// Inputs as integers of 24 bits with a scale for each 32, exact integer sums over those:
    /// within 2 · 10⁻⁶ where no input of the 32 is a hundred times the others.
    ///
    /// For weights in blocks; others are computed with in ``float32``. An input is off by at most
    /// 6 · 10⁻⁸ of the largest of its 32.
    case fixed24
    /// As ``fixed24`` with 16 bits: an input is off by at most 1.6 · 10⁻⁵ of the largest of its 32.
    case fixed16
    /// As ``fixed24`` with 8 bits: an input is off by at most 0.004 of the largest of its 32.
    case int8
    /// Inputs and weights rounded to bfloat16, sums in binary32: within 0.008.
    ///
    /// The fastest for many rows, such as a prompt. Weights in blocks are rounded as they are read,
    /// which costs more than it saves where rows are few.
    case bfloat16 = "bf16"

    var kernelArithmetic: tscope_arithmetic {
        switch self {
        case .float32: TSCOPE_FLOAT32
        case .fixed24: TSCOPE_FIXED24
        case .fixed16: TSCOPE_FIXED16
        case .int8: TSCOPE_INT8
        case .bfloat16: TSCOPE_BFLOAT16
        }
    }
}
