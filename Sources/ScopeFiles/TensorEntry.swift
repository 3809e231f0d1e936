/// One tensor of a safetensors file: what it is and where its bytes lie.
public struct TensorEntry: Sendable, Equatable {
    /// The tensor's name.
    public let name: String

    /// The type of its elements.
    public let dtype: SafetensorsType

    /// Its sizes, outermost first; empty for a single value.
    public let shape: [Int]

    /// Where its bytes lie, row-major and little-endian, from the start of the file.
    public let byteRange: Range<Int>

    /// How many elements it has.
    public var elementCount: Int { byteRange.count / dtype.byteWidth }

    /// Describes a tensor.
    public init(name: String, dtype: SafetensorsType, shape: [Int], byteRange: Range<Int>) {
        self.name = name
        self.dtype = dtype
        self.shape = shape
        self.byteRange = byteRange
    }
}
