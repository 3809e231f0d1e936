public import ScopeDecoding
public import ScopeTrace
public import ScopeTransformer

/// Several observers as one: for a fixed set that travels together, or one that is put together at run
/// time.
///
/// Each sees every token in the order of the list. What they record stands side by side; where two
/// write the same key, the later one wins.
public struct MultiplexObserver: DecodingObserver {
    /// The observers as they stand.
    public private(set) var observers: [any DecodingObserver]

    /// Creates an observer of the given ones.
    public init(_ observers: [any DecodingObserver]) {
        self.observers = observers
    }

    /// Everything that any of the observers needs.
    public var signals: SignalRequest {
        observers.reduce(SignalRequest()) { $0.union($1.signals) }
    }

    /// What all of them keep together.
    public func byteCount(tokens: Int, of model: DecoderConfiguration) -> Double {
        observers.reduce(0) { $0 + $1.byteCount(tokens: tokens, of: model) }
    }

    /// Shows the token to each observer.
    ///
    /// - Parameters:
    ///   - step: The token.
    ///   - record: Takes the metrics of all.
    /// - Throws: What the first observer that fails throws; later ones do not see the token.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) throws {
        for index in observers.indices { try observers[index].observe(step, record: &record) }
    }

    /// The summaries of all.
    public func summary() -> TraceSummary {
        var summary = TraceSummary()
        for observer in observers { summary.merge(observer.summary()) }
        return summary
    }

    /// The first observer of a type, as it stands.
    ///
    /// - Parameter type: The type.
    /// - Returns: The observer; nil where none is of the type.
    /// - Complexity: O(observers).
    public func first<Observer: DecodingObserver>(of type: Observer.Type) -> Observer? {
        for observer in observers {
            if let observer = observer as? Observer { return observer }
        }
        return nil
    }
}
