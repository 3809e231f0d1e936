internal import ScopeTensor
internal import ScopeTrace
internal import ScopeTransformer

extension ComparisonSession {
    /// The keys and values of the passes.
    struct Caches: Sendable {
        var a: KVCache<Float>
        var b: KVCache<Float>
        /// Those of B's pass whose parts read what A's parts read.
        var fed: KVCache<Float>

        init(_ a: ModelContext, _ b: ModelContext) {
            self.a = a.model.makeCache()
            self.b = b.model.makeCache()
            fed = b.model.makeCache()
        }
    }

    /// The states of A that are kept: what each part reads, and what it gives.
    var readStates: [StateSite: LayerSelection] {
        let shape = a.configuration
        var states: [StateSite: LayerSelection] = [
            .residualBefore: .all, .attentionOutput: .all, .feedForwardOutput: .all,
            .residualAfter: .layers([shape.layerCount - 1]),
        ]
        if StateSite.residualMiddle.exists(in: shape) { states[.residualMiddle] = .all }
        return states
    }

    /// Sends a chunk through B once more, each part fed with what A's part has read.
    ///
    /// All parts are fed in one pass: in every block the residual stream is replaced before attention and
    /// before feed-forward, and behind the last block. Keys and values of earlier rows come of the same
    /// replaced rows, so a block's attention sees A's inputs at every position.
    ///
    /// - Parameters:
    ///   - rows: The chunk.
    ///   - repeats: Whether the rows are read again for a window that has moved.
    ///   - kept: What A made of them.
    ///   - embeddings: How far the rows' embeddings lie apart.
    /// - Returns: One of each row; none where parts are not compared, or the rows are read again.
    /// - Throws: ``DecodingFailure``.
    mutating func passParts(
        _ rows: Range<Int>, _ repeats: Bool, _ kept: CollectingSink, embeddings: [Double]
    ) throws(DecodingFailure) -> [PartRow] {
        guard parts != nil else { return [] }
        let shape = b.configuration
        let first = rows.lowerBound - cacheStart
        let own = first..<first + rows.count
        func edit(_ site: StateSite, _ layer: Int) -> Intervention<Float> {
            .replace(
                site, layer: layer, rows: own,
                with: kept.captured.rows(own, site, layer: layer, width: shape.hiddenSize))
        }
        var edits: [Intervention<Float>] = []
        for layer in 0..<shape.layerCount {
            edits.append(edit(.residualBefore, layer))
            if StateSite.residualMiddle.exists(in: shape) {
                edits.append(edit(.residualMiddle, layer))
            }
        }
        edits.append(edit(.residualAfter, shape.layerCount - 1))
        var signals = SignalRequest()
        if !repeats { signals.states = [.attentionOutput: .all, .feedForwardOutput: .all] }
        let sink = try pass(
            rows, b, &caches.fed, repeats, signals,
            PartSink(
                kept, firstRow: first, rowCount: rows.count, blocks: shape.layerCount,
                vocabularySize: comparison.vocabularySize), edits: edits)
        guard !repeats else { return [] }
        let results = sink.results(embeddings: embeddings)
        for row in results { parts?.add(row) }
        comparison.parts = parts?.means
        return results
    }
}

/// What the parts of two models make of one row's input, as relative differences.
struct PartRow: Sendable {
    /// The embedding, the blocks in order, and the head.
    var parts: [Double]
    /// By block.
    var attention: [Double]
    /// By block.
    var feedForward: [Double]
}

/// Sums over the rows of all parts.
struct PartSums: Sendable {
    private var sums: PartRow
    private var count = 0

    init(blocks: Int) {
        sums = PartRow(
            parts: Array(repeating: 0, count: blocks + 2),
            attention: Array(repeating: 0, count: blocks),
            feedForward: Array(repeating: 0, count: blocks))
    }

    mutating func add(_ row: PartRow) {
        count += 1
        for place in sums.parts.indices { sums.parts[place] += row.parts[place] }
        for block in sums.attention.indices {
            sums.attention[block] += row.attention[block]
            sums.feedForward[block] += row.feedForward[block]
        }
    }

    /// The means, nil where no row was added.
    var means: [PartDifference]? {
        guard count > 0 else { return nil }
        let count = Double(count)
        return zip(ModelPart.all(blocks: sums.attention.count), sums.parts).map { part, sum in
            guard case .block(let block) = part else {
                return PartDifference(part: part, difference: sum / count)
            }
            return PartDifference(
                part: part, difference: sum / count, attention: sums.attention[block] / count,
                feedForward: sums.feedForward[block] / count)
        }
    }
}

/// Compares what B's parts make of A's states with what A's parts made of them.
struct PartSink: ComparisonSink {
    var firstRow: Int
    var targets: [TokenRecord] = []

    private let kept: CollectingSink
    private let vocabularySize: Int
    /// By row and block.
    private var attention: [[LayerSums]]
    private var feedForward: [[LayerSums]]
    /// By row.
    private var heads: [Double] = []

    init(
        _ kept: CollectingSink, firstRow: Int, rowCount: Int, blocks: Int, vocabularySize: Int
    ) {
        self.kept = kept
        self.firstRow = firstRow
        self.vocabularySize = vocabularySize
        let none = Array(repeating: LayerSums(), count: blocks)
        attention = Array(repeating: none, count: rowCount)
        feedForward = attention
    }

    mutating func beginLayer(_ layer: Int) throws(ModelFailure) {
        if Task.isCancelled { throw .cancelled }
    }

    mutating func state(
        _ values: Span<Float>, site: StateSite, layer: Int, at place: RowPlace
    ) {
        let own = kept.captured.row(place.row, site, layer: layer, width: values.count)
        let sums = LayerSums(own, values)
        let row = place.row - firstRow
        if site == .attentionOutput {
            attention[row][layer] = sums
        } else {
            feedForward[row][layer] = sums
        }
    }

    mutating func logits(_ logits: Span<Float>, at place: RowPlace) {
        let start = (place.row - firstRow) * vocabularySize
        heads.append(
            Self.difference(
                of: kept.logits[start..<start + vocabularySize],
                from: logits.extracting(0..<vocabularySize)))
    }

    /// ‖b − a‖ / ‖a‖ of logits less their mean; of those alone that are finite to both.
    private static func difference(of a: ArraySlice<Float>, from b: Span<Float>) -> Double {
        var (count, means) = (0.0, (a: 0.0, b: 0.0))
        for index in b.indices {
            let (left, right) = (a[a.startIndex + index], b[index])
            guard left.isFinite, right.isFinite else { continue }
            count += 1
            means.a += Double(left)
            means.b += Double(right)
        }
        guard count > 0 else { return 0 }
        means = (means.a / count, means.b / count)
        var sums = LayerSums()
        for index in b.indices {
            let (left, right) = (a[a.startIndex + index], b[index])
            guard left.isFinite, right.isFinite else { continue }
            let reference = Double(left) - means.a
            let difference = reference - (Double(right) - means.b)
            sums.difference += difference * difference
            sums.reference += reference * reference
        }
        return sums.relativeDifference
    }

    /// One of each row.
    func results(embeddings: [Double]) -> [PartRow] {
        heads.indices.map { row in
            let blocks = zip(attention[row], feedForward[row]).map { ($0 + $1).relativeDifference }
            return PartRow(
                parts: [embeddings[row]] + blocks + [heads[row]],
                attention: attention[row].map(\.relativeDifference),
                feedForward: feedForward[row].map(\.relativeDifference))
        }
    }
}
