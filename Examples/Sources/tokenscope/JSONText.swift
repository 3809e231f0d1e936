#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What an object of JSON holds, for programs that read it; the article *Formats* lists the members.
///
/// The version goes up when a member changes its meaning or is gone, not when one is added.
enum JSONFormat: String {
    case models
    case inspection
    case attribution
    case attributions
    case faithfulness
    case methods
    case patching
    case syntax
    case syntaxMap = "syntax-map"
    case hotSpots = "hot-spots"
    case concepts

    /// What stands in `format`.
    var name: String { "tokenscope." + rawValue }

    /// What stands in `format_version`.
    var version: Int { 1 }
}

/// Values as JSON for people and programs: keys in snake case and in order, one member a line, behind the
/// format's name and version.
enum JSONText {
    /// A value that is an object with members.
    static func text(of value: some Encodable, as format: JSONFormat) throws(ToolError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let object: String
        do {
            object = String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            throw .run("\(error)")
        }
        precondition(object.hasPrefix("{\n"), "a format's value is an object with members")
        // The encoder knows no order but the alphabet's, and these two come first.
        return """
            {
              "format" : "\(format.name)",
              "format_version" : \(format.version),\(object.dropFirst())

            """
    }

    /// A list, which is the object's member `name`.
    static func text(
        of list: [some Encodable], named name: String, as format: JSONFormat
    ) throws(ToolError) -> String {
        try text(of: NamedList(name: name, list: list), as: format)
    }

    /// An object with one member.
    private struct NamedList<Element: Encodable>: Encodable {
        let name: String
        let list: [Element]

        private struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }

            init(stringValue: String) { self.stringValue = stringValue }

            init?(intValue: Int) { nil }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(list, forKey: Key(stringValue: name))
        }
    }
}
