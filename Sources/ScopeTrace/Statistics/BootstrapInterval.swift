/// A range that a measure falls into when the cases it was taken of are drawn again (Efron, 1979).
///
/// Cases, such as the tokens of a mean or whole files, are drawn with replacement, as many as there are,
/// and the measure is taken; this many times. ASTrust (Palacio et al., 2024) reports the median of such
/// means as a node's confidence.
public struct BootstrapInterval: Hashable, Codable, Sendable {
    /// The measures that were drawn.
    public var replicates: Int
    /// The least of them.
    public var minimum: Double
    /// The lower end of the interval.
    public var lower: Double
    /// Their median.
    public var median: Double
    /// Their mean.
    public var mean: Double
    /// The upper end of the interval.
    public var upper: Double
    /// The greatest of them.
    public var maximum: Double
    /// Their deviation, with one less than their number as divisor.
    public var deviation: Double

    /// Makes an interval.
    public init(
        replicates: Int, minimum: Double, lower: Double, median: Double, mean: Double,
        upper: Double, maximum: Double, deviation: Double
    ) {
        self.replicates = replicates
        self.minimum = minimum
        self.lower = lower
        self.median = median
        self.mean = mean
        self.upper = upper
        self.maximum = maximum
        self.deviation = deviation
    }
}
