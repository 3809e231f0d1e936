import Testing
import TinyPythonModel
import TokenScope

/// The session: prompt first, one way to end, forks that leave each other alone.
@Suite struct SessionTests {
    private let prompt = "def fibonacci(n):\n    "

    private func model() throws -> ModelContext { try ModelContext.tinyPython.get() }

    private func session(
        _ parameters: GenerateParameters = .greedy(maxTokens: 12)
    ) throws -> DecodingSession {
        var session = try DecodingSession(try model(), prompt: prompt, parameters: parameters)
        session.attachStandardMetrics()
        return session
    }

    @Test(arguments: [WeightStorage.packed, .mapped])
    func loadingSaysHowFarItIs(_ storage: WeightStorage) throws {
        var shares: [Double] = []
        let model = try loadModel(from: .tinyPython, options: ModelOptions(storage: storage)) {
            shares.append($0)
        }
        let layers = model.configuration.layerCount
        #expect(shares == (1...layers + 1).map { Double($0) / Double(layers + 1) })
    }

    @Test func thePromptComesFirstAndIsMeasured() throws {
        var session = try session()
        var tokens: [TokenRecord] = []
        while let token = try session.next() { tokens.append(token) }
        let trace = session.trace
        #expect(tokens == trace.tokens)
        let written = tokens.count { $0.origin == .sampled }
        #expect(written == 12)
        #expect(trace.stopReason == .length)
        #expect(tokens.first?.origin == .prompt)
        #expect(trace.text.hasPrefix(prompt))
        let surprisal = try #require(trace[.surprisal])
        #expect(surprisal[0] == nil)
        #expect(surprisal.dropFirst().allSatisfy { $0 != nil })
        #expect(trace.metrics.names.contains("rank"))
        #expect(try session.next() == nil)
    }

    @Test func spansTileSequenceAndSource() throws {
        var session = try session()
        let trace = try session.decodeAll()
        var end = 0
        for token in trace.tokens {
            #expect(token.sequenceSpan == end..<end + token.bytes.count)
            #expect(token.sourceSpan == token.sequenceSpan)
            end += token.bytes.count
        }
        #expect(end == trace.text.utf8.count)
        #expect(trace.documentMap == nil)
        #expect(trace.documents == DocumentMap.identity(byteCount: end))
    }

    @Test func aBOSHasASequenceSpanAndNoSource() throws {
        var session = try DecodingSession(
            try model(), prompt: prompt, parameters: .greedy(maxTokens: 1), addBOS: true)
        let trace = try session.decodeAll()
        #expect(trace.tokens[0].role == .bos)
        #expect(trace.tokens[0].sourceSpan == nil)
        #expect(trace.tokens[1].sourceSpan?.lowerBound == 0)
        #expect(trace.tokens[1].sequenceSpan.lowerBound == trace.tokens[0].bytes.count)
        #expect(trace.header.settings.addSpecialTokens)
        var expected = DocumentMap()
        expected.skip(trace.tokens[0].bytes.count)
        expected.append(trace.bytes.count - trace.tokens[0].bytes.count)
        #expect(trace.documents == expected)
    }

    @Test func theSameSeedGivesTheSameTrace() throws {
        let parameters = GenerateParameters(maxTokens: 30, seed: 7)
        var first = try session(parameters)
        var second = try session(parameters)
        let trace = try first.decodeAll()
        #expect(try second.decodeAll() == trace)
        var other = try session(GenerateParameters(maxTokens: 30, seed: 8))
        #expect(try other.decodeAll().ids != trace.ids)
    }

    @Test func aForkGoesItsOwnWay() throws {
        var trunk = try session(GenerateParameters(maxTokens: 20, seed: 3))
        for _ in 0..<14 { _ = try trunk.next() }
        var alone = trunk
        let expected = try alone.decodeAll()
        var fork = trunk
        try fork.force(5)
        let forked = try fork.decodeAll()
        #expect(forked.ids != expected.ids)
        #expect(forked.tokens.contains { $0.origin == .forced && $0.id == 5 })
        #expect(try trunk.decodeAll() == expected)
    }

    @Test func forksDecodeInParallelAsTheyDoAlone() async throws {
        var trunk = try session(GenerateParameters(maxTokens: 12, seed: 3))
        for _ in 0..<10 { _ = try trunk.next() }
        let shared = trunk
        var expected: [[Int]] = []
        for id in 10..<16 {
            var fork = shared
            try fork.force(id)
            expected.append(try fork.decodeAll().ids)
        }
        let parallel = try await withThrowingTaskGroup(of: (Int, [Int]).self) { group in
            for id in 10..<16 {
                group.addTask {
                    var fork = shared
                    try fork.force(id)
                    return (id, try fork.decodeAll().ids)
                }
            }
            var results: [Int: [Int]] = [:]
            for try await (id, ids) in group { results[id] = ids }
            return (10..<16).compactMap { results[$0] }
        }
        #expect(parallel == expected)
    }

    @Test func aForcedTokenIsMeasuredLikeAnyOther() throws {
        var drawn = try session(.greedy(maxTokens: 3))
        let trace = try drawn.decodeAll()
        let start = try #require(trace.tokens.firstIndex { $0.origin == .sampled })
        var forced = try session(.greedy(maxTokens: 0))
        while try forced.next() != nil {}
        for token in trace.tokens[start...] {
            try forced.force(token.id)
            #expect(try forced.next()?.origin == .forced)
        }
        let other = forced.trace
        #expect(other.ids == trace.ids)
        let pairs = zip(try #require(trace[.entropy]), try #require(other[.entropy]))
        for (left, right) in pairs {
            #expect(left == right)
        }
    }

    @Test func replayingTheIdsGivesTheSameNumbers() throws {
        var written = try session(GenerateParameters(maxTokens: 40, seed: 1))
        let trace = try written.decodeAll()
        var replay = try DecodingSession(
            try model(), ids: trace.ids, parameters: .greedy(maxTokens: 0))
        replay.attachStandardMetrics()
        let again = try replay.decodeAll()
        let pairs = zip(try #require(trace[.surprisal]), try #require(again[.surprisal]))
        for (left, right) in pairs.dropFirst() {
            let left = try #require(left)
            #expect(abs(left - (try #require(right))) <= 1e-4 * (1 + abs(left)))
        }
    }
}
