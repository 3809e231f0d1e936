import ScopeFiles
import TestFixtures
import Testing

@testable import ScopeTokenizers

/// Small templates against what Jinja2 itself made of them; see `make_chat_golden.py`.
@Suite struct ChatReferenceTests {
    private static let golden = Result {
        let path = "\(Fixtures.packageRoot)/Tests/ScopeTokenizersTests/Golden/chat.json"
        return try JSONDocument(FileContents.open(path)).root
    }

    @Test func everyTemplateGivesWhatTheReferenceGives() throws {
        let root = try Self.golden.get()
        var variables: [String: ChatValue] = [:]
        for (key, value) in try root.required("variables").members() {
            variables[key.string] = try ChatValue(value)
        }
        // The date at which the script renders.
        let date = ChatDate(year: 2024, month: 7, day: 26, hour: 15, minute: 4, second: 9)
        var count = 0
        for golden in try root.required("cases").elements() {
            count += 1
            let source = try golden.required("template").string()
            let result = Result {
                try ChatTemplate(source: source)
                    .render(messages: [], variables: variables, date: date)
            }
            if let raised = golden["raised"] {
                guard case .failure(ChatTemplateError.raised(_, _, let message)) = result else {
                    Issue.record("\(source): no refusal of the template's own, but \(result)")
                    continue
                }
                #expect(try message == raised.string())
            } else if golden["refused"] == nil, let rendered = golden["rendered"] {
                let expected = try rendered.string()
                switch result {
                case .success(let text): #expect(text == expected, "\(source)")
                case .failure(let error): Issue.record("\(source): \(error)")
                }
            } else if case .success(let text) = result {
                // The reference fails here, or this package says that it will not.
                Issue.record("\(source): rendered \(text)")
            }
        }
        #expect(count > 300)
    }
}
