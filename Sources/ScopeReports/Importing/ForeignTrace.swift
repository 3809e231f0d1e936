import ScopeFiles
import ScopeTrace

/// A trace that is put together from what another tool recorded.
struct ForeignTrace {
    private(set) var trace: TokenTrace
    /// Ids of tokens that the file gives only as text, by their bytes.
    private var madeUp: [[UInt8]: Int] = [:]

    init(model: String) {
        trace = TokenTrace(
            header: TraceHeader(
                model: ModelIdentity(name: model, family: "", fingerprint: "", parameterCount: 0),
                kernels: "", settings: GenerationSettings(), eosTokenIDs: [], contextLength: 0,
                libraryVersion: ""))
    }

    /// The id of a token: the file's, or one of our own by its bytes.
    mutating func id(_ id: Int?, of bytes: [UInt8]) -> Int {
        if let id { return id }
        if let known = madeUp[bytes] { return known }
        madeUp[bytes] = madeUp.count
        return madeUp.count - 1
    }

    /// Appends a token with its numbers.
    mutating func append(
        id: Int?, bytes: [UInt8], origin: TokenOrigin, _ numbers: ForeignNumbersOfToken
    ) {
        let start = trace.tokens.last?.sequenceSpan.upperBound ?? 0
        let index = trace.append(
            id: self.id(id, of: bytes), bytes: bytes, sourceSpan: start..<start + bytes.count,
            origin: origin)
        var alternatives: [(id: Int, probability: Double)] = []
        for alternative in numbers.alternatives {
            let id = self.id(alternative.id, of: alternative.bytes)
            if !alternatives.contains(where: { $0.id == id }) {
                alternatives.append((id, alternative.probability))
            }
        }
        trace.record(at: index) { record in
            if let value = numbers.surprisal {
                record[MetricKey<Double>("surprisal", unit: .nats)] = value
            }
            if let value = numbers.confidence {
                record[MetricKey<Double>("confidence", unit: .probability)] = value
            }
            if let rank = numbers.rank { record[MetricKey<Int>("rank", unit: .rank)] = rank }
            for (name, value) in numbers.others {
                record[MetricKey<Double>(name, unit: MetricUnit.known(of: name))] = value
            }
            if !alternatives.isEmpty {
                record[MetricKey<TokenIDs>("alternatives")] = TokenIDs(alternatives.map(\.id))
                record[MetricKey<MetricRow>("alternative_probabilities", unit: .probability)] =
                    MetricRow(alternatives.map(\.probability))
            }
            for row in numbers.attention {
                record[MetricKey<MetricRow>(row.name, unit: .probability)] = MetricRow(row.weights)
                record[MetricKey<MetricRow>(row.name + "_tokens")] = MetricRow(row.tokens)
            }
        }
    }

    /// Says why the tokens end.
    mutating func end(_ reason: StopReason) { trace.stopReason = reason }

    /// Records a number of a token that is there.
    mutating func record(_ value: Double, as name: String, at token: Int) {
        trace.record(at: TokenIndex(token)) {
            $0[MetricKey<Double>(name, unit: MetricUnit.known(of: name))] = value
        }
    }
}

/// What a file tells of a token, in this package's terms.
struct ForeignNumbersOfToken {
    struct Alternative {
        var id: Int?
        var bytes: [UInt8]
        var probability: Double
    }

    var surprisal: Double?
    var confidence: Double?
    var rank: Int?
    var others: [(name: String, value: Double)] = []
    var alternatives: [Alternative] = []
    var attention: [(name: String, tokens: [Double], weights: [Double])] = []

    /// What a log-probability says.
    mutating func take(logProbability: Double) {
        // A value below any that a model can mean stands for zero.
        guard logProbability > -9000 else {
            confidence = 0
            surprisal = .infinity
            return
        }
        surprisal = max(0, -logProbability)
        confidence = min(1, ElementaryFunctions.exp(logProbability))
    }
}

extension JSONValue {
    /// A number, also one that is written as a string; nil for null.
    func looseDouble() throws(FileError) -> Double? {
        switch kind {
        case .null: return nil
        case .string:
            let text = try string()
            guard let value = Double(text), !value.isNaN else {
                throw mismatch("a number")
            }
            return value
        default: return try double()
        }
    }

    /// A member that may be missing or null.
    func optional(_ key: String) -> JSONValue? {
        guard kind == .object, let value = self[key], !value.isNull else { return nil }
        return value
    }
}
