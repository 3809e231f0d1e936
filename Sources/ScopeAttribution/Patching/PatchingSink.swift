internal import ScopeDecoding
internal import ScopeTransformer

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
