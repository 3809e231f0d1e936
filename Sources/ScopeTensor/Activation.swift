/// The non-linearity of a feed-forward block, applied to each value by itself.
public enum Activation: String, CaseIterable, Sendable {
    /// x · σ(x), also called swish.
    case silu
    /// x · (1 + erf(x / √2)) / 2 (Hendrycks and Gimpel, arXiv 1606.08415).
    case gelu
    /// x · (1 + tanh(√(2/π) · (x + 0.044715 x³))) / 2, the approximation that configuration files
    /// call `gelu_new` or `gelu_pytorch_tanh`.
    case geluTanh
    /// max(x, 0).
    case relu
}
