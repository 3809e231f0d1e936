/// Which model wrote a trace.
public struct ModelIdentity: Hashable, Codable, Sendable {
    /// What the caller or the model's folder calls the model.
    public var name: String

    /// The architecture's name as the model's configuration spells it, such as "llama".
    public var family: String

    /// A hash over the model's configuration and weights, in hexadecimal.
    public var fingerprint: String

    /// The number of parameters, tied ones counted once.
    public var parameterCount: Int

    /// The formats of the weight matrices the model computed with, the largest share first, such
    /// as "q4_K+q6_K"; for weights quantised when they were read, such as "q8_0 from bfloat16".
    public var weights: String

    /// Which text length defines rotations that change with it; nil for models without any.
    public var rotaryLength: String?

    /// Names a model.
    public init(
        name: String, family: String, fingerprint: String, parameterCount: Int,
        weights: String = "", rotaryLength: String? = nil
    ) {
        self.name = name
        self.family = family
        self.fingerprint = fingerprint
        self.parameterCount = parameterCount
        self.weights = weights
        self.rotaryLength = rotaryLength
    }
}
