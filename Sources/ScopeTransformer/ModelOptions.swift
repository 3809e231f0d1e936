public import ScopeTensor

/// How a model is opened, where there is a choice.
public struct ModelOptions: Equatable, Sendable {
    /// Which length defines a rotation that changes with the text's length.
    public var rotaryLength: RotaryLength
    /// The block format that matrices are quantised to when they are read; nil: as they are stored.
    ///
    /// One of `ElementType.quantizationTargets`. Matrices whose rows are not whole blocks, and those that
    /// are in a block format already, stay as they are.
    public var weights: ElementType?
    /// Where the weights of products lie.
    public var storage: WeightStorage
    /// What products with packed weights are computed in; with mapped ones it is `float32`.
    ///
    /// For whoever makes the algebra, as `loadModel` does.
    public var arithmetic: ArithmeticClass
    /// How caches hold keys and values: halves take half the memory, and a few digits.
    public var cache: CachePrecision
    /// How many threads an operation may take, 1 or more; nil: as many as there are processors.
    ///
    /// For whoever makes the algebra, as `loadModel` does. The number changes no result.
    public var threads: Int?

    /// Creates options; by default the model is what its files say.
    public init(
        rotaryLength: RotaryLength = .wholeText, weights: ElementType? = nil,
        storage: WeightStorage = .packed, arithmetic: ArithmeticClass = .float32,
        cache: CachePrecision = .full, threads: Int? = nil
    ) {
        self.rotaryLength = rotaryLength
        self.weights = weights
        self.storage = storage
        self.arithmetic = arithmetic
        self.cache = cache
        self.threads = threads
    }
}
