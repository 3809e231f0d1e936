internal import ScopeFiles

/// One field of `config.json` that a family understands.
struct Field: Sendable {
    /// Whether a file may leave the field out.
    enum Presence {
        case optional
        case required
    }

    let name: String
    let presence: Presence
    /// What the field decides where it is read.
    private(set) var effect = FieldEffect.result
    /// The only values that are supported, for people, where not every one is.
    private(set) var requirement: String?
    /// When the field is read; always where there is no condition.
    private(set) var condition: FieldCondition?
    /// The fields of an object.
    private(set) var members: [FieldUse] = []
    let apply: @Sendable (JSONValue, inout ConfigurationDraft) throws(FileError) -> Void

    init(
        _ name: String, _ presence: Presence = .optional,
        apply: @escaping @Sendable (JSONValue, inout ConfigurationDraft) throws(FileError) -> Void
    ) {
        self.name = name
        self.presence = presence
        self.apply = apply
    }

    /// The field with what it decides.
    func deciding(_ effect: FieldEffect) -> Field {
        var field = self
        field.effect = effect
        return field
    }

    /// The field with the values it must have, for people.
    func mustBe(_ requirement: String) -> Field {
        var field = self
        field.requirement = requirement
        return field
    }

    /// The field with the condition under which it is read.
    func read(where condition: FieldCondition) -> Field {
        var field = self
        field.condition = condition
        return field
    }

    /// The field with those inside it.
    func holding(_ members: [FieldUse]) -> Field {
        var field = self
        field.members = members
        return field
    }
}
