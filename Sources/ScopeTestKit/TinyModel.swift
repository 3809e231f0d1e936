public import TokenScope

/// A Llama model with random weights, made in memory from a seed: the same bits on every machine.
///
/// It computes everything a real model does, attention and hidden states included, in microseconds; what
/// it writes means nothing. Its vocabulary is that of ``ByteTokenizer``.
///
/// ```swift
/// let model = try TinyModel(seed: 7).load()
/// var session = try DecodingSession(model, prompt: "abc", parameters: .init(maxTokens: 20))
/// ```
public struct TinyModel: Hashable, Sendable {
    /// Determines every weight.
    public var seed: UInt64
    /// Decoder blocks.
    public var layerCount: Int
    /// Width of the residual stream; a multiple of twice ``headCount``.
    public var hiddenSize: Int
    /// Query heads, two for each key-value head; even.
    public var headCount: Int
    /// The most tokens of a sequence.
    public var contextLength: Int

    /// Creates the description of a model.
    public init(
        seed: UInt64 = 0, layerCount: Int = 2, hiddenSize: Int = 32, headCount: Int = 4,
        contextLength: Int = 256
    ) {
        precondition(
            layerCount > 0 && contextLength > 0 && headCount > 0 && headCount.isMultiple(of: 2)
                && hiddenSize > 0 && hiddenSize.isMultiple(of: 2 * headCount),
            "no model has this shape")
        self.seed = seed
        self.layerCount = layerCount
        self.hiddenSize = hiddenSize
        self.headCount = headCount
        self.contextLength = contextLength
    }

    /// The model, ready to decode.
    ///
    /// - Returns: The model with its tokenizer.
    /// - Throws: `DecodingFailure`, which would be a defect of this kit.
    /// - Complexity: O(weights).
    public func load() throws(DecodingFailure) -> ModelContext {
        try loadModel(from: folder)
    }

    /// The model's files, in memory: configuration, weights and tokenizer, as on disk.
    ///
    /// - Complexity: O(weights).
    public var folder: FileFolder {
        FileFolder(
            name: "tiny-\(seed)",
            files: [
                FileContents(copying: configurationFile, name: "config.json"),
                FileContents(copying: weightsFile, name: "model.safetensors"),
                FileContents(copying: Self.tokenizerFile, name: "tokenizer.json"),
            ])
    }
}
