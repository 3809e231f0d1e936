public import ScopeTensor
internal import ScopeTokenizers
public import ScopeTrace
public import ScopeTransformer

/// One sequence being decoded and watched: a value that forks by being copied.
///
/// Pull tokens with ``next()``; the prompt's tokens come first, then the drawn ones. Stop pulling and
/// it stops. A copy shares the cache's pages and goes its own way from there.
///
/// Deliberately no `Sequence`: `for … in` would iterate a copy. The asynchronous form is
/// ``DecodingRun``.
///
/// ```swift
/// var session = try DecodingSession(model, prompt: "def fibonacci(n):")
/// while let token = try session.next() {
///     print(token.text, terminator: "")
/// }
/// ```
public struct DecodingSession: Sendable {
    /// What decodes.
    public let context: ModelContext
    /// How tokens are drawn, and when decoding ends.
    public internal(set) var parameters: GenerateParameters
    /// What is changed in the model on the way; rows are token positions of the sequence.
    ///
    /// A change holds for the tokens that go through from then on, with the keys and values that are
    /// there already, so it is usually made before the first ``next()``; the trace's settings keep a
    /// line on each intervention that was ever set. One that has no place in the model is refused by
    /// ``next()`` as ``DecodingFailure/model(_:)``.
    public var edits: [Intervention<Float>] = [] {
        didSet { recordEdits() }
    }
    /// Called while the prompt is read, with the tokens done and the tokens in all.
    public var prefillProgress: (@Sendable (Int, Int) -> Void)?
    /// Bytes that the observers may make this session keep, beside weights and cache; nil for any
    /// number.
    ///
    /// Checked before anything is computed, against ``observationByteCount``.
    public var observationBudget: Int? = 2 << 30

    var recorder: Recorder
    var cache: KVCache<Float>
    /// The token that the cache's first position holds; above 0 once a window has moved on.
    var cacheStart = 0
    /// The prompt, then forced and drawn tokens; the trace holds those already observed.
    var sequence: TokenSequence
    /// What changes the logits before a draw: those of the settings, then the attached ones.
    var processors: [any LogitProcessor]
    var stopMatcher: StopMatcher
    /// The logits of the last row that went through the model.
    var lastLogits: [Float] = []
    /// Tokens handed out by ``next()``.
    var returned = 0
    /// Tokens drawn with the present settings.
    var drawn = 0
    /// What ended the session for good: an observer or a distribution that failed on the way leaves
    /// trace and cache out of step.
    var failure: DecodingFailure?
    /// Whether the observers as they are have been found to fit the model and the budget.
    var isObservationChecked = false

    /// Begins a sequence with a text.
    ///
    /// The document that the tokens' source spans count in is `prompt` with the text that is written
    /// after it; BOS, a template's tokens and special tokens that are drawn are no part of it.
    ///
    /// - Parameters:
    ///   - context: The model.
    ///   - prompt: The text to go on from.
    ///   - parameters: How to draw and when to end.
    ///   - addSpecialTokens: Whether the tokenizer's own template is applied.
    ///   - addBOS: Whether the model's BOS token goes first. Nothing is added unless asked.
    /// - Throws: ``DecodingFailure`` for settings out of range, an empty prompt, one that does not fit
    ///   the model's context, or a BOS asked of a model that has none.
    public init(
        _ context: ModelContext, prompt: String, parameters: GenerateParameters = .init(),
        addSpecialTokens: Bool = false, addBOS: Bool = false
    ) throws(DecodingFailure) {
        let encoding = context.tokenizer.encoding(
            of: prompt, addSpecialTokens: addSpecialTokens)
        var ids = encoding.ids
        var spans = encoding.sourceSpans
        if addBOS {
            guard let bos = context.configuration.bosTokenID ?? context.tokenizer.bosTokenId else {
                throw .invalidSetting(name: "addBOS", reason: "asks for a token this model lacks")
            }
            ids.insert(bos, at: 0)
            spans.insert(nil, at: 0)
        }
        try self.init(
            context, ids: ids, sourceSpans: spans, parameters: parameters,
            addedSpecialTokens: addSpecialTokens || addBOS)
    }

    /// Begins a sequence with ids.
    ///
    /// - Parameters:
    ///   - context: The model.
    ///   - ids: The tokens to go on from.
    ///   - parameters: How to draw and when to end.
    /// - Throws: ``DecodingFailure`` for settings out of range, an empty prompt, ids outside the
    ///   vocabulary, or more of them than fit the model's context.
    public init(
        _ context: ModelContext, ids: [Int], parameters: GenerateParameters = .init()
    ) throws(DecodingFailure) {
        try self.init(
            context, ids: ids, sourceSpans: nil, parameters: parameters, addedSpecialTokens: false)
    }

    private init(
        _ context: ModelContext, ids: [Int], sourceSpans: [Range<Int>?]?,
        parameters: GenerateParameters, addedSpecialTokens: Bool
    ) throws(DecodingFailure) {
        let limit = context.configuration.contextLength
        try parameters.validate(
            vocabularySize: context.configuration.vocabularySize, contextLength: limit)
        guard !ids.isEmpty else {
            throw .invalidSetting(
                name: "prompt", reason: "is empty: the first token needs something to follow")
        }
        guard ids.count <= limit || parameters.window != nil else {
            throw .model(.contextExceeded(length: ids.count, limit: limit))
        }
        let size = context.configuration.vocabularySize
        if let id = ids.first(where: { !(0..<size).contains($0) }) {
            throw .model(.tokenOutOfRange(id: id, vocabularySize: size))
        }
        self.init(
            checked: context, ids: ids, sourceSpans: sourceSpans, parameters,
            addsSpecialTokens: addedSpecialTokens)
    }

    init(
        checked context: ModelContext, ids: [Int], sourceSpans: [Range<Int>?]?,
        _ parameters: GenerateParameters, addsSpecialTokens: Bool
    ) {
        self.context = context
        self.parameters = parameters
        self.recorder = Recorder(
            trace: TokenTrace(
                header: TraceHeader(context, parameters, addSpecialTokens: addsSpecialTokens)),
            shape: (
                layerCount: context.configuration.layerCount,
                queryHeadCount: context.configuration.queryHeadCount
            ))
        self.cache = context.model.makeCache()
        self.sequence = TokenSequence(context, prompt: ids, sourceSpans: sourceSpans)
        self.processors = parameters.processors
        self.stopMatcher = StopMatcher(parameters.stopStrings)
        for index in processors.indices { showSequence(toProcessorAt: index) }
    }

    /// Everything observed so far.
    public var trace: TokenTrace {
        var trace = recorder.trace
        for observer in recorder.observers { trace.summary.merge(observer.summary()) }
        return trace
    }

    /// Why decoding ended; nil while it can go on.
    public var stopReason: StopReason? { recorder.trace.stopReason }

    /// Lets an observer watch from here on, usually from before the first ``next()``.
    ///
    /// - Parameter observer: The observer's starting value.
    /// - Returns: What reads the observer back.
    @discardableResult
    public mutating func attach<Observer: DecodingObserver>(
        _ observer: Observer
    ) -> ObserverHandle<Observer> {
        recorder.observers.append(observer)
        isObservationChecked = false
        return ObserverHandle(index: recorder.observers.count - 1)
    }

    /// The present value of an observer attached to this session or to the one it was copied from.
    public subscript<Observer: DecodingObserver>(
        handle: ObserverHandle<Observer>
    ) -> Observer {
        guard recorder.observers.indices.contains(handle.index),
            let observer = recorder.observers[handle.index] as? Observer
        else {
            preconditionFailure("the handle belongs to another session")
        }
        return observer
    }

    /// Which values of earlier tokens observers have changed since the last call, each once, by token.
    ///
    /// What is streamed token by token, such as JSON Lines, keeps up with them: the values as they are
    /// now stand in ``trace``.
    ///
    /// - Returns: Metrics and tokens.
    /// - Complexity: O(tokens × metrics that are amended).
    public mutating func takeAmendments() -> [TokenMetrics.Amendment] {
        recorder.amendments.take()
    }

    /// Appends a token of the caller's choice instead of a drawn one.
    ///
    /// - Parameter id: The token; the next ``next()`` returns it, measured like any other.
    /// - Throws: ``DecodingFailure/model(_:)`` for an id outside the vocabulary or a full context.
    public mutating func force(_ id: Int) throws(DecodingFailure) {
        let size = context.configuration.vocabularySize
        guard (0..<size).contains(id) else {
            throw .model(.tokenOutOfRange(id: id, vocabularySize: size))
        }
        let limit = context.configuration.contextLength
        guard sequence.count < limit || parameters.window != nil else {
            throw .model(.contextExceeded(length: sequence.count + 1, limit: limit))
        }
        append(id, origin: .forced)
        recorder.trace.stopReason = nil
        recorder.trace.stopMatch = nil
    }

    private mutating func recordEdits() {
        for edit in edits.map(\.description)
        where !recorder.trace.header.settings.interventions.contains(edit) {
            recorder.trace.header.settings.interventions.append(edit)
        }
    }
}
