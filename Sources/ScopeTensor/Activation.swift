/// The non-linearity of a feed-forward block, applied to each value by itself.
public enum Activation: String, CaseIterable, Sendable {
    /// x · σ(x), also called swish.
    case silu
    /// x · (1 + erf(x / √2)) / 2 (Hendrycks and Gimpel, arXiv 1606.08415).
    case gelu
    /// x · (1 + tanh(√(2/π) · (x + 0.044715 x³))) / 2, the approximation that configuration files
    /// call `gelu_new` or `gelu_pytorch_tanh`.
    case geluTanh
    /// x · σ(1.702 x), the approximation that configuration files call `quick_gelu`.
    case quickGelu
    /// max(x, 0).
    case relu
    /// max(x, 0)², which configuration files call `relu2` (So et al., arXiv 2109.08668).
    case squaredRelu
}
