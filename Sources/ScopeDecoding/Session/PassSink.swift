internal import ScopeTrace
internal import ScopeTransformer

/// Takes in one forward pass: records the tokens whose predictions it computes, and keeps the last
/// row's logits for the token to come.
struct PassSink: SignalSink {
    var recorder: Recorder
    /// Tokens of the sequence that the pass's rows predict, with their places.
    let upcoming: [TokenRecord]
    /// How each of them was drawn; nil for one that was not.
    let draws: [Draw?]
    /// The pass's last row, whose logits are kept.
    let lastRow: Int
    /// Whether the pass reads what is there already, of which ``DecodingSession/prefillProgress`` tells.
    let isReading: Bool
    var lastLogits: [Float]

    mutating func beginLayer(_ layer: Int) throws(ModelFailure) {
        if Task.isCancelled { throw .cancelled }
    }

    mutating func attention(
        _ weights: Span<Float>, layer: Int, head: QueryHead, at place: RowPlace
    ) {
        recorder.rows.keepAttention(weights, layer: layer, head: head, row: place.row)
    }

    mutating func hiddenState(_ values: Span<Float>, layer: Int, at place: RowPlace) {
        recorder.rows.keepHiddenState(values, layer: layer, row: place.row)
    }

    mutating func component(
        _ values: Span<Float>, _ component: LayerComponent, layer: Int, at place: RowPlace
    ) {
        recorder.rows.keepComponent(values, component, layer: layer, at: place.row)
    }

    mutating func valueProducts(_ products: Span<Float>, layer: Int, at place: RowPlace) {
        recorder.valueProducts?.write(products, layer: layer, position: place.row)
    }

    mutating func logits(_ logits: Span<Float>, at place: RowPlace) {
        let row = recorder.contextStart + place.row
        let predicted = row + 1
        if predicted == recorder.trace.tokens.count, recorder.failure == nil,
            let first = upcoming.first, predicted - first.index.rawValue < upcoming.count
        {
            do throws(DecodingFailure) {
                let place = predicted - first.index.rawValue
                try recorder.record(upcoming[place], logits: logits, draw: draws[place])
            } catch {
                recorder.failure = error
            }
        }
        guard row == lastRow else { return }
        lastLogits.removeAll(keepingCapacity: true)
        lastLogits.append(addingCapacity: logits.count) { output in
            for index in logits.indices { output.append(logits[index]) }
        }
    }
}
