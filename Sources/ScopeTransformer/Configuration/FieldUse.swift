package import ScopeFiles

/// What a field of `config.json` decides.
package enum FieldEffect: Equatable, Sendable {
    /// How long a text may be, and nothing that is computed for a shorter one.
    case length
    /// Nothing that this package computes.
    case none
    /// What the model computes.
    case result
}

/// A field of `config.json` as one family uses it: what documentation and tests say of it.
package struct FieldUse: Sendable {
    /// The field's name, behind those of the objects that hold it.
    package var name: String
    /// What it decides where it is read.
    package var effect: FieldEffect
    /// Whether a file must have it.
    package var isRequired: Bool
    /// The only values that are supported, for people, where not every one is.
    package var requirement: String?
    var condition: FieldCondition?

    init(
        _ name: String, _ effect: FieldEffect = .result, isRequired: Bool = false,
        requirement: String? = nil, where condition: FieldCondition? = nil
    ) {
        self.name = name
        self.effect = effect
        self.isRequired = isRequired
        self.requirement = requirement
        self.condition = condition
    }

    /// When the field is read, completing "where …"; nil for always.
    package var conditionText: String? { condition?.text }

    /// Whether the field decides anything in a file.
    package func isRead(in root: JSONValue, by configuration: DecoderConfiguration) -> Bool {
        effect != .none && condition?.holds(root, configuration) ?? true
    }
}

extension Field {
    /// The field and those inside it.
    var uses: [FieldUse] {
        let own = FieldUse(
            name, effect, isRequired: presence == .required, requirement: requirement,
            where: condition)
        return [own]
            + members.map { member in
                var use = member
                use.name = "\(name).\(member.name)"
                if let condition { use.condition = member.condition?.and(condition) ?? condition }
                return use
            }
    }
}
