import CBenchSupport
import TokenScope

/// How fast one model loads, reads a prompt and writes, on a number of threads.
struct ModelSpeed {
    let files: ModelFiles
    let context: ModelContext
    let threads: Int
    let clock: BenchClock

    /// Load time has a model of its own each time, all else shares one.
    init(files: ModelFiles, threads: Int, clock: BenchClock) throws {
        self.files = files
        self.threads = threads
        self.clock = clock
        context = try Self.open(files, threads)
    }

    private static func open(
        _ files: ModelFiles, _ threads: Int, storage: WeightStorage = ScopeBench.storage
    ) throws -> ModelContext {
        try loadModel(
            from: files,
            options: ModelOptions(
                storage: storage, arithmetic: ScopeBench.arithmetic,
                cache: ScopeBench.cache, threads: threads))
    }

    /// The seconds that `body` takes, with OpenBLAS on as many threads.
    func time(_ body: () throws -> Void) throws -> Double {
        tscope_bench_set_blas_threads(Int32(threads))
        return try clock.time(body)
    }

    /// Seconds to open the model.
    func load() throws -> Double {
        try time { _ = try Self.open(files, threads) }
    }

    /// Seconds to open the model and predict the token after one token.
    func loadToFirstLogits() throws -> Double {
        try toFirstLogits(ScopeBench.storage)
    }

    /// The same with weights that stay in the file.
    func mappedToFirstLogits() throws -> Double { try toFirstLogits(.mapped) }

    private func toFirstLogits(_ storage: WeightStorage) throws -> Double {
        try time {
            let fresh = try Self.open(files, threads, storage: storage).model
            var run = Run(model: fresh)
            try run.advance([1])
        }
    }

    /// Prompt tokens a second, for a prompt of `length` tokens in one pass.
    func prefill(_ length: Int) throws -> Double {
        var run = Run(model: context.model)
        let ids = ids(length)
        return Double(length) / (try time { try run.advance(ids) })
    }

    /// What a session is asked to watch.
    enum Watching {
        case nothing
        /// The standard metrics.
        case metrics
        /// Entropy, margin, the ten largest probabilities and the attention rows of all heads.
        case signals
        /// Those, and the logit lens of all layers.
        case lens
    }

    /// Tokens a second of a greedy session after a prompt of some tokens; what is watched is what
    /// makes the difference.
    ///
    /// A text that ends early is followed by another with another first token.
    func decode(
        _ count: Int, after prompt: Int = 1, watching: Watching = .nothing
    ) throws -> Double {
        var drawn = 0
        var seconds = 0.0
        for first in ids(count) where drawn < count {
            var session = try DecodingSession(
                context, ids: [first] + ids(prompt - 1),
                parameters: .greedy(maxTokens: count - drawn))
            session.observationBudget = nil
            try attach(watching, to: &session, from: prompt)
            // The prompt's tokens come first.
            for _ in 0..<prompt { _ = try session.next() }
            seconds += try time {
                while try session.next() != nil { drawn += 1 }
            }
        }
        return Double(drawn) / seconds
    }

    private func attach(
        _ watching: Watching, to session: inout DecodingSession, from first: Int
    ) throws {
        switch watching {
        case .nothing: return
        case .metrics: session.attachStandardMetrics()
        case .signals, .lens:
            let tokens = TokenIndex(first)..<TokenIndex(contextLength)
            session.attach(EntropyObserver())
            session.attach(MarginObserver())
            session.attach(AlternativesObserver(count: 10))
            session.attach(AttentionObserver(AttentionSelection(tokens: tokens)))
            if watching == .lens {
                session.attach(try LensObserver(context, tokens: tokens, count: 10))
            }
        }
    }

    /// Attributions a second of the token after a text of so many tokens, stored pass included.
    func attribute(_ method: some AttributionMethod, _ length: Int) throws -> Double {
        let ids = ids(length)
        let target = AttributionTarget(TokenIndex(length), id: 7)
        return 1
            / (try time {
                let text = try AttributedText(ids, in: context, budget: 1 << 33)
                _ = try method.attribute(target, in: text)
            })
    }

    /// Tokens a second, all together, of several sequences that share a prefix.
    func batch(lanes: Int, prefix: Int, count: Int) throws -> Double {
        var run = Run(model: context.model)
        try run.advance(ids(prefix))
        run.fork(lanes)
        let next = ids(lanes * count)
        let seconds = try time {
            for step in 0..<count {
                try run.advance(each: Array(next[step * lanes..<(step + 1) * lanes]))
            }
        }
        return Double(lanes * count) / seconds
    }

    /// Ids that stand for a text: any will do, as the work does not depend on them.
    private func ids(_ count: Int) -> [Int] {
        (0..<count).map { 1 + $0 * 7919 % (context.configuration.vocabularySize - 1) }
    }

    var contextLength: Int { context.configuration.contextLength }
}

/// One sequence in the making.
private struct Run {
    let model: any LanguageModel<Float>
    var lanes: [Lane<Float>]
    var workspace = Workspace<Float>()
    var sink = GreedySink()

    init(model: any LanguageModel<Float>) {
        self.model = model
        lanes = [Lane(tokens: [], cache: model.makeCache())]
    }

    /// Goes on as several sequences with the same past.
    mutating func fork(_ count: Int) {
        lanes = Array(repeating: lanes[0], count: count)
    }

    /// One token for each sequence.
    mutating func advance(each ids: [Int]) throws {
        for (lane, id) in ids.enumerated() { lanes[lane].tokens = [id] }
        try model.forward(&lanes, in: &workspace, into: &sink)
    }

    mutating func advance(_ ids: [Int]) throws {
        lanes[0].tokens = ids
        try model.forward(&lanes, in: &workspace, into: &sink)
    }
}
