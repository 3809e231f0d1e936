import Synchronization
import TokenScope

/// A model that counts the tokens that go through it, and can be cancelled in a given pass.
struct CountingModel: LanguageModel {
    private let base: any LanguageModel<Float>
    private let state = State()

    private final class State: Sendable {
        let counts = Mutex<(tokens: Int, passes: Int, cancelled: Int?)>((0, 0, nil))
    }

    init(_ base: any LanguageModel<Float>) { self.base = base }

    /// Tokens that went through.
    var tokens: Int { state.counts.withLock { $0.tokens } }
    /// Passes that were made.
    var passes: Int { state.counts.withLock { $0.passes } }

    /// Lets a pass end as if the task had been cancelled in it.
    func cancel(inPass pass: Int) { state.counts.withLock { $0.cancelled = $0.passes + pass } }

    var configuration: DecoderConfiguration { base.configuration }
    var kernels: String { base.kernels }

    func forward(
        _ lanes: inout [Lane<Float>], in workspace: inout Workspace<Float>,
        into sink: inout some SignalSink<Float>
    ) throws(ModelFailure) {
        let count = lanes.reduce(0) { $0 + $1.tokens.count }
        let isCancelled = state.counts.withLock { counts in
            counts.passes += 1
            guard counts.passes != counts.cancelled else { return true }
            counts.tokens += count
            return false
        }
        if isCancelled { throw .cancelled }
        try base.forward(&lanes, in: &workspace, into: &sink)
    }

    func checkUnchanged() throws(ModelFailure) { try base.checkUnchanged() }
}

extension ModelContext {
    /// The same model, counted.
    var counted: (context: ModelContext, model: CountingModel) {
        let counting = CountingModel(model)
        return (
            ModelContext(model: counting, tokenizer: tokenizer, identity: identity), counting
        )
    }
}
