// Observers as clients of version 0.1 write them: what the package promises them is that this file goes on
// compiling. It is changed only where CHANGELOG names a break.
package import TokenScope

extension MetricKey where Value == Double {
    package static var gap: MetricKey { MetricKey("client.gap", unit: .nats) }
    package static var focus: MetricKey { MetricKey("client.focus", unit: .probability) }
    package static var length: MetricKey { MetricKey("client.length") }
}

extension MetricKey where Value == Int {
    package static var place: MetricKey { MetricKey("client.place", unit: .rank) }
}

extension MetricKey where Value == Bool {
    package static var repeats: MetricKey { MetricKey("client.repeats") }
}

extension MetricKey where Value == String {
    package static var kind: MetricKey { MetricKey("client.kind") }
}

extension MetricKey where Value == MetricRow {
    package static var row: MetricKey { MetricKey("client.row", unit: .probability) }
}

extension MetricKey where Value == TokenIDs {
    package static var others: MetricKey { MetricKey("client.others") }
}

/// The least that an observer has: everything else has a default.
package struct GapObserver: DecodingObserver {
    package init() {}

    package mutating func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) {
        guard let distribution = step.distribution else { return }
        record[.gap] = distribution.surprisal(of: step.token.id) - distribution.entropy
    }
}

/// Every requirement, none by default; observing throws.
package struct FocusObserver: DecodingObserver, Equatable {
    package struct Failure: Error {}

    private var sum = 0.0
    private var count = 0

    package init() {}

    package var signals: SignalRequest {
        SignalRequest(
            attention: [AttentionRequest(layers: .layers([0]), heads: .mean)],
            hiddenStates: .layers([0]))
    }

    package func byteCount(tokens: Int, of model: DecoderConfiguration) -> Double {
        Double(tokens * tokens * model.layerCount)
    }

    package mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) throws {
        guard step.distribution != nil else { return }
        guard let weights = step.meanAttention(layer: 0), let state = step.hiddenState(layer: 0)
        else { throw Failure() }
        var largest: Float = 0
        for place in weights.indices { largest = max(largest, weights[place]) }
        var square: Float = 0
        for place in state.indices { square += state[place] * state[place] }
        record[.focus] = Double(largest)
        record[.length] = Double(square.squareRoot())
        sum += Double(largest)
        count += 1
    }

    package func summary() -> TraceSummary {
        var summary = TraceSummary()
        if count > 0 { summary[.focus] = sum / Double(count) }
        return summary
    }
}

/// Every kind of value, what was recorded before, and earlier tokens' values.
package struct ColumnsObserver: DecodingObserver {
    private var seen: Set<Int> = []

    package init() {}

    package mutating func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) {
        let token = step.token
        record[.repeats] = !seen.insert(token.id).inserted
        record[.kind] = "\(token.origin.rawValue) \(token.role.rawValue)"
        guard let distribution = step.distribution else { return }
        record[.place] = distribution.rank(of: token.id)
        let best = distribution.mostProbable(3)
        record[.others] = TokenIDs(best)
        record[.row] = MetricRow(best.map { distribution.probability(of: $0) })
        if record[.place] == 1, token.index.rawValue > 1 {
            let before = TokenIndex(token.index.rawValue - 1)
            let kind = record.value(of: .kind, at: before) ?? ""
            record.amend(.kind, at: before, to: kind + ", then the most probable")
        }
    }
}

/// What a step has besides: the draw, the shape, single heads, components, values.
package struct SignalsObserver: DecodingObserver {
    package private(set) var draws = 0
    package private(set) var lent = 0

    package init() {}

    package var signals: SignalRequest {
        var signals = SignalRequest(
            attention: .all, valueProducts: .layers([0]),
            components: [ComponentRequest(.feedForward, layers: .all)])
        signals = signals.union(SignalRequest(hiddenStates: .all))
        return signals
    }

    package mutating func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) {
        if step.samplingProbability != nil, step.nucleusSize != nil { draws += 1 }
        guard step.distribution != nil else { return }
        let head = QueryHead(step.queryHeadCount - 1)
        if let row = step.attention(layer: step.layerCount - 1, head: head) {
            precondition(row.count == step.contextLength)
            lent += 1
        }
        if step.component(.feedForward, layer: 0) != nil { lent += 1 }
        if let products = step.valueProducts {
            let first = products.tokens.lowerBound
            lent += products.norm(layer: 0, head: QueryHead(0), of: first) >= 0 ? 1 : 0
        }
    }
}
