import ScopeTensor
import Synchronization

/// An algebra that counts its products with weight matrices.
struct CountingAlgebra<Base: LinearAlgebra>: LinearAlgebra {
    typealias Scalar = Base.Scalar

    private let base: Base
    private let counter = Counter()

    private final class Counter: Sendable {
        let value = Mutex(0)
    }

    init(_ base: Base) { self.base = base }

    var products: Int { counter.value.withLock { $0 } }

    func reset() { counter.value.withLock { $0 = 0 } }

    var name: String { base.name }

    func packed(_ weights: WeightMatrix, in arena: WeightArena) -> WeightMatrix {
        base.packed(weights, in: arena)
    }

    func multiply(
        _ input: Tensor<Scalar>, by weights: WeightMatrix, bias: Tensor<Scalar>?,
        into output: inout Tensor<Scalar>
    ) {
        counter.value.withLock { $0 += 1 }
        base.multiply(input, by: weights, bias: bias, into: &output)
    }

    func lookUp(_ rows: [Int], in weights: WeightMatrix, into output: inout Tensor<Scalar>) {
        base.lookUp(rows, in: weights, into: &output)
    }

    func rmsNorm(
        _ input: Tensor<Scalar>, weight: Tensor<Scalar>, epsilon: Double,
        into output: inout Tensor<Scalar>
    ) {
        base.rmsNorm(input, weight: weight, epsilon: epsilon, into: &output)
    }

    func layerNorm(
        _ input: Tensor<Scalar>, weight: Tensor<Scalar>?, bias: Tensor<Scalar>?, epsilon: Double,
        into output: inout Tensor<Scalar>
    ) {
        base.layerNorm(input, weight: weight, bias: bias, epsilon: epsilon, into: &output)
    }

    func rotate(_ x: inout Tensor<Scalar>, headDimension: Int, by rotation: Rotation<Scalar>) {
        base.rotate(&x, headDimension: headDimension, by: rotation)
    }

    func activate(_ x: inout Tensor<Scalar>, with activation: Activation) {
        base.activate(&x, with: activation)
    }

    func multiply(_ x: inout Tensor<Scalar>, elementwiseBy y: Tensor<Scalar>) {
        base.multiply(&x, elementwiseBy: y)
    }

    func add(_ x: Tensor<Scalar>, to y: inout Tensor<Scalar>) {
        base.add(x, to: &y)
    }

    func scale(_ x: inout Tensor<Scalar>, by factor: Double) {
        base.scale(&x, by: factor)
    }

    func softCap(_ x: inout Tensor<Scalar>, cap: Double) {
        base.softCap(&x, cap: cap)
    }

    func clamp(_ x: inout Tensor<Scalar>, to limit: Double) {
        base.clamp(&x, to: limit)
    }

    func softCap(_ scores: inout MutableSpan<Scalar>, cap: Double) {
        base.softCap(&scores, cap: cap)
    }

    func addSlope(_ scores: inout MutableSpan<Scalar>, slope: Double, firstDistance: Int) {
        base.addSlope(&scores, slope: slope, firstDistance: firstDistance)
    }

    func attend(
        _ queries: Tensor<Scalar>, _ sequences: [AttendedRows<Scalar>], layer: Int,
        _ rule: AttentionRule<Scalar>, keepsWeights: Bool,
        in weights: inout AttentionWeights<Scalar>, into contexts: inout Tensor<Scalar>
    ) {
        base.attend(
            queries, sequences, layer: layer, rule, keepsWeights: keepsWeights, in: &weights,
            into: &contexts)
    }

    func dotRows(
        _ query: Span<Scalar>, _ keys: Span<Scalar>, scale: Scalar,
        into scores: inout MutableSpan<Scalar>
    ) {
        base.dotRows(query, keys, scale: scale, into: &scores)
    }

    func softmax(_ scores: inout MutableSpan<Scalar>) {
        base.softmax(&scores)
    }

    func addWeightedRows(
        _ weights: Span<Scalar>, _ values: Span<Scalar>, to output: inout MutableSpan<Scalar>
    ) {
        base.addWeightedRows(weights, values, to: &output)
    }
}
