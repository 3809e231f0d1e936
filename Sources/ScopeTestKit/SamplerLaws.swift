public import TokenScope

/// Checks a logit processor, with the settings of a draw, against every ``SamplerLaw``.
///
/// Each check decodes the same prompt with the same seed in two ways that must not differ, and compares
/// the logits that the processor left, the tokens and, where it is `Equatable`, its own value, bit for
/// bit. The last one draws at many seeds and compares the counts with the exact distribution.
///
/// ```swift
/// @Test func myProcessorKeepsTheLaws() throws {
///     #expect(try SamplerLaws().violations(of: MyProcessor()).isEmpty)
/// }
/// ```
public struct SamplerLaws: Sendable {
    /// The model to decode with.
    public let context: ModelContext
    /// The prompt.
    public let prompt: String
    /// How tokens are drawn.
    public let parameters: GenerateParameters
    /// Draws that are compared with the distribution.
    public let drawCount: Int

    /// Creates the checks.
    ///
    /// The chunks of the prompt stay below 16 tokens, where a row's numbers do not depend on its
    /// batch, so exact comparison is right with any model of this package.
    ///
    /// - Parameters:
    ///   - context: The model; by default a ``TinyModel``.
    ///   - prompt: The prompt; long enough to be cut up.
    ///   - parameters: How tokens are drawn; by default 12 of them at temperature 1.
    ///   - drawCount: Draws that are compared with the distribution.
    /// - Throws: `DecodingFailure` where the default model cannot be made.
    public init(
        context: ModelContext? = nil, prompt: String = "def add(a, b):\n    return",
        parameters: GenerateParameters? = nil, drawCount: Int = 4_000
    ) throws(DecodingFailure) {
        precondition(drawCount > 0, "a distribution is told by draws")
        if let context { self.context = context } else { self.context = try TinyModel().load() }
        self.prompt = prompt
        var settings =
            parameters ?? GenerateParameters(maxTokens: 12, temperature: 1, topP: 1, seed: 5)
        settings.prefillStepSize = 4
        self.parameters = settings
        self.drawCount = drawCount
    }

    /// The laws that a processor breaks.
    ///
    /// - Parameter processor: The processor's starting value, from which every check begins.
    /// - Returns: A violation for each check that failed; none where all is well.
    /// - Throws: `DecodingFailure` that the processor or the model caused; one that leaves nothing to
    ///   draw from among them.
    /// - Complexity: About twenty times the prompt with its continuation, and the draws.
    public func violations<Processor: LogitProcessor>(
        of processor: Processor
    ) throws(DecodingFailure) -> [SamplerViolation] {
        let laws: [(SamplerLaw, (Processor) throws(DecodingFailure) -> [String])] = [
            (.replay, replay), (.chunking, chunking), (.fork, fork), (.draws, draws),
        ]
        var violations: [SamplerViolation] = []
        for (law, check) in laws {
            for detail in try check(processor) {
                violations.append(SamplerViolation(law: law, detail: detail))
            }
        }
        return violations
    }

    private func replay<Processor: LogitProcessor>(
        _ processor: Processor
    ) throws(DecodingFailure) -> [String] {
        var first = try begin(processor)
        try first.decode()
        var second = try begin(processor)
        try second.decode()
        return difference(second, first, "the second run")
    }

    private func chunking<Processor: LogitProcessor>(
        _ processor: Processor
    ) throws(DecodingFailure) -> [String] {
        var whole = try begin(processor)
        try whole.decode()
        var details: [String] = []
        for size in [1, 3, 15] {
            var cut = try begin(processor) { $0.prefillStepSize = size }
            try cut.decode()
            details += difference(cut, whole, "with \(size) tokens of the prompt at once")
        }
        return details
    }

    private func fork<Processor: LogitProcessor>(
        _ processor: Processor
    ) throws(DecodingFailure) -> [String] {
        var alone = try begin(processor)
        try alone.decode()
        let length = alone.session.trace.tokens.count
        let first = length - alone.rows.count
        var details: [String] = []
        for place in Set([first, (first + length) / 2]) where place < length {
            let other = (alone.session.trace.tokens[place].id + 1) % 200
            var branchAlone = try begin(processor)
            try branchAlone.decode(place)
            try branchAlone.session.force(other)
            try branchAlone.decode()

            var trunk = try begin(processor)
            try trunk.decode(place)
            var branch = trunk
            try branch.session.force(other)
            try branch.decode()
            try trunk.decode()
            details += difference(trunk, alone, "a session whose fork at \(place) went on first")
            details += difference(branch, branchAlone, "a fork at \(place)")
        }
        return details
    }

    private func draws<Processor: LogitProcessor>(
        _ processor: Processor
    ) throws(DecodingFailure) -> [String] {
        var trunk = try begin(processor) { $0.maxTokens = 1 }
        try trunk.session.prefill()
        var probe = trunk
        try probe.decode()
        guard let row = probe.rows.last else { return [] }
        let exact = SamplingDistribution(logits: row.span, parameters: parameters)
        var counts: [Int: Int] = [:]
        for var sample in try trunk.session.samples(drawCount) {
            var drawn: Int?
            while let token = try sample.next() { drawn = token.id }
            if let drawn { counts[drawn, default: 0] += 1 }
        }
        let probabilities = Dictionary(
            exact.candidates.map { ($0.id, $0.probability) }, uniquingKeysWith: { $1 })
        let fit = ChiSquared(counts, against: probabilities)
        guard exact.candidates.count == 1 ? counts.count != 1 : fit.pValue < 1e-4 else { return [] }
        return ["\(drawCount) draws have χ² \(fit.statistic) at \(fit.degreesOfFreedom)"]
    }

    private func begin<Processor: LogitProcessor>(
        _ processor: Processor, _ change: (inout GenerateParameters) -> Void = { _ in }
    ) throws(DecodingFailure) -> ProcessedRun<Processor> {
        var parameters = parameters
        change(&parameters)
        return ProcessedRun(
            try DecodingSession(context, prompt: prompt, parameters: parameters), processor)
    }

    private func difference<Processor: LogitProcessor>(
        _ run: ProcessedRun<Processor>, _ expected: ProcessedRun<Processor>, _ what: String
    ) -> [String] {
        run.difference(from: expected).map { ["\(what): \($0)"] } ?? []
    }
}
