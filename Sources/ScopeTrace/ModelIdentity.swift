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

    /// Names a model.
    public init(name: String, family: String, fingerprint: String, parameterCount: Int) {
        self.name = name
        self.family = family
        self.fingerprint = fingerprint
        self.parameterCount = parameterCount
    }
}
