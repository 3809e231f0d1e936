import CScopeKernels

/// For which processors the kernels in use were compiled.
///
/// Levels differ from each other in the last bits of a sum, never in more.
public enum KernelLevel: String, CaseIterable, Sendable {
    /// What the compiler takes for granted: SSE2 on x86-64, NEON on 64-bit ARM.
    case portable
    /// AVX2 with FMA and F16C.
    case avx2
    /// AVX-512 F, BW, DQ and VL.
    case avx512
    /// The same with VNNI and BF16, whose dot products are of bytes and of halves.
    case avx512Dot = "avx512-dot"

    /// The widest level of this processor.
    public static let best: KernelLevel = allCases.last(where: \.isSupported) ?? .portable

    /// Whether this processor runs the level.
    public var isSupported: Bool { unsafe tscope_kernels(code) != nil }

    private var code: tscope_level {
        switch self {
        case .portable: TSCOPE_PORTABLE
        case .avx2: TSCOPE_AVX2
        case .avx512: TSCOPE_AVX512
        case .avx512Dot: TSCOPE_AVX512_DOT
        }
    }

    /// The level's table of functions.
    var kernels: KernelTable {
        guard let table = unsafe tscope_kernels(code) else {
            preconditionFailure("this processor does not run the \(rawValue) kernels")
        }
        return unsafe KernelTable(pointer: table)
    }
}

/// A constant table of kernel functions.
@safe
struct KernelTable: Sendable {
    nonisolated(unsafe) let pointer: UnsafePointer<tscope_kernel_table>

    var functions: tscope_kernel_table { unsafe pointer.pointee }
}
