import ScopeTestKit
import TestFixtures
import TokenScope

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Rows of logits whose softmax are the given probabilities.
func rows(_ probabilities: [[Double]]) -> [[Float]] {
    probabilities.map { $0.map { $0 == 0 ? -.infinity : Float(log($0)) } }
}

/// Decodes ids through a model that answers with the given probabilities.
func decode(
    _ probabilities: [[Double]], ids: [Int],
    _ parameters: GenerateParameters = .greedy(maxTokens: 0),
    with observers: any DecodingObserver...
) throws -> TokenTrace {
    var session = try DecodingSession(
        ScriptedModel(rows: rows(probabilities)).context, ids: ids, parameters: parameters)
    for observer in observers { session.attachAny(observer) }
    while try session.next() != nil {}
    return session.trace
}

/// Whether two numbers are as near as `Float` logits allow.
func isNear(_ value: Double?, _ expected: Double, within tolerance: Double = 1e-6) -> Bool {
    guard let value else { return false }
    return value == expected || abs(value - expected) <= tolerance
}

extension DecodingSession {
    /// Attaches an observer whose type is not known.
    mutating func attachAny(_ observer: any DecodingObserver) {
        func open<Observer: DecodingObserver>(_ observer: Observer) {
            let _: ObserverHandle<Observer> = attach(observer)
        }
        open(observer)
    }
}

/// Whether golden tests say how far off they are, not only whether it is too far.
let reportsDistances = environmentValue("TOKENSCOPE_REPORT") != nil
