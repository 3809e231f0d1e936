internal import ScopeTrace

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The number that patching is to change: of the prediction of the token after the prompt.
public enum PatchingMeasure: Hashable, Sendable {
    /// The logit of one id less that of another (Wang et al., 2022, arXiv 2211.00593).
    case logitDifference(Int, against: Int)
    /// The logarithm of an id's probability, in nats.
    case logProbability(Int)
    /// An id's probability (Meng et al., 2022, arXiv 2202.05262).
    case probability(Int)

    /// The ids that are looked at.
    var ids: [Int] {
        switch self {
        case .logitDifference(let id, let other): [id, other]
        case .logProbability(let id), .probability(let id): [id]
        }
    }

    /// As a matrix records it.
    var settings: [String: String] {
        switch self {
        case .logitDifference(let id, let other):
            ["measure": "logit-difference", "id": String(id), "against": String(other)]
        case .logProbability(let id): ["measure": "log-probability", "id": String(id)]
        case .probability(let id): ["measure": "probability", "id": String(id)]
        }
    }

    /// The number, in `Double`.
    func value(of logits: Span<Float>) -> Double {
        switch self {
        case .logitDifference(let id, let other): Double(logits[id]) - Double(logits[other])
        case .logProbability(let id): Self.logProbability(of: id, logits)
        case .probability(let id): exp(Self.logProbability(of: id, logits))
        }
    }

    private static func logProbability(of id: Int, _ logits: Span<Float>) -> Double {
        var largest = -Double.infinity
        for index in logits.indices { largest = max(largest, Double(logits[index])) }
        var sum = 0.0
        for index in logits.indices { sum += exp(Double(logits[index]) - largest) }
        return Double(logits[id]) - largest - log(sum)
    }
}

/// Which run is changed, and where the states come from.
public enum PatchingDirection: String, CaseIterable, Hashable, Sendable {
    /// States of the clean run go into the corrupted one: what suffices to restore the prediction
    /// (causal tracing: Meng et al., 2022).
    case denoising
    /// States of the corrupted run go into the clean one: what is needed for the prediction.
    case noising
}

/// What a sweep will take, before it is run.
public struct PatchingEstimate: Hashable, Sendable {
    /// Tokens that go through the model, those of the two runs included.
    public var forwardTokens: Int
    /// Bytes of states and caches that are kept at once, beside weights and workspace.
    public var byteCount: Int
}
