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
        let ids = (0..<length).map { 1 + $0 * 7919 % (vocabularySize - 1) }
        return Double(length) / (try clock.time { try run.advance(ids) })
    }

    /// Tokens a second when writing `count` tokens after a prompt of one, greedily, without
    /// observers.
    func decode(_ count: Int) throws -> Double {
        var run = Run(model: context.model)
        try run.advance([1])
        let seconds = try clock.time {
            for _ in 0..<count { try run.advance([run.next]) }
        }
        return Double(count) / seconds
    }

    var vocabularySize: Int { context.configuration.vocabularySize }

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

    /// The most probable next token.
    var next: Int { sink.best }

    mutating func advance(_ ids: [Int]) throws {
        lanes[0].tokens = ids
        try model.forward(&lanes, in: &workspace, into: &sink)
    }
}
