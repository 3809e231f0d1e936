/// One tensor of a GGUF file: what it is and where its bytes lie.
public struct GGUFTensorEntry: Sendable, Equatable {
    /// The tensor's name.
    public let name: String

    /// The type of its blocks.
    public let type: GGUFType

    /// Its sizes, outermost first, as in safetensors; empty for a single value.
    ///
    /// The file itself counts from the other end: what it calls dimension 0 is the last one here,
    /// along which elements are adjacent and blocks are cut.
    public let shape: [Int]

    /// Where its bytes lie, row-major and little-endian, from the start of the file.
    public let byteRange: Range<Int>

    /// How many elements it has.
    public var elementCount: Int {
        byteRange.count / type.bytesPerBlock * type.elementsPerBlock
    }

    /// Describes a tensor.
    public init(name: String, type: GGUFType, shape: [Int], byteRange: Range<Int>) {
        self.name = name
        self.type = type
        self.shape = shape
        self.byteRange = byteRange
    }
}
