public import ScopeTrace
public import ScopeTransformer

/// Watches a sequence token by token and writes what it sees into the trace.
///
/// An observer is a value: it forks with its session, so what it keeps must be part of the value (a
/// class would be shared by both forks). It declares the signals it needs, and the engine computes
/// exactly those. Three things must hold: a fork leaves the other side unaffected; observing a
/// prefix and then the rest equals observing the whole; replaying a sequence gives the same values.
///
/// ```swift
/// struct TopTwoRatio: DecodingObserver {
///     mutating func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) {
///         guard let distribution = step.distribution else { return }
///         let top = distribution.mostProbable(2)
///         record[.topTwoRatio] =
///             distribution.probability(of: top[1]) / distribution.probability(of: top[0])
///     }
/// }
/// extension MetricKey where Value == Double {
///     static let topTwoRatio = MetricKey("top_two_ratio", unit: .ratio)
/// }
/// ```
public protocol DecodingObserver: Sendable {
    /// What the engine must lend besides the distribution; by default nothing.
    var signals: SignalRequest { get }

    /// Bytes that the observer will keep and record by the time it has seen that many tokens, at most;
    /// by default 0, which is right for a few numbers a token.
    ///
    /// Sessions refuse to begin where all observers together exceed their budget; see
    /// ``DecodingSession/observationBudget``.
    ///
    /// - Parameters:
    ///   - tokens: The most tokens that the sequence may come to.
    ///   - model: The model's shape.
    /// - Returns: The bytes; not exact, and large where the truth is unknown.
    func byteCount(tokens: Int, of model: DecoderConfiguration) -> Double

    /// Sees one token: prompt, sampled and forced ones alike, in order.
    ///
    /// - Parameters:
    ///   - step: The token and what predicted it; valid for the call only.
    ///   - record: Takes this token's metrics, and amends those of earlier tokens.
    /// - Throws: Anything; it ends the session as ``DecodingFailure/observer(name:underlying:)``.
    mutating func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) throws

    /// What can be said of the whole sequence so far, at any time; by default nothing.
    func summary() -> TraceSummary
}

extension DecodingObserver {
    /// Nothing.
    public var signals: SignalRequest { SignalRequest() }

    /// None to speak of.
    public func byteCount(tokens: Int, of model: DecoderConfiguration) -> Double { 0 }

    /// Nothing.
    public func summary() -> TraceSummary { TraceSummary() }
}

/// Names an attached observer, so that its value can be read back with its own type.
public struct ObserverHandle<Observer: DecodingObserver>: Sendable {
    let index: Int
}
