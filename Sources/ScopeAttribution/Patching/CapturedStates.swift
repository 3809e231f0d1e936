internal import ScopeTensor
internal import ScopeTransformer

/// Rows of states that a run computed.
struct CapturedStates: Sendable {
    struct Place: Hashable {
        let site: StateSite
        let layer: Int
    }

    /// The row that the kept ones begin with.
    let firstRow: Int
    /// Rows one after the other.
    private var values: [Place: [Float]] = [:]

    init(firstRow: Int) {
        self.firstRow = firstRow
    }

    mutating func append(_ row: Span<Float>, _ site: StateSite, layer: Int) {
        values[Place(site: site, layer: layer), default: []].append(
            addingCapacity: row.count
        ) { output in
            for index in row.indices { output.append(row[index]) }
        }
    }

    /// Some rows of a state, of each the columns given.
    ///
    /// - Parameters:
    ///   - rows: Rows that were kept.
    ///   - site: A place that was asked for.
    ///   - layer: A layer that was asked for.
    ///   - width: The scalars of a row.
    ///   - columns: Which of them; nil for all.
    /// - Returns: rows × columns.
    func rows(
        _ rows: Range<Int>, _ site: StateSite, layer: Int, width: Int,
        columns: Range<Int>? = nil
    ) -> Tensor<Float> {
        let columns = columns ?? 0..<width
        let all = values[Place(site: site, layer: layer)] ?? []
        var chosen: [Float] = []
        chosen.reserveCapacity(rows.count * columns.count)
        for row in rows {
            let start = (row - firstRow) * width
            chosen += all[start + columns.lowerBound..<start + columns.upperBound]
        }
        return Tensor(rows: rows.count, columns: columns.count, values: chosen)
    }
}

/// Takes in the logits and the states of several lanes.
struct PatchingSink: SignalSink {
    typealias Scalar = Float

    let measure: PatchingMeasure
    /// By lane: the value after the last row.
    var measured: [Double?]
    /// By lane.
    var states: [CapturedStates]

    mutating func beginLayer(_ layer: Int) throws(ModelFailure) {
        if Task.isCancelled { throw .cancelled }
    }

    mutating func state(
        _ values: Span<Float>, site: StateSite, layer: Int, at place: RowPlace
    ) {
        states[place.lane].append(values, site, layer: layer)
    }

    mutating func logits(_ logits: Span<Float>, at place: RowPlace) {
        measured[place.lane] = measure.value(of: logits)
    }
}
