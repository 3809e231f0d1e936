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

    /// Tokens a second of a greedy session after a prompt of one token, with the bundled observers
    /// or with none, so that the difference is what watching costs.
    ///
    /// A text that ends early is followed by another with another first token.
    func decode(_ count: Int, observed: Bool) throws -> Double {
        var drawn = 0
        var seconds = 0.0
        for first in ids(count) where drawn < count {
            var session = try DecodingSession(
                context, ids: [first], parameters: .greedy(maxTokens: count - drawn))
            if observed { session.attachStandardMetrics() }
            _ = try session.next()
            seconds += try clock.time {
                while try session.next() != nil { drawn += 1 }
            }
        }
        return Double(drawn) / seconds
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
