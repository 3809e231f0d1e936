import ScopeFiles
import TestFixtures
import Testing
import TokenScope

/// Metrics against the reference's, step by step: once from the reference's own logits, once from
/// ours.
@Suite struct StepGoldenTests {
    struct Tolerance {
        var absolute: Double
        var surprisalRelative: Double
        var surprisalAbsolute: Double
        /// Logits nearer than this may change places.
        var tie: Float

        static let sameLogits = Tolerance(
            absolute: 1e-9, surprisalRelative: 1e-9, surprisalAbsolute: 1e-9, tie: 0)
        static let ownLogits = Tolerance(
            absolute: 1e-3, surprisalRelative: 2e-3, surprisalAbsolute: 2e-3, tie: 1e-3)
    }

    static let fixtures = Fixtures.folders("models")

    @Test(arguments: fixtures)
    func metricsOfTheReferencesLogitsAreExact(_ fixture: FixtureFolder) throws {
        let golden = try fixture.tensors("golden.safetensors")
        let ids = try golden.integers("input_ids")
        let flat = try golden.floats("logits")
        let size = flat.count / ids.count
        let rows = ids.indices.map { Array(flat[$0 * size..<($0 + 1) * size]) }
        var session = try DecodingSession(
            .replaying(rows), ids: ids, parameters: .greedy(maxTokens: 0))
        session.attachStandardMetrics()
        session.attach(AlternativesObserver(count: 10))
        let trace = try session.decodeAll()
        let steps = try fixture.json("golden.json").required("prompt_steps").elements()
        #expect(steps.count == ids.count - 1)
        for (offset, step) in steps.enumerated() {
            try check(trace, offset + 1, step, .sameLogits)
        }
    }

    @Test(arguments: fixtures)
    func metricsOfOwnLogitsAgree(_ fixture: FixtureFolder) throws {
        guard let model = try Self.model(fixture) else { return }
        let ids = try fixture.tensors("golden.safetensors").integers("input_ids")
        let report = try fixture.json("golden.json")
        let prompt = try report.required("prompt_steps").elements()
        let greedy = try report.required("greedy_steps").elements()
        var parameters = GenerateParameters.greedy(maxTokens: greedy.count)
        parameters.temperature = 0
        var session = try DecodingSession(model, ids: ids, parameters: parameters)
        session.attachStandardMetrics()
        session.attach(AlternativesObserver(count: 10))
        let trace = try session.decodeAll()
        for (offset, step) in prompt.enumerated() {
            try check(trace, offset + 1, step, .ownLogits)
        }
        // The reference does not stop at EOS, and counts the continuation's perplexity afresh.
        let written = trace.tokens.count - ids.count
        #expect(written == greedy.count || trace.stopReason == .eos)
        for (offset, step) in greedy.enumerated().prefix(written) {
            try check(trace, ids.count + offset, step, .ownLogits, perplexity: false)
        }
        let last = try #require(Array(greedy).prefix(written).last)
        try expect(
            trace.summary[.generatedPerplexity], last, "running_perplexity", 2e-3, 2e-3)
    }

    /// The model with any tokenizer, since the goldens are ids; nil where the family is not
    /// supported yet, which the transformer's tests count and name.
    private static func model(_ fixture: FixtureFolder) throws -> ModelContext? {
        do {
            let model = try DecoderModel(from: try fixture.folder(), algebra: HostAlgebra())
            return ModelContext(
                model: model, tokenizer: try ModelContext.tinyPython.get().tokenizer,
                identity: ModelIdentity(
                    name: fixture.name, family: "", fingerprint: "", parameterCount: 0))
        } catch ModelFailure.file(.unsupported) {
            return nil
        }
    }

    private func check(
        _ trace: TokenTrace, _ index: Int, _ step: JSONValue, _ tolerance: Tolerance,
        perplexity: Bool = true
    ) throws {
        #expect(try step.required("chosen").int() == trace.tokens[index].id)
        let loose = tolerance.surprisalRelative
        let floor = tolerance.surprisalAbsolute
        try expect(trace[.confidence]?[index], step, "prob", 0, tolerance.absolute)
        try expect(trace[.surprisal]?[index], step, "surprisal_nats", loose, floor)
        try expect(trace[.entropy]?[index], step, "entropy_nats", 0, tolerance.absolute)
        try expect(trace[.margin]?[index], step, "margin_top1_top2", 0, tolerance.absolute)
        if perplexity {
            try expect(trace[.runningPerplexity]?[index], step, "running_perplexity", loose, floor)
        }
        if tolerance.tie == 0 {
            #expect(try step.required("rank").int() == trace[.rank]?[index])
            let top = try step.required("top10_ids").elements().map { try $0.int() }
            #expect(trace[.alternatives]?[index] == TokenIDs(top))
        }
    }

    private func expect(
        _ own: Double?, _ step: JSONValue, _ name: String, _ relative: Double, _ absolute: Double
    ) throws {
        let own = try #require(own)
        let golden = try step.required(name).double()
        #expect(
            abs(own - golden) <= absolute + relative * abs(golden), "\(name): \(own), not \(golden)"
        )
    }
}
