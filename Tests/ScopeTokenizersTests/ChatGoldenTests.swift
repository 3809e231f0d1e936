import ScopeFiles
import Testing
import TestFixtures

@testable import ScopeTokenizers

/// Every conversation of every template, exactly.
@Suite struct ChatGoldenTests {
    @Test func rootsHoldTemplates() {
        for root in Fixtures.roots {
            #expect(ChatFixture.all.count { $0.folder.root == root.name } >= 7)
        }
    }

    @Test(arguments: ChatFixture.all)
    func renders(_ fixture: ChatFixture) throws {
        let template = try #require(try ChatTemplate.from(fixture.folder.folder()))
        let root = try fixture.folder.json("cases.json")
        var count = 0
        var errors = 0
        for golden in try root.required("cases").elements() {
            count += 1
            if let expected = golden["expected"] {
                #expect(try template.render(golden) == expected.string())
                continue
            }
            errors += 1
            let message = try golden.required("error").string()
            let error = #expect(throws: ChatTemplateError.self) { try template.render(golden) }
            guard case .raised(_, _, let raised) = error else {
                Issue.record("not the template's own refusal: \(String(describing: error))")
                continue
            }
            #expect(raised == message)
        }
        #expect(try count == root.required("n_cases").int())
        #expect(try errors == root.required("n_errors").int())
    }
}
