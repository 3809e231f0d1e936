public import ScopeTrace

/// Changes logits before a token is drawn: forbids tokens, favours some, enforces a grammar.
///
/// A processor is a value: it forks with its session, so what it keeps must be part of the value.
/// It edits a copy; the model's own distribution, which metrics read, stays as it was. The order is
/// fixed: logit bias, repetition penalty, frequency and presence penalties, then the attached
/// processors in the order in which they were attached, then temperature, top-k, top-p and min-p.
///
/// ```swift
/// struct NoRepeat: LogitProcessor {
///     var last: Int?
///     mutating func accept(_ token: TokenRecord) { last = token.id }
///     func process(_ logits: inout MutableSpan<Float>, at index: TokenIndex) {
///         if let last { logits[last] = -.infinity }
///     }
/// }
/// ```
public protocol LogitProcessor: Sendable {
    /// What the trace's header calls the processor; by default the name of its type.
    var name: String { get }

    /// Sees a token that has become part of the sequence; by default does nothing.
    ///
    /// - Parameter token: The next token of the sequence: prompt, sampled and forced ones alike, each
    ///   once and in order, those before the processor was attached included.
    mutating func accept(_ token: TokenRecord)

    /// Edits the logits from which the next token is drawn.
    ///
    /// - Parameters:
    ///   - logits: One for each entry of the vocabulary. −∞ forbids a token; NaN and +∞ are refused
    ///     as ``DecodingFailure/nothingToSample(token:)``, as is a row without any finite logit.
    ///   - index: The place of the token to be drawn.
    /// - Throws: Anything; it ends the session as ``DecodingFailure/processor(name:underlying:)``.
    mutating func process(_ logits: inout MutableSpan<Float>, at index: TokenIndex) throws
}

extension LogitProcessor {
    /// The name of the type.
    public var name: String { "\(Self.self)" }

    /// Does nothing.
    public mutating func accept(_ token: TokenRecord) {}
}

/// Names an attached processor, so that its value can be read back with its own type.
public struct ProcessorHandle<Processor: LogitProcessor>: Sendable {
    let index: Int
}
