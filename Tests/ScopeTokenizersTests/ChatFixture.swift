import ScopeFiles
import TestFixtures

@testable import ScopeTokenizers

/// One folder of golden conversations.
struct ChatFixture: Sendable, CustomStringConvertible {
    let folder: FixtureFolder
    var description: String { folder.description }

    static let all = Fixtures.folders("chat").map(ChatFixture.init)
}

extension ChatTemplate {
    /// Renders the conversation of a golden case.
    func render(_ golden: JSONValue, date: ChatDate? = nil) throws -> String {
        var messages: [ChatValue] = []
        for message in try golden.required("messages").elements() {
            messages.append(try ChatValue(message))
        }
        var tools: [ChatValue]?
        if let field = golden["tools"], !field.isNull {
            tools = try field.elements().map { try ChatValue($0) }
        }
        return try render(
            messages: messages, tools: tools,
            addGenerationPrompt: golden.required("add_generation_prompt").bool(), date: date)
    }

    /// Renders a template with some variables, in the notation of JSON.
    static func render(_ source: String, _ variables: String = "{}") throws -> String {
        let root = try JSONDocument(bytes: Array(variables.utf8), file: "variables").root
        var values: [String: ChatValue] = [:]
        for (key, value) in try root.members() { values[key.string] = try ChatValue(value) }
        return try ChatTemplate(source: source).render(messages: [], variables: values)
    }
}
