internal import ScopeDecoding
internal import ScopeTensor
internal import ScopeTrace
internal import ScopeTransformer

/// Takes in two readings of the same tokens after different beginnings, lane 0 the original's.
struct EffectSink: SignalSink {
    /// The token that each row predicts, by lane and row; rows that are not there are dropped.
    var targets: [[Int: Int]] = [[:], [:]]
    /// Whether rows are compared, or only looked at for their targets.
    var isComparing = false
    /// Logarithms of probability of the targets, by lane, in the order of rows.
    var logProbabilities: [[Double]] = [[], []]
    var divergences: [Double] = []
    var failure: DecodingFailure?

    private var kept: [Float] = []
    private var keptSums: [Double] = []
    private var compared = 0

    mutating func beginLayer(_ layer: Int) throws(ModelFailure) {
        if Task.isCancelled { throw .cancelled }
    }

    mutating func beginChunk() {
        kept.removeAll(keepingCapacity: true)
        keptSums = []
        compared = 0
    }

    mutating func logits(_ logits: Span<Float>, at place: RowPlace) {
        guard failure == nil, let target = targets[place.lane][place.row] else { return }
        guard let summary = LogitSummary(logits) else {
            failure = .notADistribution(token: TokenIndex(place.row + 1))
            return
        }
        logProbabilities[place.lane].append(Double(logits[target]) - summary.logSumExp)
        guard isComparing else { return }
        if place.lane == 0 {
            keptSums.append(summary.logSumExp)
            kept.append(addingCapacity: logits.count) { output in
                for index in logits.indices { output.append(logits[index]) }
            }
        } else if compared < keptSums.count {
            let start = compared * logits.count
            divergences.append(
                ComparedLogits.divergence(
                    of: kept[start..<start + logits.count], keptSums[compared], from: logits,
                    summary.logSumExp))
            compared += 1
        }
    }
}
