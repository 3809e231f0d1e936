/// As much as the readers of files take: beyond it a file is refused by an error, before memory or time
/// is spent on it.
///
/// What a reader keeps is bounded by the file's own length in any case; these bounds keep a short file from
/// costing more than its length, and a long one from costing more than any model needs. `SECURITY.md` has
/// the table of all limits.
public enum FileLimits {
    /// Bytes of a JSON text, whose places are kept in 32 bits.
    public static let jsonByteCount = 4_294_967_294

    /// Arrays and objects of a JSON text inside each other.
    public static let jsonDepth = 128

    /// Bytes of a safetensors header, as in the reference reader.
    public static let safetensorsHeaderByteCount = 100_000_000

    /// Tensors of a safetensors file.
    public static let safetensorsTensorCount = 1_048_576

    /// Bytes of a GGUF file before its tensors' data; the largest vocabularies take 30 MB.
    public static let ggufHeaderByteCount = 100_000_000

    /// Keys of a GGUF file's metadata.
    public static let ggufKeyCount = 65_536

    /// Tensors of a GGUF file.
    public static let ggufTensorCount = 1_048_576

    /// Arrays of a GGUF file's metadata inside each other.
    public static let ggufArrayDepth = 8

    /// Dimensions of a tensor of a GGUF file.
    public static let ggufDimensionCount = 4

    /// Files of at least so many bytes are mapped instead of copied.
    public static let mappedByteCount = 1_048_576
}
