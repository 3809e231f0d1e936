import ScopeTensor
import ScopeTransformer
import TestFixtures
import Testing

/// The cache as a value: forks share pages, and a row written later copies the last page alone.
@Suite struct CacheTests {
    private func model() throws -> DecoderModel<HostAlgebra> {
        try #require(GoldenModel.all.first).load(HostAlgebra())
    }

    private func extend(
        _ cache: KVCache<Float>, _ tokens: [Int], _ model: DecoderModel<HostAlgebra>
    ) throws -> (cache: KVCache<Float>, logits: [Float]) {
        var lanes = [Lane(tokens: tokens, cache: cache)]
        var workspace = Workspace<Float>()
        var collector = Collector<Float>()
        try model.forward(&lanes, in: &workspace, into: &collector)
        let row = RowPlace(lane: 0, row: cache.count + tokens.count - 1)
        return (lanes[0].cache, try #require(collector.logits[row]))
    }

    @Test func aForkCopiesOnlyTheFilledRowsOfItsLastPage() throws {
        let model = try model()
        let prompt = (0..<5).map { $0 + 3 }
        let trunk = try extend(model.makeCache(), prompt, model).cache
        #expect(trunk.counters == CacheCounters(pagesAllocated: 1, pagesCopied: 0, rowsCopied: 0))
        let left = try extend(trunk, [1], model)
        let right = try extend(trunk, [2], model)
        #expect(left.cache.counters.pagesCopied == 1)
        #expect(left.cache.counters.rowsCopied == 5)
        #expect(right.cache.counters.rowsCopied == 5)
        // A second row of the same fork finds the page its own.
        let longer = try extend(consume(left.cache), [4], model).cache
        #expect(longer.count == 7)
        // The trunk is as it was: the same token gives the same bits.
        #expect(try extend(trunk, [1], model).logits == left.logits)
        #expect(try extend(trunk, [2], model).logits == right.logits)
    }

    private func consume(_ cache: consuming KVCache<Float>) -> KVCache<Float> { cache }

    @Test func theSoleOwnerCopiesNothing() throws {
        let model = try model()
        var lanes = [Lane(tokens: [5, 6, 7], cache: model.makeCache())]
        var workspace = Workspace<Float>()
        for token in 0..<12 {
            var collector = Collector<Float>()
            try model.forward(&lanes, in: &workspace, into: &collector)
            lanes[0].tokens = [token]
        }
        #expect(lanes[0].cache.counters == CacheCounters(pagesAllocated: 1))
        #expect(lanes[0].cache.count == 14)
    }

    @Test func pagesFillAtTheirBorder() throws {
        let model = try model()
        let length = min(KVCache<Float>.pageRows + 3, model.configuration.contextLength - 1)
        let ids = (0..<length).map { $0 % model.configuration.vocabularySize }
        let whole = try model.logits(ids, chunk: length)
        let single = try model.logits(ids, chunk: 1)
        let bound = 2e-4 * peak(whole.joined())
        #expect(difference(Array(single.joined()), Array(whole.joined())) <= bound)
    }

    @Test func aCancelledPassLeavesTheCacheAsItWas() throws {
        let model = try model()
        let trunk = try extend(model.makeCache(), [3, 4, 5], model).cache
        var lanes = [Lane(tokens: [6], cache: trunk)]
        var workspace = Workspace<Float>()
        var cancelling = Collector<Float>()
        cancelling.cancelsBefore = 1
        #expect(throws: ModelFailure.cancelled) {
            try model.forward(&lanes, in: &workspace, into: &cancelling)
        }
        #expect(lanes[0].cache.count == 3)
        let fork = lanes[0].cache
        let after = try extend(lanes[0].cache, [9], model).logits
        #expect(after == (try extend(trunk, [9], model).logits))
        #expect(after == (try extend(fork, [9], model).logits))
    }

    /// Halves have eleven bits: what a model says of them moves by some of the last one, however the
    /// text is cut into passes, and a cache takes half the memory.
    @Test(arguments: GoldenModel.all)
    func halvesInTheCacheMoveLogitsALittle(_ fixture: GoldenModel) throws {
        let full = try fixture.load(HostAlgebra())
        let half = try DecoderModel(
            from: fixture.fixture.folder(), algebra: HostAlgebra(),
            options: ModelOptions(cache: .float16))
        #expect(half.arithmetic == full.arithmetic + ", cache float16")
        #expect(
            KVCache<Float>.byteCount(rows: 40, shape: half.cacheShape) * 2
                == KVCache<Float>.byteCount(rows: 40, shape: full.cacheShape))
        let length = min(40, full.configuration.contextLength)
        let ids = (0..<length).map { ($0 * 7 + 3) % full.configuration.vocabularySize }
        let expected = Array(try full.logits(ids, chunk: length).joined())
        let bound = 0x1p-8 * peak(expected)
        for chunk in [length, 7] {
            let given = Array(try half.logits(ids, chunk: chunk).joined())
            #expect(given != expected)
            #expect(difference(given, expected) <= bound, "chunks of \(chunk)")
        }
    }

    @Test func truncationGoesBackToAnEarlierState() throws {
        let model = try model()
        let trunk = try extend(model.makeCache(), [3, 4, 5], model).cache
        var longer = try extend(trunk, [6, 7], model).cache
        longer.truncate(to: 3)
        #expect(
            try extend(longer, [8], model).logits == (try extend(trunk, [8], model).logits))
    }

    @Test func theContextIsNeverExceeded() throws {
        let model = try model()
        let limit = model.configuration.contextLength
        #expect(throws: ModelFailure.contextExceeded(length: limit + 1, limit: limit)) {
            try model.logits(Array(repeating: 1, count: limit + 1), chunk: limit + 1)
        }
    }

    @Test func idsOutsideTheVocabularyAreRefused() throws {
        let model = try model()
        let size = model.configuration.vocabularySize
        for id in [-1, size, Int.max] {
            #expect(throws: ModelFailure.tokenOutOfRange(id: id, vocabularySize: size)) {
                try model.logits([id], chunk: 1)
            }
        }
    }
}
