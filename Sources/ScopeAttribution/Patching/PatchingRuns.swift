internal import ScopeDecoding
internal import ScopeTensor
internal import ScopeTransformer

/// A clean and a corrupted run, and variants of one of them.
struct PatchingRuns {
    /// A run of the base prompt in which something is changed.
    struct Variant {
        /// The first row that can differ from the base run.
        var firstRow: Int
        var edits: [Intervention<Float>]
        /// What is kept of it.
        var states: [StateSite: LayerSelection] = [:]
    }

    /// What came of a variant.
    struct Outcome {
        var value: Double
        var states: CapturedStates
    }

    let setup: PatchingSetup
    let clean: Outcome
    let corrupted: Outcome
    /// Keys and values of the base run.
    private let cache: KVCache<Float>
    private var workspace: Workspace<Float>
    private var doneTokens: Int

    /// Runs both prompts side by side.
    ///
    /// - Parameters:
    ///   - setup: The prompts.
    ///   - baseStates: What is kept of the run that is changed.
    ///   - sourceStates: What is kept of the run that states come from.
    ///   - progress: Told the tokens that have gone through.
    /// - Throws: ``AttributionFailure``.
    init(
        _ setup: PatchingSetup, baseStates: [StateSite: LayerSelection],
        sourceStates: [StateSite: LayerSelection], progress: (Int) -> Void
    ) throws(AttributionFailure) {
        self.setup = setup
        let model = setup.context.model
        var workspace = Workspace<Float>()
        let isNoising = setup.direction == .noising
        var lanes = [setup.clean, setup.corrupted].enumerated().map { number, ids in
            var signals = SignalRequest()
            signals.states = (number == 0) == isNoising ? baseStates : sourceStates
            return Lane(
                tokens: [], cache: model.makeCache(), logits: .last, signals: signals,
                textLength: ids.count)
        }
        var sink = PatchingSink(
            measure: setup.measure, measured: [nil, nil],
            states: [CapturedStates(firstRow: 0), CapturedStates(firstRow: 0)])
        doneTokens = 0
        let count = setup.count
        for start in stride(from: 0, to: count, by: max(1, setup.rowsAtOnce / 2)) {
            let end = min(count, start + max(1, setup.rowsAtOnce / 2))
            lanes[0].tokens = Array(setup.clean[start..<end])
            lanes[1].tokens = Array(setup.corrupted[start..<end])
            for lane in lanes.indices { lanes[lane].logits = end == count ? .last : .none }
            try AttributionFailure.wrappingModel { () throws(ModelFailure) in
                try model.forward(&lanes, in: &workspace, into: &sink)
            }
            doneTokens += 2 * (end - start)
            progress(doneTokens)
        }
        clean = Outcome(value: try Self.checked(sink.measured[0]), states: sink.states[0])
        corrupted = Outcome(value: try Self.checked(sink.measured[1]), states: sink.states[1])
        cache = lanes[isNoising ? 0 : 1].cache
        self.workspace = workspace
        guard clean.value != corrupted.value else { throw .nothingToPatch(value: clean.value) }
    }

    /// The run that is changed.
    var base: Outcome { setup.direction == .noising ? clean : corrupted }
    /// The run that states come from.
    var source: Outcome { setup.direction == .noising ? corrupted : clean }

    /// Runs variants, as many together as the setting allows; each begins at its first row with the
    /// base run's keys and values.
    mutating func run(
        _ variants: [Variant], progress: (Int) -> Void
    ) throws(AttributionFailure) -> [Outcome] {
        var outcomes: [Outcome] = []
        for group in setup.groups(variants.map { setup.count - $0.firstRow }) {
            outcomes += try runTogether(Array(variants[group]), progress)
        }
        return outcomes
    }

    private mutating func runTogether(
        _ variants: [Variant], _ progress: (Int) -> Void
    ) throws(AttributionFailure) -> [Outcome] {
        let ids = setup.base
        var lanes = variants.map { variant in
            var fork = cache
            fork.truncate(to: variant.firstRow)
            var signals = SignalRequest()
            signals.states = variant.states
            return Lane(
                tokens: [], cache: fork, signals: signals, edits: variant.edits,
                textLength: ids.count)
        }
        var sink = PatchingSink(
            measure: setup.measure, measured: Array(repeating: nil, count: lanes.count),
            states: variants.map { CapturedStates(firstRow: $0.firstRow) })
        // More than one pass only where one lane alone is longer than what goes through at once.
        let longest = variants.reduce(0) { max($0, ids.count - $1.firstRow) }
        let step = lanes.count == 1 ? setup.rowsAtOnce : longest
        for start in stride(from: 0, to: longest, by: step) {
            var rows = 0
            for (lane, variant) in variants.enumerated() {
                let first = min(ids.count, variant.firstRow + start)
                lanes[lane].tokens = Array(ids[first..<min(ids.count, first + step)])
                lanes[lane].logits = first + step >= ids.count ? .last : .none
                rows += lanes[lane].tokens.count
            }
            let model = setup.context.model
            try AttributionFailure.wrappingModel { () throws(ModelFailure) in
                try model.forward(&lanes, in: &workspace, into: &sink)
            }
            doneTokens += rows
            progress(doneTokens)
        }
        var outcomes: [Outcome] = []
        for (value, states) in zip(sink.measured, sink.states) {
            outcomes.append(Outcome(value: try Self.checked(value), states: states))
        }
        return outcomes
    }

    private static func checked(_ value: Double?) throws(AttributionFailure) -> Double {
        guard let value, value.isFinite else { throw .notFinite }
        return value
    }
}
