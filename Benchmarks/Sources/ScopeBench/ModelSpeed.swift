import TokenScope

/// How fast one model loads, reads a prompt and writes.
struct ModelSpeed {
    let folder: FileFolder
    let context: ModelContext
    let clock: BenchClock

    /// Load time has a model of its own each time, all else shares one.
    init(folder: FileFolder, clock: BenchClock) throws {
        self.folder = folder
        self.clock = clock
        context = try loadModel(from: folder)
    }

    /// Seconds to open the model.
    func load() throws -> Double {
        try clock.time { _ = try loadModel(from: folder) }
    }

    /// Seconds to open the model and predict the token after one token.
    func loadToFirstLogits() throws -> Double {
        try clock.time {
            let fresh = try loadModel(from: folder).model
            var run = Run(model: fresh)
            try run.advance([1])
        }
    }

    /// Prompt tokens a second, for a prompt of `length` tokens in one pass.
    func prefill(_ length: Int) throws -> Double {
        var run = Run(model: context.model)
        let ids = ids(length)
        return Double(length) / (try clock.time { try run.advance(ids) })
    }

    /// Tokens a second, one at a time from an empty context on, each with its most probable
    /// successor, without observers.
    func decode(_ count: Int) throws -> Double {
        var run = Run(model: context.model)
        let ids = ids(count + 1)
        try run.advance([ids[0]])
        let seconds = try clock.time {
            for id in ids.dropFirst() { try run.advance([id]) }
        }
        return Double(count) / seconds
    }

    /// The same through a session with the bundled observers attached, so that the difference is
    /// what watching costs.
    func decodeObserved(_ count: Int) throws -> Double {
        let ids = ids(count + 1)
        var session = try DecodingSession(context, ids: [ids[0]])
        session.attachStandardMetrics()
        _ = try session.next()
        let seconds = try clock.time {
            for id in ids.dropFirst() {
                try session.force(id)
                _ = try session.next()
            }
        }
        return Double(count) / seconds
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

    mutating func advance(_ ids: [Int]) throws {
        lanes[0].tokens = ids
        try model.forward(&lanes, in: &workspace, into: &sink)
    }
}
