public import ScopeDecoding
public import ScopeTrace

extension MetricKey {
    /// The same metric of a single source of attention: `attention_entropy_l3_h2`.
    ///
    /// - Parameter source: A head, or the mean of a layer's heads.
    /// - Returns: The key, in the same unit.
    public func of(_ source: AttentionSource) -> MetricKey {
        MetricKey(name + "_" + source.suffix, unit: unit)
    }
}
