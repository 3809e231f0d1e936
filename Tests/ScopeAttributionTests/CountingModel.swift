import ScopeDecoding
import ScopeFiles
import ScopeTensor
import ScopeTestKit
import ScopeTrace
import ScopeTransformer
import Synchronization

/// A model that counts what goes through it.
struct CountingModel: DifferentiableModel {
    typealias Scalar = Float

    /// What was counted.
    struct Counts: Equatable {
        /// Rows of forward passes over lanes.
        var forwardRows = 0
        /// Passes that were stored.
        var recorded = 0
        /// Calls that went back, with the probes of each.
        var probes: [Int] = []
    }

    private final class Counter: Sendable {
        let counts = Mutex(Counts())
    }

    private let base: DecoderModel<HostAlgebra>
    private let counter = Counter()

    init(_ base: DecoderModel<HostAlgebra>) {
        self.base = base
    }

    var counts: Counts { counter.counts.withLock { $0 } }

    func reset() { counter.counts.withLock { $0 = Counts() } }

    /// The model with a tokenizer of bytes.
    var context: ModelContext {
        ModelContext(
            model: self, tokenizer: ByteTokenizer(),
            identity: ModelIdentity(
                name: "counted", family: "counted", fingerprint: "", parameterCount: 0))
    }

    var configuration: DecoderConfiguration { base.configuration }

    var kernels: String { base.kernels }

    func forward(
        _ lanes: inout [Lane<Float>], in workspace: inout Workspace<Float>,
        into sink: inout some SignalSink<Float>
    ) throws(ModelFailure) {
        let rows = lanes.reduce(0) { $0 + $1.tokens.count }
        counter.counts.withLock { $0.forwardRows += rows }
        try base.forward(&lanes, in: &workspace, into: &sink)
    }

    func checkUnchanged() throws(ModelFailure) { try base.checkUnchanged() }

    func embeddings(of tokens: [Int]) throws(ModelFailure) -> Tensor<Float> {
        try base.embeddings(of: tokens)
    }

    func record(
        _ embeddings: Tensor<Float>, memory: GradientTape<Float>.Memory,
        beginLayer: (Int) throws(ModelFailure) -> Void
    ) throws(ModelFailure) -> GradientTape<Float> {
        counter.counts.withLock { $0.recorded += 1 }
        return try base.record(embeddings, memory: memory, beginLayer: beginLayer)
    }

    func inputGradients(
        of tape: GradientTape<Float>, _ probes: [GradientProbe<Float>],
        beginLayer: (Int) throws(ModelFailure) -> Void
    ) throws(ModelFailure) -> [Tensor<Float>] {
        counter.counts.withLock { $0.probes.append(probes.count) }
        return try base.inputGradients(of: tape, probes, beginLayer: beginLayer)
    }

    func hiddenStates(of tape: GradientTape<Float>, rows: [Int]) -> Tensor<Float> {
        base.hiddenStates(of: tape, rows: rows)
    }

    func logits(of hiddenStates: Tensor<Float>) -> Tensor<Float> {
        base.logits(of: hiddenStates)
    }

    func headGradient(_ gradient: Tensor<Float>, logits: Tensor<Float>?) -> Tensor<Float> {
        base.headGradient(gradient, logits: logits)
    }

    func headRows(of tokens: [Int]) throws(ModelFailure) -> Tensor<Float> {
        try base.headRows(of: tokens)
    }
}

extension TinyModel {
    /// The model, counted.
    func counting() throws -> CountingModel {
        CountingModel(
            try DecoderModel(from: ModelFiles(folder), algebra: HostAlgebra()))
    }
}
