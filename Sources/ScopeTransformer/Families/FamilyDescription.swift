/// What a family's row of the table says, for documentation and tests.
package struct FamilyDescription: Sendable {
    /// The value of `model_type`.
    package let modelType: String
    /// The fields that are understood, and those inside them.
    package let fields: [FieldUse]
    /// Names that stand for a field's own.
    package let otherNames: [String: String]

    /// Every family, by name.
    package static let all = Family.all.map { family in
        FamilyDescription(
            modelType: family.modelType, fields: family.fields.flatMap(\.uses),
            otherNames: family.otherNames)
    }

    /// Fields without effect in any family.
    package static let fieldsWithoutEffect = FieldsWithoutEffect.names.sorted()

    /// Fields that every family accepts with some values only, which have no effect.
    package static let neutralValues = FieldsWithoutEffect.neutralValues
}
