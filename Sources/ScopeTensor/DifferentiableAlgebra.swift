/// Linear algebra with the adjoints that gradients with frozen weights need.
///
/// Gradients come as blocks of rows, one block a probe, over one stored pass: row `r` of a gradient
/// belongs to row `r % input.rows` of what was stored. Products with matrices need no adjoint of
/// their own: they are products with ``WeightMatrix/transposed``.
public protocol DifferentiableAlgebra: LinearAlgebra {
    /// Adjoint of the root-mean-square norm at `input`.
    ///
    /// - Parameters:
    ///   - gradient: with respect to the norm's output; becomes that with respect to its input.
    ///   - input: what was normalised.
    ///   - weight: 1 × columns.
    ///   - epsilon: what keeps the root from zero.
    /// - Complexity: O(values).
    func rmsNormAdjoint(
        _ gradient: inout Tensor<Scalar>, input: Tensor<Scalar>, weight: Tensor<Scalar>,
        epsilon: Double)

    /// Adjoint of the layer norm at `input`.
    ///
    /// - Parameters:
    ///   - gradient: with respect to the norm's output; becomes that with respect to its input.
    ///   - input: what was normalised.
    ///   - weight: 1 × columns, or none for a factor of 1.
    ///   - epsilon: what keeps the root from zero.
    /// - Complexity: O(values).
    func layerNormAdjoint(
        _ gradient: inout Tensor<Scalar>, input: Tensor<Scalar>, weight: Tensor<Scalar>?,
        epsilon: Double)

    /// Adjoint of an activation: every value times the activation's slope at its input.
    ///
    /// - Complexity: O(values).
    func activationAdjoint(
        _ gradient: inout Tensor<Scalar>, input: Tensor<Scalar>, activation: Activation)

    /// Adjoint of a gated product, `up · activation(gate)` value by value.
    ///
    /// - Parameters:
    ///   - gradient: with respect to the product, in blocks of rows; becomes that with respect to `up`.
    ///   - up: what was multiplied.
    ///   - gate: what went through the activation.
    ///   - activation: which one.
    /// - Returns: the gradient with respect to `gate`, in as many blocks.
    /// - Complexity: O(values).
    func gatedAdjoint(
        _ gradient: inout Tensor<Scalar>, up: Tensor<Scalar>, gate: Tensor<Scalar>,
        activation: Activation
    ) -> Tensor<Scalar>

    /// Adjoint of softmax: `g[j] = p[j] · (g[j] − Σᵢ p[i] · g[i])`.
    ///
    /// - Parameters:
    ///   - gradient: with respect to the probabilities; becomes that with respect to the scores.
    ///   - probabilities: what softmax gave.
    /// - Complexity: O(values).
    func softmaxAdjoint(_ gradient: inout MutableSpan<Scalar>, probabilities: Span<Scalar>)

    /// Adjoint of the soft cap at scores that are capped already.
    ///
    /// - Parameters:
    ///   - gradient: with respect to the capped scores; becomes that with respect to the others.
    ///   - capped: what the cap gave.
    ///   - cap: what no magnitude exceeds; above 0.
    /// - Complexity: O(values).
    func softCapAdjoint(
        _ gradient: inout MutableSpan<Scalar>, capped: Span<Scalar>, cap: Double)

    /// Adjoint of attention over a text from its beginning.
    ///
    /// - Parameters:
    ///   - gradient: with respect to what attention has read, in blocks of rows, one a probe.
    ///   - inputs: what it has read it from.
    ///   - rule: what is computed.
    /// - Returns: the gradients with respect to queries, keys and values.
    /// - Complexity: O(probes × rows²).
    func attendAdjoint(
        _ gradient: Tensor<Scalar>, _ inputs: AttentionInputs<Scalar>,
        _ rule: AttentionRule<Scalar>
    ) -> AttentionGradients<Scalar>

    /// Adds a row to each of several, times a weight of its own: `rows[j] += weights[j] · row`.
    ///
    /// - Parameters:
    ///   - weights: one a row.
    ///   - row: what is added.
    ///   - rows: `weights.count` rows of `row.count`.
    /// - Complexity: O(values).
    func addOuterProduct(
        _ weights: Span<Scalar>, _ row: Span<Scalar>, to rows: inout MutableSpan<Scalar>)
}

extension HostAlgebra: DifferentiableAlgebra {}
extension ScalarAlgebra: DifferentiableAlgebra {}
