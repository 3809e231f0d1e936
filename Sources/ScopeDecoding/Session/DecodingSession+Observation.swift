internal import ScopeTrace
internal import ScopeTransformer

extension DecodingSession {
    /// What has been kept of the model's signals so far; all 0 where no observer asked for any.
    public var signalCounters: SignalCounters { recorder.rows.counters }

    /// Bytes that observing will take, at most: the signals of the rows that go through the model at
    /// once, and what the observers keep and record by the time the sequence has its greatest length.
    ///
    /// That length is the sequence as it stands with `maxTokens` more, or the model's context.
    ///
    /// - Complexity: O(observers × layers × heads).
    public var observationByteCount: Int {
        let signals = recorder.signals
        let shape = context.configuration
        let tokens = longestLength
        let visible = min(
            tokens, parameters.window?.length ?? shape.contextLength, shape.contextLength)
        let row = signalBytesPerRow(of: signals, context: visible)
        // At least one row, however large, and a quarter to grow into.
        var bytes = 1.25 * max(row, min(Double(Self.signalBytes), row * Double(tokens)))
        bytes += ValueProducts.byteCount(
            positions: visible, of: shape, layers: signals.valueProducts)
        for observer in recorder.observers {
            bytes += observer.byteCount(tokens: tokens, of: shape)
        }
        return bytes < 0x1p62 ? Int(bytes) : Int.max
    }

    private var longestLength: Int {
        let limit = context.configuration.contextLength
        let (sum, isHuge) = sequence.count.addingReportingOverflow(parameters.maxTokens ?? limit)
        let wanted = isHuge ? Int.max : sum
        return parameters.window == nil ? min(wanted, limit) : wanted
    }

    /// Refuses observers that ask for what the model lacks, or for more memory than they may have.
    mutating func checkObservation() throws(DecodingFailure) {
        guard !isObservationChecked else { return }
        let shape = context.configuration
        let signals = recorder.signals
        for wish in signals.attention {
            try checkLayers(wish.layers, "attention", of: shape.layerCount)
            guard case .heads(let heads) = wish.heads else { continue }
            for head in heads where !(0..<shape.queryHeadCount).contains(head.index) {
                throw .invalidSetting(
                    name: "attention",
                    reason: "is asked for of head \(head.index) of a model of "
                        + "\(shape.queryHeadCount) query heads, which count from 0")
            }
        }
        try checkLayers(signals.hiddenStates, "hiddenStates", of: shape.layerCount + 1)
        try checkLayers(signals.valueProducts, "valueProducts", of: shape.layerCount)
        for wish in signals.components {
            try checkLayers(wish.layers, "components", of: shape.layerCount)
        }
        if let budget = observationBudget {
            let estimate = observationByteCount
            guard estimate <= budget else {
                throw .observationBudgetExceeded(estimate: estimate, budget: budget)
            }
        }
        isObservationChecked = true
    }

    private func checkLayers(
        _ layers: LayerSelection, _ name: String, of count: Int
    ) throws(DecodingFailure) {
        guard let layer = layers.missing(of: count) else { return }
        throw .invalidSetting(
            name: name, reason: "is asked for of layer \(layer) of \(count), which count from 0")
    }
}
