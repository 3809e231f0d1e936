internal import ScopeDecoding
internal import ScopeTransformer

/// Two prompts that have been checked against each other and the model.
struct PatchingSetup: Sendable {
    let context: ModelContext
    let clean: [Int]
    let corrupted: [Int]
    let measure: PatchingMeasure
    let direction: PatchingDirection
    var rowsAtOnce = 256

    init(
        _ context: ModelContext, clean: [Int], corrupted: [Int], measure: PatchingMeasure,
        direction: PatchingDirection
    ) throws(AttributionFailure) {
        guard clean.count == corrupted.count else {
            throw .promptsOfOtherLength(clean: clean.count, corrupted: corrupted.count)
        }
        guard !clean.isEmpty else {
            throw .invalidSetting(name: "clean", reason: "must not be empty")
        }
        let limit = context.configuration.contextLength
        guard clean.count <= limit else {
            throw .model(.contextExceeded(length: clean.count, limit: limit))
        }
        let size = context.configuration.vocabularySize
        for id in clean + corrupted + measure.ids where !(0..<size).contains(id) {
            throw .model(.tokenOutOfRange(id: id, vocabularySize: size))
        }
        self.context = context
        self.clean = clean
        self.corrupted = corrupted
        self.measure = measure
        self.direction = direction
    }

    /// Tokens of either prompt.
    var count: Int { clean.count }
    /// The prompt whose run is changed.
    var base: [Int] { direction == .noising ? clean : corrupted }
    var shape: DecoderConfiguration { context.configuration }

    /// The first row at which the runs can differ; the number of rows where they are the same.
    var firstDifference: Int {
        zip(clean, corrupted).enumerated().first { $1.0 != $1.1 }?.0 ?? count
    }

    /// Rows that were asked for, all by default.
    func checked(
        rows: Range<Int>?, name: String
    ) throws(AttributionFailure) -> Range<Int> {
        let rows = rows ?? 0..<count
        guard rows.lowerBound >= 0, rows.upperBound <= count else {
            throw .invalidSetting(name: name, reason: "must lie in 0..<\(count)")
        }
        return rows
    }

    func checked(layers: LayerSelection) throws(AttributionFailure) -> [Int] {
        if let layer = layers.missing(of: shape.layerCount) {
            throw .invalidSetting(
                name: "layers", reason: "has \(layer): layers are 0 to \(shape.layerCount - 1)")
        }
        return layers.chosen(of: shape.layerCount)
    }

    /// Variants of so many rows each that go through together.
    func groups(_ lengths: [Int]) -> [Range<Int>] {
        var groups: [Range<Int>] = []
        var (start, rows) = (0, 0)
        for (index, length) in lengths.enumerated() {
            if index > start, rows + length > rowsAtOnce {
                groups.append(start..<index)
                (start, rows) = (index, 0)
            }
            rows += length
        }
        if start < lengths.count { groups.append(start..<lengths.count) }
        return groups
    }

    /// What variants of so many rows take.
    ///
    /// - Parameters:
    ///   - lengths: Rows of each variant.
    ///   - passes: How often each is run.
    ///   - stateBytes: Bytes of the states that are kept of the two runs.
    ///   - variantBytes: Bytes of the states of a variant, by row.
    /// - Returns: Tokens and bytes.
    func estimate(
        _ lengths: [Int], passes: Int, stateBytes: Int, variantBytes: Int
    ) -> PatchingEstimate {
        let shape = context.model.cacheShape
        let lanes = groups(lengths).map { group in
            lengths[group].reduce(0) { sum, length in
                sum + length * variantBytes
                    + KVCache<Float>.byteCount(rows: length, shape: shape)
                    + KVCache<Float>.byteCount(rows: 1, shape: shape)
            }
        }
        return PatchingEstimate(
            forwardTokens: 2 * count + passes * lengths.reduce(0, +),
            byteCount: 2 * KVCache<Float>.byteCount(rows: count, shape: shape) + stateBytes
                + (lanes.max() ?? 0))
    }

    /// Refuses what would keep more than it may.
    func check(_ estimate: PatchingEstimate, budget: Int?) throws(AttributionFailure) {
        guard let budget, estimate.byteCount > budget else { return }
        throw .budgetExceeded(needed: estimate.byteCount, budget: budget)
    }
}
