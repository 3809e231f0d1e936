import ScopeDecoding
import ScopeFiles
import ScopeMetrics
import ScopeReports
import ScopeTensor
import ScopeTestKit
import ScopeTokenizers
import ScopeTransformer
import TestFixtures
import Testing

/// What has to hold for every model, every text and every seed; more of them with `TOKENSCOPE_SOAK`.
@Suite struct PropertyTests {
    /// The logits of a text do not depend on how it is cut into passes.
    @Test(arguments: Fixtures.roots[0].folders("models"))
    func anyCutGivesTheLogitsOfOnePass(_ fixture: FixtureFolder) throws {
        let model = try DecoderModel(from: fixture.folder(), algebra: HostAlgebra())
        let size = model.configuration.vocabularySize
        var random = SystemRandomNumberGenerator()
        for _ in 0..<(isLong ? 20 : 1) {
            let length = min(24, model.configuration.contextLength)
            let ids = (0..<length).map { _ in Int.random(in: 0..<size, using: &random) }
            let whole = try logits(model, ids, cuts: [length])
            var cuts: [Int] = []
            while cuts.reduce(0, +) < length {
                cuts.append(Int.random(in: 1...(length - cuts.reduce(0, +)), using: &random))
            }
            let parts = try logits(model, ids, cuts: cuts)
            #expect(whole.count == length && parts.count == length)
            for (row, (left, right)) in zip(whole, parts).enumerated() {
                let largest = left.reduce(0) { max($0, abs($1)) }
                let difference = zip(left, right).reduce(0) { max($0, abs($1.0 - $1.1)) }
                #expect(difference <= 2e-4 * largest, "\(fixture), cuts \(cuts), row \(row)")
            }
        }
    }

    /// A seed gives the same bytes however many threads compute.
    @Test(arguments: isLong ? 0..<UInt64(20) : 0..<2)
    func aSeedGivesTheSameBytesWithAnyNumberOfThreads(_ seed: UInt64) throws {
        let model = TinyModel(seed: seed, layerCount: 2, hiddenSize: 128)
        var texts: [String] = []
        for threads in [1, 2, 3] {
            let context = try loadModel(from: model.folder, options: ModelOptions(threads: threads))
            var session = try DecodingSession(
                context, prompt: "def f(x):\n    return",
                parameters: GenerateParameters(
                    maxTokens: 12, temperature: 1.2, topP: 0.98, seed: seed, prefillStepSize: 7))
            session.attachStandardMetrics()
            session.attach(AttentionObserver())
            while try session.next() != nil {}
            texts.append(JSONLinesWriter().text(of: session.trace))
        }
        #expect(texts[0].utf8.count > 1_000)
        #expect(texts[1] == texts[0])
        #expect(texts[2] == texts[0])
    }

    /// Sources of many languages, broken ones among them, come back from their tokens.
    @Test(arguments: ["gpt2", "llama3", "o200k", "starcoder", "deepseek"])
    func sourcesComeBackFromTheirTokens(_ name: String) throws {
        let root = Fixtures.packageRoot
        let tokenizer = try AutoTokenizer.from(
            FileFolder(directory: "\(root)/Tests/Fixtures/tokenizers/\(name)"))
        var paths = [
            "README.md", "Package.swift", "Scripts/fuzz", "Sources/CScopeKernels/lanes.h",
            "Sources/CScopeKernels/dispatch.c", "Tests/Fixtures/gguf/convert.py",
        ]
        for folder in ["Tests/Fixtures/ast/sources", "Sources/CScopePage/page"] {
            let names = try FileFolder(directory: "\(root)/\(folder)").fileNames
            paths += names.map { "\(folder)/\($0)" }
        }
        var count = 0
        for path in paths {
            let file = try FileContents.open("\(root)/\(path)")
            let bytes = file.copy(0..<min(file.byteCount, isLong ? .max : 20_000))
            guard let text = String(validating: bytes, as: UTF8.self) else { continue }
            let ids = tokenizer.encode(text: text)
            #expect(tokenizer.decode(tokens: ids).utf8.elementsEqual(text.utf8), "\(path)")
            count += 1
        }
        #expect(count > 12)
    }
}

/// The logits of every row of a text that goes through the model in pieces of these lengths.
private func logits(
    _ model: DecoderModel<HostAlgebra>, _ ids: [Int], cuts: [Int]
) throws -> [[Float]] {
    var cache = model.makeCache()
    var workspace = Workspace<Float>()
    var sink = RowSink()
    var start = 0
    for length in cuts {
        var lanes = [
            Lane(
                tokens: Array(ids[start..<start + length]), cache: cache, logits: .all,
                textLength: ids.count)
        ]
        try model.forward(&lanes, in: &workspace, into: &sink)
        cache = lanes[0].cache
        start += length
    }
    return sink.rows
}

private struct RowSink: SignalSink {
    var rows: [[Float]] = []

    mutating func logits(_ logits: Span<Float>, at place: RowPlace) {
        rows.append(logits.indices.map { logits[$0] })
    }
}
