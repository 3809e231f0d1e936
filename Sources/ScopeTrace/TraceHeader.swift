/// What must be known to make a trace again.
public struct TraceHeader: Hashable, Codable, Sendable {
    /// Which model wrote the trace.
    public var model: ModelIdentity

    /// The class of arithmetic of the forward pass, such as "float32".
    public var arithmetic: String

    /// The kernel path that was taken, such as "openblas-0.3.21+avx512".
    public var kernels: String

    /// How the tokens were chosen.
    public var settings: GenerationSettings

    /// The end-of-sequence tokens that the model's files name.
    public var eosTokenIDs: [Int]

    /// The most tokens that the model's context holds.
    public var contextLength: Int

    /// The version of this package.
    public var libraryVersion: String

    /// Makes a header.
    public init(
        model: ModelIdentity,
        arithmetic: String = "float32",
        kernels: String,
        settings: GenerationSettings,
        eosTokenIDs: [Int],
        contextLength: Int,
        libraryVersion: String
    ) {
        self.model = model
        self.arithmetic = arithmetic
        self.kernels = kernels
        self.settings = settings
        self.eosTokenIDs = eosTokenIDs
        self.contextLength = contextLength
        self.libraryVersion = libraryVersion
    }
}
