import ScopeTensor
import Synchronization
import TokenScope

/// A model that counts the rows of each question to its head.
struct CountingModel: InspectableModel {
    private let base: any InspectableModel<Float>
    private let calls = Calls()

    private final class Calls: Sendable {
        let rows = Mutex<[Int]>([])
    }

    init(_ base: any InspectableModel<Float>) { self.base = base }

    var readOuts: [Int] { calls.rows.withLock { $0 } }

    var configuration: DecoderConfiguration { base.configuration }
    var kernels: String { base.kernels }

    func forward(
        _ lanes: inout [Lane<Float>], in workspace: inout Workspace<Float>,
        into sink: inout some SignalSink<Float>
    ) throws(ModelFailure) {
        try base.forward(&lanes, in: &workspace, into: &sink)
    }

    func checkUnchanged() throws(ModelFailure) { try base.checkUnchanged() }

    func readOut(_ residuals: Tensor<Float>, into logits: inout Tensor<Float>) {
        calls.rows.withLock { $0.append(residuals.rows) }
        base.readOut(residuals, into: &logits)
    }

    func readOut(
        _ residuals: Tensor<Float>, through lens: TunedLens, layers: [Int],
        into logits: inout Tensor<Float>
    ) {
        calls.rows.withLock { $0.append(residuals.rows) }
        base.readOut(residuals, through: lens, layers: layers, into: &logits)
    }

    func frozenNorm(_ norm: StreamNorm, at row: [Double]) -> FrozenNorm? {
        base.frozenNorm(norm, at: row)
    }

    func headDirection(of token: Int) throws(ModelFailure) -> HeadDirection {
        try base.headDirection(of: token)
    }

    func positionEmbedding(ofRow row: Int) -> [Float]? { base.positionEmbedding(ofRow: row) }

    func attentionOutputMatrix(ofLayer layer: Int) -> Tensor<Float> {
        base.attentionOutputMatrix(ofLayer: layer)
    }

    func headOutputs(of values: Tensor<Float>, by matrix: Tensor<Float>) -> Tensor<Float> {
        base.headOutputs(of: values, by: matrix)
    }

    func attentionOutputBias(ofLayer layer: Int) -> [Float]? {
        base.attentionOutputBias(ofLayer: layer)
    }
}
