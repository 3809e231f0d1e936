public import ScopeFiles

extension ElementType {
    /// The format of a tensor in a GGUF file; nil where weights are not computed with, such as
    /// whole numbers and formats by a table of vectors.
    ///
    /// - Parameter type: the type that the file states.
    public init?(_ type: GGUFType) {
        switch type {
        case .float32: self = .float32
        case .float16: self = .float16
        case .bfloat16: self = .bfloat16
        case .q4_0: self = .q4_0
        case .q4_1: self = .q4_1
        case .q5_0: self = .q5_0
        case .q5_1: self = .q5_1
        case .q8_0: self = .q8_0
        case .q2_K: self = .q2_K
        case .q3_K: self = .q3_K
        case .q4_K: self = .q4_K
        case .q5_K: self = .q5_K
        case .q6_K: self = .q6_K
        case .iq4_NL: self = .iq4_nl
        case .iq4_XS: self = .iq4_xs
        case .mxfp4: self = .mxfp4
        default: return nil
        }
    }
}
