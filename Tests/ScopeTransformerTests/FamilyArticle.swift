import ScopeTransformer

/// The parts of the article on families that are made from the table of families.
enum FamilyArticle {
    static let path = "DocsSource/ScopeTransformer.docc/Families.md"
    static let tableMarks = ("<!-- support table -->", "<!-- end of support table -->")
    static let fieldMarks = ("<!-- fields -->", "<!-- end of fields -->")

    /// What each family understands, and what all families share.
    static var fields: String {
        let sections = FamilyDescription.all.map(section)
        return ([rotation] + sections + [shared]).joined(separator: "\n\n")
    }

    private static func section(_ family: FamilyDescription) -> String {
        let fields = family.fields.filter { !$0.name.hasPrefix("rope_") || !$0.name.contains(".") }
        var lines = ["### \(family.modelType)", ""]
        let decides = fields.filter { $0.effect != .none && $0.requirement == nil }
        lines.append("Understood: \(list(decides.map(understood))).")
        let fixed = fields.filter { $0.requirement != nil }
        if !fixed.isEmpty {
            lines += ["", "With one value only: \(list(fixed.map(requirement)))."]
        }
        let other = family.otherNames.sorted { $0.key < $1.key }
            .map { "`\($0.key)` for `\($0.value)`" }
        if !other.isEmpty { lines += ["", "Other names: \(list(other))."] }
        let ignored = fields.filter { $0.effect == .none }.map { "`\($0.name)`" }
        if !ignored.isEmpty { lines += ["", "Without effect: \(list(ignored))."] }
        return lines.joined(separator: "\n")
    }

    private static func understood(_ field: FieldUse) -> String {
        var notes: [String] = []
        if field.isRequired { notes.append("required") }
        if field.effect == .length { notes.append("the longest text") }
        if let condition = field.conditionText { notes.append("where \(condition)") }
        return "`\(field.name)`" + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
    }

    private static func requirement(_ field: FieldUse) -> String {
        "`\(field.name)`: \(field.requirement ?? "")"
    }

    /// The members of a scaling are the same in every family that has one.
    private static var rotation: String {
        let family = FamilyDescription.all.first { $0.modelType == "llama" }
        let prefix = "rope_scaling."
        let members = family?.fields.filter { $0.name.hasPrefix(prefix) } ?? []
        let names = members.map { field in
            var field = field
            field.name.removeFirst(prefix.count)
            return understood(field)
        }
        return """
            ### Inside rope_scaling and rope_parameters

            Understood: \(list(names)).
            """
    }

    private static var shared: String {
        let neutral = FamilyDescription.neutralValues.sorted { $0.key < $1.key }
            .map { "`\($0.key)`: \($0.value.sorted().joined(separator: " or "))" }
        return """
            ### In every family

            With these values only: \(list(neutral)).

            Without effect: \(list(FamilyDescription.fieldsWithoutEffect.map { "`\($0)`" })).
            """
    }

    private static func list(_ items: [String]) -> String { items.joined(separator: ", ") }
}

extension String {
    /// The text between two marks, without the line ends next to them.
    func text(between marks: (String, String)) -> String? {
        let parts = split(separator: marks.0, maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let inner = parts[1].split(
            separator: marks.1, maxSplits: 1, omittingEmptySubsequences: false)
        guard inner.count == 2 else { return nil }
        return String(inner[0].drop { $0 == "\n" }.reversed().drop { $0 == "\n" }.reversed())
    }
}
