public import ScopeTrace
internal import ScopeTokenizers
internal import ScopeTransformer

/// Two models reading the same text side by side, chunk by chunk.
///
/// Pull chunks with ``next()``; ``comparison`` is what there is so far. Of a chunk, A's logits and
/// residual rows are kept until B has been through it, at most 64 MiB or one row; nothing that grows
/// with tokens × vocabulary is.
///
/// ```swift
/// var session = try ComparisonSession(a, b, text: source)
/// while let tokens = try session.next() { print(tokens.upperBound, "of", session.tokenCount) }
/// print(session.comparison.meanDivergence ?? 0)
/// ```
///
/// Both models compute with the same cuts between passes, so a model compared with itself differs from
/// itself by exactly 0. A task that is cancelled ends with what there is; the trace's `stopReason`
/// says so.
public struct ComparisonSession: Sendable {
    /// What the models have been compared on so far.
    public internal(set) var comparison: ModelComparison

    let a: ModelContext
    let b: ModelContext
    let parameters: ComparisonParameters
    let sequence: TokenSequence
    var caches: Caches
    /// The token that the caches' first position holds; above 0 once a window has moved on.
    var cacheStart = 0
    /// What is added up of each layer.
    var layers: [LayerSums]
    /// What is added up of each part; nil where parts are not compared.
    var parts: PartSums?
    private var failure: DecodingFailure?

    /// Begins to compare two models on a text.
    ///
    /// - Parameters:
    ///   - a: The model whose distribution the divergence is an expectation over.
    ///   - b: The model that is compared with it.
    ///   - text: What both read; nothing is added unless asked for.
    ///   - parameters: How they are compared.
    /// - Throws: ``DecodingFailure/differentVocabularies(reason:)`` for models that do not share a
    ///   vocabulary, ``DecodingFailure/differentShapes(reason:)`` for models of other shapes whose parts
    ///   are to be compared, or another ``DecodingFailure`` for an empty text, one that does not fit a
    ///   context, or settings out of range.
    /// - Complexity: O(text + vocabulary).
    public init(
        _ a: ModelContext, _ b: ModelContext, text: String,
        parameters: ComparisonParameters = ComparisonParameters()
    ) throws(DecodingFailure) {
        let encoding = a.tokenizer.encoding(of: text)
        try Self.check(encoding.ids, b.tokenizer.encode(text: text), a.tokenizer)
        try self.init(a, b, encoding.ids, spans: encoding.sourceSpans, parameters)
    }

    /// Begins to compare two models on tokens.
    ///
    /// - Parameters:
    ///   - a: The model whose distribution the divergence is an expectation over.
    ///   - b: The model that is compared with it.
    ///   - ids: What both read.
    ///   - parameters: How they are compared.
    /// - Throws: As ``init(_:_:text:parameters:)``.
    /// - Complexity: O(tokens + vocabulary).
    public init(
        _ a: ModelContext, _ b: ModelContext, ids: [Int],
        parameters: ComparisonParameters = ComparisonParameters()
    ) throws(DecodingFailure) {
        try self.init(a, b, ids, spans: nil, parameters)
    }

    private init(
        _ a: ModelContext, _ b: ModelContext, _ ids: [Int], spans: [Range<Int>?]?,
        _ parameters: ComparisonParameters
    ) throws(DecodingFailure) {
        try Self.checkVocabularies(a.tokenizer, b.tokenizer)
        var (ids, spans) = (ids, spans)
        if parameters.addBOS {
            ids.insert(try Self.sharedBOS(a, b), at: 0)
            spans?.insert(nil, at: 0)
        }
        let settings = try Self.settings(parameters, a, b)
        try Self.check(ids, a, b, settings)
        self.a = a
        self.b = b
        self.parameters = parameters
        sequence = TokenSequence(a, prompt: ids, sourceSpans: spans)
        caches = Caches(a, b)
        let agrees =
            a.configuration.layerCount == b.configuration.layerCount
            && a.configuration.hiddenSize == b.configuration.hiddenSize
        layers =
            parameters.comparesLayers && agrees
            ? Array(repeating: LayerSums(), count: a.configuration.layerCount + 1) : []
        if parameters.comparesParts {
            if let reason = Self.partsFault(a, b) { throw .differentShapes(reason: reason) }
            parts = PartSums(blocks: a.configuration.layerCount)
        }
        comparison = ModelComparison(
            a: a.identity, b: b.identity,
            trace: TokenTrace(
                header: TraceHeader(a, settings, addSpecialTokens: parameters.addBOS)),
            vocabularySize: min(
                a.configuration.vocabularySize, b.configuration.vocabularySize),
            layerThreshold: parameters.layerThreshold)
    }

    /// The tokens of the text.
    public var tokenCount: Int { sequence.count }

    /// Compares the models on a further chunk of the text.
    ///
    /// - Returns: The tokens that were compared, the first of all tokens, which has no prediction,
    ///   among them; nil at the end of the text, or when the task is cancelled.
    /// - Throws: ``DecodingFailure``, again at every further call.
    /// - Complexity: One pass of each model over the chunk.
    public mutating func next() throws(DecodingFailure) -> Range<Int>? {
        if let failure { throw failure }
        guard comparison.trace.stopReason == nil else { return nil }
        let start = comparison.trace.tokens.count
        guard start < sequence.count else {
            comparison.trace.stopReason = .length
            return nil
        }
        do throws(DecodingFailure) {
            if start == 0 { comparison.trace.append(sequence[0]) }
            // What a moved window reads again compares nothing.
            while comparison.trace.tokens.count < max(start + 1, min(2, sequence.count)) {
                try passNext()
            }
        } catch .model(.cancelled) {
            comparison.trace.stopReason = .cancelled
            return nil
        } catch {
            failure = error
            throw error
        }
        return start..<comparison.trace.tokens.count
    }
}

/// Compares two models on a text.
///
/// - Parameters:
///   - a: The model whose distribution the divergence is an expectation over.
///   - b: The model that is compared with it.
///   - text: What both read; nothing is added unless asked for.
///   - parameters: How they are compared.
///   - progress: Called after each chunk with the tokens compared and the tokens in all.
/// - Returns: The comparison; of a task that is cancelled, as far as it came.
/// - Throws: ``DecodingFailure``, see ``ComparisonSession``.
/// - Complexity: One pass of each model over the text.
public func compareModels(
    _ a: ModelContext, _ b: ModelContext, text: String,
    parameters: ComparisonParameters = ComparisonParameters(),
    progress: (Int, Int) -> Void = { _, _ in }
) throws(DecodingFailure) -> ModelComparison {
    var session = try ComparisonSession(a, b, text: text, parameters: parameters)
    while let tokens = try session.next() { progress(tokens.upperBound, session.tokenCount) }
    return session.comparison
}
