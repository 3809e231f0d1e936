/// The operations a decoder-only transformer is made of.
///
/// Two conformers ship: ``HostAlgebra`` for work, ``ScalarAlgebra`` as its plain twin. Shapes that
/// do not fit are programmer mistakes and trap; data is the business of whoever read it.
///
/// An `output` is resized to the rows of the input and keeps its memory, so an operation on
/// tensors that have once been large enough allocates nothing.
public protocol LinearAlgebra: Sendable {
    /// What the tensors are made of.
    associatedtype Scalar: TensorScalar

    /// The kernel path, as a trace states it, such as `openblas-0.3.21+avx512`.
    var name: String { get }

    /// What products with weights are computed in, as a trace states it, such as `float32`.
    var arithmeticName: String { get }

    /// The matrix as products read it fastest, which may be another copy of it.
    ///
    /// - Parameters:
    ///   - weights: the matrix.
    ///   - arena: where a copy lies, beside those made before.
    /// - Returns: the same numbers, for products with this algebra; itself where nothing is gained.
    /// - Complexity: O(outputs × inputs).
    func packed(_ weights: WeightMatrix, in arena: WeightArena) -> WeightMatrix

    /// Matrix product with weights: `output[r, o] = Σᵢ input[r, i] · W[o, i] + bias[o]`.
    ///
    /// - Parameters:
    ///   - input: rows × `weights.inputs`.
    ///   - weights: the matrix.
    ///   - bias: 1 × `weights.outputs`, or none.
    ///   - output: rows × `weights.outputs`.
    /// - Complexity: O(rows × inputs × outputs).
    func multiply(
        _ input: Tensor<Scalar>, by weights: WeightMatrix, bias: Tensor<Scalar>?,
        into output: inout Tensor<Scalar>)

    /// Embedding: `output[r, i] = W[rows[r], i]`.
    ///
    /// - Parameters:
    ///   - rows: the rows wanted, each below `weights.outputs`.
    ///   - weights: an output-major matrix.
    ///   - output: `rows.count` × `weights.inputs`.
    /// - Complexity: O(rows × inputs).
    func lookUp(_ rows: [Int], in weights: WeightMatrix, into output: inout Tensor<Scalar>)

    /// Root-mean-square norm: `x / √(mean(x²) + ε) · w`, row by row, the mean in `Double`.
    ///
    /// - Parameters:
    ///   - input: rows × columns.
    ///   - weight: 1 × columns.
    ///   - epsilon: what keeps the root from zero.
    ///   - output: of the input's shape.
    /// - Complexity: O(rows × columns).
    func rmsNorm(
        _ input: Tensor<Scalar>, weight: Tensor<Scalar>, epsilon: Double,
        into output: inout Tensor<Scalar>)

    /// Layer norm: `(x − mean) / √(variance + ε) · w + b`, row by row, both moments in `Double`.
    ///
    /// - Parameters:
    ///   - input: rows × columns.
    ///   - weight: 1 × columns, or none for a factor of 1.
    ///   - bias: 1 × columns, or none.
    ///   - epsilon: what keeps the root from zero.
    ///   - output: of the input's shape.
    /// - Complexity: O(rows × columns).
    func layerNorm(
        _ input: Tensor<Scalar>, weight: Tensor<Scalar>?, bias: Tensor<Scalar>?, epsilon: Double,
        into output: inout Tensor<Scalar>)

    /// Rotary position embedding, in place: row `r` of `x` turns by row `r` of the rotation.
    ///
    /// - Parameters:
    ///   - x: rows × (heads × `headDimension`).
    ///   - headDimension: the values of one head, at least the rotary dimension.
    ///   - rotation: the angles, with as many rows as `x`.
    /// - Complexity: O(rows × columns).
    func rotate(_ x: inout Tensor<Scalar>, headDimension: Int, by rotation: Rotation<Scalar>)

    /// Applies the activation to every value.
    ///
    /// - Complexity: O(values).
    func activate(_ x: inout Tensor<Scalar>, with activation: Activation)

    /// `x[r, c] *= y[r, c]`.
    ///
    /// - Complexity: O(values).
    func multiply(_ x: inout Tensor<Scalar>, elementwiseBy y: Tensor<Scalar>)

    /// `y[r, c] += x[r, c]`.
    ///
    /// - Complexity: O(values).
    func add(_ x: Tensor<Scalar>, to y: inout Tensor<Scalar>)

    /// Multiplies every value by a factor, which is rounded to `Scalar` first.
    ///
    /// - Complexity: O(values).
    func scale(_ x: inout Tensor<Scalar>, by factor: Double)

    /// Soft cap: `x = cap · tanh(x / cap)`, in `Double` (Gemma 2, arXiv 2408.00118).
    ///
    /// - Parameters:
    ///   - x: the values.
    ///   - cap: what no magnitude exceeds; above 0.
    /// - Complexity: O(values).
    func softCap(_ x: inout Tensor<Scalar>, cap: Double)

    /// Brings every value into `-limit...limit`; NaN stays.
    ///
    /// - Parameters:
    ///   - x: the values.
    ///   - limit: the largest magnitude, rounded to `Scalar`; 0 or more.
    /// - Complexity: O(values).
    func clamp(_ x: inout Tensor<Scalar>, to limit: Double)

    /// Attention of rows of one or several sequences.
    ///
    /// `contexts[r, h] = Σⱼ softmax(scale · queries[r, h] · keys[j])[j] · values[j]` over the
    /// positions `j` that the row sees, with the rule's cap and bias on scores. A row's result does
    /// not depend on the rows and sequences beside it, nor on whether its weights are kept.
    ///
    /// - Parameters:
    ///   - queries: rows × (query heads × head dimension).
    ///   - sequences: which rows, each with its sequence's pages.
    ///   - layer: the decoder block.
    ///   - rule: what is computed.
    ///   - keepsWeights: whether `weights` keeps the row's; for a single row.
    ///   - weights: scratch.
    ///   - contexts: rows × (query heads × value dimension).
    /// - Complexity: O(rows × positions).
    func attend(
        _ queries: Tensor<Scalar>, _ sequences: [AttendedRows<Scalar>], layer: Int,
        _ rule: AttentionRule<Scalar>, keepsWeights: Bool,
        in weights: inout AttentionWeights<Scalar>, into contexts: inout Tensor<Scalar>)

    /// Attention scores of one head: `scores[j] = scale · Σᵢ query[i] · keys[j, i]`.
    ///
    /// - Parameters:
    ///   - query: the query's values.
    ///   - keys: `scores.count` rows of `query.count`.
    ///   - scale: the factor.
    ///   - scores: one value a key.
    /// - Complexity: O(keys).
    func dotRows(
        _ query: Span<Scalar>, _ keys: Span<Scalar>, scale: Scalar,
        into scores: inout MutableSpan<Scalar>)

    /// Soft cap of attention scores: `x = cap · tanh(x / cap)`, in `Double`.
    ///
    /// - Parameters:
    ///   - scores: the scores, before the softmax.
    ///   - cap: what no magnitude exceeds; above 0.
    /// - Complexity: O(scores).
    func softCap(_ scores: inout MutableSpan<Scalar>, cap: Double)

    /// Linear bias by distance: `scores[j] += slope · (firstDistance + j)`
    /// (ALiBi, arXiv 2108.12409).
    ///
    /// - Parameters:
    ///   - scores: one score a key, of keys at neighbouring positions.
    ///   - slope: the head's slope, rounded to `Scalar`.
    ///   - firstDistance: the first key's position less the query's, so 0 or less under a causal
    ///     mask.
    /// - Complexity: O(scores).
    func addSlope(_ scores: inout MutableSpan<Scalar>, slope: Double, firstDistance: Int)

    /// Softmax in place, shifted by the maximum, the sum in `Double`.
    ///
    /// A score of −∞ becomes 0; where all are −∞ there is no distribution and the result is NaN.
    ///
    /// - Complexity: O(scores).
    func softmax(_ scores: inout MutableSpan<Scalar>)

    /// Attention's mix of values: `output[i] += Σⱼ weights[j] · values[j, i]`, in order of `j`
    /// starting from what `output` holds, so that splitting the rows over calls changes nothing.
    ///
    /// - Parameters:
    ///   - weights: one a row.
    ///   - values: `weights.count` rows of `output.count`.
    ///   - output: what is added to.
    /// - Complexity: O(values).
    func addWeightedRows(
        _ weights: Span<Scalar>, _ values: Span<Scalar>, to output: inout MutableSpan<Scalar>)
}

extension LinearAlgebra {
    /// `float32` or `float64`, as the scalar is.
    public var arithmeticName: String { "float\(8 * MemoryLayout<Scalar>.size)" }

    /// The matrix itself.
    public func packed(_ weights: WeightMatrix, in arena: WeightArena) -> WeightMatrix { weights }

    /// The matrix as products read it fastest, in memory of its own.
    ///
    /// - Parameter weights: the matrix.
    /// - Returns: as ``packed(_:in:)``.
    /// - Complexity: O(outputs × inputs).
    public func packed(_ weights: WeightMatrix) -> WeightMatrix {
        packed(weights, in: WeightArena())
    }
}
