internal import ScopeTensor
internal import ScopeTransformer

extension AttributedText {
    /// The cost of following some probes back through the stored pass.
    func gradientCost(probes: Int) -> AttributionCost {
        let shape = model.configuration
        let chunks = (probes + probesAtOnce - 1) / probesAtOnce
        return AttributionCost(
            forwardRows: tape.memory == .inputs ? chunks * ids.count : 0,
            backwardRows: probes * ids.count,
            bytes: GradientTape<Float>.workingByteCount(
                of: shape, tokens: ids.count, probes: min(probes, probesAtOnce),
                memory: tape.memory) + probes * ids.count * shape.hiddenSize * 4)
    }

    /// The cost of passes over changed embeddings, each with a probe for every target.
    ///
    /// - Parameters:
    ///   - passes: Passes that gradients are taken in.
    ///   - further: Passes without gradients.
    ///   - targets: Targets.
    /// - Returns: The cost, with a sum in `Double` for every embedding scalar of every target.
    func passCost(
        _ passes: Int, further: Int, _ targets: [CheckedTarget]
    ) -> AttributionCost {
        let shape = model.configuration
        let rows = rowCount(targets)
        let chunks = (targets.count + probesAtOnce - 1) / probesAtOnce
        let again = tape.memory == .inputs ? chunks * passes : 0
        return AttributionCost(
            forwardRows: (passes + further + again) * rows,
            backwardRows: passes * targets.count * rows,
            bytes: Self.byteCount(
                tokens: rows, of: shape, memory: tape.memory,
                probes: min(targets.count, probesAtOnce))
                + targets.count * rows * shape.hiddenSize * 12)
    }

    /// The cost of variants of the text, the filling of the shared cache included.
    func variantCost(_ variants: [TextVariant], _ replacement: TokenReplacement) -> AttributionCost
    {
        let shape = model.configuration
        let rows = variants.reduce(0) { $0 + cost(of: $1, replacement) }
        let longest = variants.reduce(0) { max($0, cost(of: $1, replacement)) }
        // A batch holds every lane's keys and values beside the shared ones, and a few rows a layer.
        let together = max(longest, Self.rowsAtOnce)
        let scalars =
            together * (6 * shape.hiddenSize + 2 * shape.intermediateSize)
            + 32 * shape.vocabularySize
        return AttributionCost(
            forwardRows: rows + ids.count,
            bytes: scalars * 4
                + KVCache<Float>.byteCount(rows: ids.count + together, shape: model.cacheShape))
    }
}
