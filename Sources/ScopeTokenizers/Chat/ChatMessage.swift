/// One turn of a conversation in its plainest form.
///
/// Turns with tool calls or parts are given to a template as ``ChatValue``.
public struct ChatMessage: Sendable, Equatable {
    /// Who speaks: `system`, `user`, `assistant`, or what else the template knows.
    public var role: String

    /// What is said.
    public var content: String

    /// Makes a turn.
    public init(role: String, content: String) {
        self.role = role
        self.content = content
    }

    /// The turn as a template reads it: an object of `role` and `content`.
    public var value: ChatValue {
        ["role": .string(role), "content": .string(content)]
    }
}
