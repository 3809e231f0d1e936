public import ScopeTrace

extension HeatScale {
    /// Makes a scale that ends at a column's least and greatest finite value.
    ///
    /// - Parameter column: A column of numbers; nil results where it holds no finite one.
    /// - Complexity: O(values).
    public init?(fitting column: AnyMetricColumn) {
        let values = (column.numbers ?? []).compactMap { $0 }.filter(\.isFinite)
        guard let least = values.min(), let greatest = values.max() else { return nil }
        self.init(
            column.name, unit: column.unit, cold: least,
            hot: greatest > least ? greatest : least + max(1, least.magnitude))
    }
}
