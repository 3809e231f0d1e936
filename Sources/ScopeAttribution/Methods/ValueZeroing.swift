internal import ScopeTensor
public import ScopeTrace
internal import ScopeTransformer

/// Value zeroing (Mohebbi et al., 2023, arXiv 2301.12971): how far a block's output at a row turns
/// away, as a cosine distance, when one token's value vectors are zero in every head; unsigned.
///
/// It looks at how tokens mix, not at a prediction: the target's id does not matter. A block's
/// distances are divided by their sum over the tokens; blocks are joined as the authors do, by the
/// product of their matrices, without an identity, as the residual stream is in the distances already.
public struct ValueZeroing: AttributionMethod {
    /// Which blocks are looked at.
    public enum Blocks: Hashable, Sendable {
        /// One block's distances at the row that predicts the target.
        case one(Int)
        /// All blocks, joined.
        case rollout
    }

    /// Which blocks are looked at.
    public var blocks: Blocks

    /// The method's name.
    public var name: String { blocks == .rollout ? "value-zeroing-rollout" : "value-zeroing" }

    /// Creates the method, by default over all blocks.
    public init(_ blocks: Blocks = .rollout) {
        self.blocks = blocks
    }

    /// Explains predictions.
    ///
    /// - Parameters:
    ///   - targets: Which predictions; their ids do not matter.
    ///   - text: The text.
    /// - Returns: One attribution a target, unsigned; scores sum to 1.
    /// - Throws: ``AttributionFailure``; ``AttributionFailure/notSupported(method:)`` for models that
    ///   are no `ValueZeroingModel`.
    /// - Complexity: With `T` tokens before the last target, about `T/2` passes over the text for the
    ///   rollout, shared by all targets, and a pass over one block's rows for one.
    public func attribute(
        _ targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> [Attribution] {
        let checked = try text.checked(targets)
        let count = text.model.configuration.layerCount
        if case .one(let block) = blocks, !(0..<count).contains(block) {
            throw .invalidSetting(name: "block", reason: "must be from 0 to \(count - 1)")
        }
        guard let model = text.model as? any ValueZeroingModel<Float> else {
            throw .notSupported(method: name)
        }
        var scores: [[Double]] = []
        switch blocks {
        case .one(let block):
            for target in checked {
                let row = try Self.distances(model, text, block, target.row..<target.row + 1)[0]
                scores.append(row)
            }
        case .rollout:
            let rows = 0..<(checked.map(\.row).max() ?? -1) + 1
            // Row by row: joined[i] says what of the text is in row i so far.
            var joined = rows.map { row in (0...row).map { $0 == row ? 1.0 : 0 } }
            for block in 0..<count {
                let mixing = try Self.distances(model, text, block, rows)
                joined = mixing.map { weights in
                    var sum = Array(repeating: 0.0, count: weights.count)
                    for (source, weight) in weights.enumerated() {
                        for (token, share) in joined[source].enumerated() {
                            sum[token] += weight * share
                        }
                    }
                    return sum
                }
            }
            scores = checked.map { joined[$0.row] }
        }
        return zip(checked, scores).map { target, scores in
            Attribution(
                method: name, settings: settings.merging(target.settings) { $1 },
                target: target.token, targetID: target.id, scores: scores, isSigned: false)
        }
    }

    private var settings: [String: String] {
        switch blocks {
        case .one(let block): ["block": String(block)]
        case .rollout: ["blocks": "all"]
        }
    }

    /// A block's distances, every row divided by its sum; where nothing moves a row, it is its own.
    private static func distances(
        _ model: any ValueZeroingModel<Float>, _ text: AttributedText, _ block: Int,
        _ rows: Range<Int>
    ) throws(AttributionFailure) -> [[Double]] {
        let distances = try AttributionFailure.wrappingModel { () throws(ModelFailure) in
            try model.valueZeroing(of: text.tape, layer: block, rows: rows) {
                (_) throws(ModelFailure) in
                if Task.isCancelled { throw .cancelled }
            }
        }
        return distances.map { row in
            let sum = row.reduce(0, +)
            guard sum > 0 else { return row.indices.map { $0 == row.count - 1 ? 1 : 0 } }
            return row.map { $0 / sum }
        }
    }
}
