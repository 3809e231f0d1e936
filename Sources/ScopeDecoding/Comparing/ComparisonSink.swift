internal import ScopeTrace
internal import ScopeTransformer

/// One model's part in a row: how surprised it was, and what it held most probable.
struct RowOpinion: Sendable {
    let surprisal: Double
    let argmax: Int
    /// That of `argmax`.
    let probability: Double
}

/// What two models' rows have in common and have not.
struct ComparedRow: Sendable {
    let divergence: Double
    let a: RowOpinion
    let b: RowOpinion
    let departingLayer: Int?
    /// Nil where nobody asked.
    let jensenShannon: Double?
}

/// Sums over the rows of one layer.
struct LayerSums: Sendable {
    var difference = 0.0
    var reference = 0.0

    init() {}

    /// The sums over one row.
    init(_ a: ArraySlice<Float>, _ b: Span<Float>) {
        for index in b.indices {
            let reference = Double(a[a.startIndex + index])
            let difference = reference - Double(b[index])
            self.difference += difference * difference
            self.reference += reference * reference
        }
    }

    static func + (left: LayerSums, right: LayerSums) -> LayerSums {
        var sums = left
        sums.difference += right.difference
        sums.reference += right.reference
        return sums
    }

    /// √(Σ (a − b)² / Σ a²); 0 for rows that are equal.
    var relativeDifference: Double {
        if difference == 0 { return 0 }
        let square = difference / reference
        // What overflows is as far away as can be.
        return square.isNaN ? .infinity : square.squareRoot()
    }
}

/// Takes in one model's pass over a chunk.
protocol ComparisonSink: SignalSink<Float> {
    /// The chunk's first row, counted from the cache's first.
    var firstRow: Int { get set }
    /// The tokens that the rows predict.
    var targets: [TokenRecord] { get set }
}

/// Keeps A's rows until B has been through the chunk.
struct CollectingSink: ComparisonSink {
    var firstRow = 0
    var targets: [TokenRecord] = []
    /// The ids whose logits are kept.
    let vocabularySize: Int
    /// Logits row by row, and the sums over them.
    var logits: [Float] = []
    var opinions: [RowOpinion] = []
    var logSumExps: [Double] = []
    /// Residual rows in the order they come in: layer by layer, row by row.
    var states: [Float] = []
    /// What parts read and give, where parts are compared.
    var captured = CapturedStates(firstRow: 0)
    var failure: DecodingFailure?

    init(vocabularySize: Int) {
        self.vocabularySize = vocabularySize
    }

    mutating func beginLayer(_ layer: Int) throws(ModelFailure) {
        if Task.isCancelled { throw .cancelled }
    }

    mutating func hiddenState(_ values: Span<Float>, layer: Int, at place: RowPlace) {
        states.append(addingCapacity: values.count) { output in
            for index in values.indices { output.append(values[index]) }
        }
    }

    mutating func state(
        _ values: Span<Float>, site: StateSite, layer: Int, at place: RowPlace
    ) {
        captured.append(values, site, layer: layer)
    }

    mutating func logits(_ logits: Span<Float>, at place: RowPlace) {
        let target = targets[place.row - firstRow]
        guard failure == nil,
            let row = ComparedLogits(
                logits, of: target, sharing: vocabularySize, failure: &failure)
        else { return }
        opinions.append(row.opinion)
        logSumExps.append(row.logSumExp)
        self.logits.append(addingCapacity: vocabularySize) { output in
            for index in 0..<vocabularySize { output.append(logits[index]) }
        }
    }
}

/// Compares B's rows with those kept of A.
struct ComparingSink: ComparisonSink {
    var firstRow = 0
    var targets: [TokenRecord]
    let vocabularySize: Int
    var layers: [LayerSums]
    var results: [ComparedRow] = []
    /// By row, how far B's embedding lies from A's, where parts are compared.
    var embeddings: [Double] = []
    var failure: DecodingFailure?

    private let kept: CollectingSink
    private let comparesDistributions: Bool
    private let threshold: Double
    private var stateOffset = 0
    /// The first layer of each row that lies further apart than the threshold.
    private var departed: [Int?]

    init(
        _ kept: CollectingSink, layers: [LayerSums], threshold: Double, vocabularySize: Int,
        targets: [TokenRecord], comparesDistributions: Bool
    ) {
        self.kept = kept
        self.comparesDistributions = comparesDistributions
        self.layers = layers
        self.threshold = threshold
        self.vocabularySize = vocabularySize
        self.targets = targets
        departed = Array(repeating: nil, count: targets.count)
    }

    mutating func beginLayer(_ layer: Int) throws(ModelFailure) {
        if Task.isCancelled { throw .cancelled }
    }

    mutating func hiddenState(_ values: Span<Float>, layer: Int, at place: RowPlace) {
        let sums = LayerSums(kept.states[stateOffset..<stateOffset + values.count], values)
        stateOffset += values.count
        layers[layer].difference += sums.difference
        layers[layer].reference += sums.reference
        let row = place.row - firstRow
        if departed[row] == nil, sums.relativeDifference > threshold { departed[row] = layer }
    }

    mutating func state(
        _ values: Span<Float>, site: StateSite, layer: Int, at place: RowPlace
    ) {
        let own = kept.captured.row(place.row, site, layer: layer, width: values.count)
        embeddings.append(LayerSums(own, values).relativeDifference)
    }

    mutating func logits(_ logits: Span<Float>, at place: RowPlace) {
        let row = place.row - firstRow
        guard failure == nil, row < kept.opinions.count,
            let own = ComparedLogits(
                logits, of: targets[row], sharing: vocabularySize, failure: &failure)
        else { return }
        let start = row * vocabularySize
        let rowOfA = kept.logits[start..<start + vocabularySize]
        results.append(
            ComparedRow(
                divergence: ComparedLogits.divergence(
                    of: rowOfA, kept.logSumExps[row], from: logits, own.logSumExp),
                a: kept.opinions[row], b: own.opinion, departingLayer: departed[row],
                jensenShannon: comparesDistributions
                    ? ComparedLogits.jensenShannon(
                        of: rowOfA, kept.logSumExps[row], and: logits, own.logSumExp) : nil))
    }
}
