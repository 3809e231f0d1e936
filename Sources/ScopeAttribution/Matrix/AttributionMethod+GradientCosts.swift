internal import ScopeTensor
internal import ScopeTransformer

extension SemanticScope {
    /// One way back a target.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: The cost.
    /// - Throws: ``AttributionFailure``.
    public func cost(
        of targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> AttributionCost? {
        text.gradientCost(probes: try text.checked(targets).count)
    }
}

extension TemperatureScope {
    /// One way back a target.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: The cost.
    /// - Throws: ``AttributionFailure``.
    public func cost(
        of targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> AttributionCost? {
        text.gradientCost(probes: try text.checked(targets).count)
    }
}

extension GradientNorm {
    /// One way back a target.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: The cost.
    /// - Throws: ``AttributionFailure``.
    public func cost(
        of targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> AttributionCost? {
        text.gradientCost(probes: try text.checked(targets).count)
    }
}

extension InputTimesGradient {
    /// One way back a target.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: The cost.
    /// - Throws: ``AttributionFailure``.
    public func cost(
        of targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> AttributionCost? {
        text.gradientCost(probes: try text.checked(targets).count)
    }
}

extension FisherScope {
    /// As many ways back a target as directions.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: The cost.
    /// - Throws: ``AttributionFailure``.
    public func cost(
        of targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> AttributionCost? {
        // Directions are followed back for one target after the other.
        let each: Int
        switch rank {
        case .full: each = min(candidates ?? .max, text.embeddings.columns)
        case .largest(let count): each = count
        }
        let one = text.gradientCost(probes: each)
        return try text.checked(targets).reduce(AttributionCost()) { sum, _ in sum + one }
    }
}

extension IntegratedGradients {
    /// A pass forth and back at every node, and one at the baseline.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: The cost.
    /// - Throws: ``AttributionFailure``.
    public func cost(
        of targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> AttributionCost? {
        text.passCost(rule.count, further: 1, try text.checked(targets))
    }
}

extension PathIntegratedSemanticScope {
    /// A pass forth and back at every scale.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: The cost.
    /// - Throws: ``AttributionFailure``.
    public func cost(
        of targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> AttributionCost? {
        text.passCost(scales.count, further: 0, try text.checked(targets))
    }
}

extension SmoothGrad {
    /// A pass forth and back for every noisy copy.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: The cost.
    /// - Throws: ``AttributionFailure``.
    public func cost(
        of targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> AttributionCost? {
        text.passCost(samples, further: 0, try text.checked(targets))
    }
}

extension GradientSHAP {
    /// A pass forth and back for every sample, and one at its baseline.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: The cost.
    /// - Throws: ``AttributionFailure``.
    public func cost(
        of targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> AttributionCost? {
        text.passCost(samples, further: samples, try text.checked(targets))
    }
}

extension DiscretizedIntegratedGradients {
    /// A pass forth and back at every place of the way.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: The cost.
    /// - Throws: ``AttributionFailure``.
    public func cost(
        of targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> AttributionCost? {
        text.passCost(steps * partsPerStep + 1, further: 1, try text.checked(targets))
    }
}

extension SequentialIntegratedGradients {
    /// A pass forth and back for every token and node, and one for every token.
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
        let tokens = (checked.map(\.row).max() ?? -1) + 1
        return text.passCost(tokens * rule.count, further: tokens, checked)
    }
}
