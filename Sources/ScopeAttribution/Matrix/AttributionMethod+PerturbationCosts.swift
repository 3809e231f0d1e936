internal import ScopeTensor
internal import ScopeTransformer

extension LeaveOneOut {
    /// The rows from each token on, to the last target.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: The cost.
    /// - Throws: ``AttributionFailure``.
    public func cost(
        of targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> AttributionCost? {
        let last = try text.checked(targets).map(\.row).max() ?? -1
        return text.variantCost(
            (0..<last + 1).map { TextVariant(tokens: [$0], rows: [last]) }, replacement)
    }
}

extension WindowedOcclusion {
    /// The rows from each window on, to the last target.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: The cost.
    /// - Throws: ``AttributionFailure``.
    public func cost(
        of targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> AttributionCost? {
        let last = try text.checked(targets).map(\.row).max() ?? -1
        return text.variantCost(
            Swift.stride(from: 0, to: last + 1, by: max(1, stride)).map {
                TextVariant(tokens: [$0], rows: [last])
            }, replacement)
    }
}

extension KernelSHAP {
    /// At most the rows from the first span on, for each coalition of each target.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: The cost.
    /// - Throws: ``AttributionFailure``.
    public func cost(
        of targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> AttributionCost? {
        var cost = AttributionCost()
        for target in try text.checked(targets) {
            let players = try text.players(spans, before: target)
            let first = players.first?.lowerBound ?? 0
            let coalitions =
                players.count < 31 ? min(samples, max(0, (1 << players.count) - 2)) : samples
            cost =
                cost
                + text.variantCost(
                    Array(
                        repeating: TextVariant(tokens: [first], rows: [target.row]),
                        count: coalitions + 1), replacement)
        }
        return cost
    }
}

extension LIME {
    /// At most the rows from the first span on, for each sample of each target.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: The cost.
    /// - Throws: ``AttributionFailure``.
    public func cost(
        of targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> AttributionCost? {
        var cost = AttributionCost()
        for target in try text.checked(targets) {
            let first = try text.players(spans, before: target).first?.lowerBound ?? 0
            cost =
                cost
                + text.variantCost(
                    Array(
                        repeating: TextVariant(tokens: [first], rows: [target.row]),
                        count: samples - 1),
                    replacement)
        }
        return cost
    }
}

extension ValueZeroing {
    /// A block's rows for every row that is looked at, counted as shares of all blocks.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: The cost.
    /// - Throws: ``AttributionFailure``.
    public func cost(
        of targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> AttributionCost? {
        let checked = try text.checked(targets)
        let shape = text.model.configuration
        let bytes = (text.ids.count + 1) * (6 * shape.hiddenSize + 3 * shape.intermediateSize) * 4
        switch blocks {
        case .one:
            let rows = checked.reduce(0) { $0 + $1.row + 2 }
            return AttributionCost(forwardRows: rows / max(1, shape.layerCount), bytes: bytes)
        case .rollout:
            let last = (checked.map(\.row).max() ?? -1) + 1
            return AttributionCost(
                forwardRows: last * (last + 3) / 2, bytes: bytes + 2 * last * last * 8)
        }
    }
}

extension RandomAttribution {
    /// Nothing but the draws.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: The cost.
    /// - Throws: ``AttributionFailure``.
    public func cost(
        of targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> AttributionCost? {
        AttributionCost()
    }
}
