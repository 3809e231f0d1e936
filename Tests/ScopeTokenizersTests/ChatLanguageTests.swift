import ScopeFiles
import Testing
import TestFixtures

@testable import ScopeTokenizers

/// Each construct of the language, against what Jinja2 renders.
@Suite struct ChatLanguageTests {
    private struct Golden {
        let variables: [String: ChatValue]
        let cases: [JSONValue]

        init() throws {
            let path = "\(Fixtures.packageRoot)/Tests/ScopeTokenizersTests/Golden/chat.json"
            let root = try JSONDocument(FileContents.open(path)).root
            var variables: [String: ChatValue] = [:]
            for (key, value) in try root.required("variables").members() {
                variables[key.string] = try ChatValue(value)
            }
            self.variables = variables
            cases = Array(try root.required("cases").elements())
        }

        func render(_ source: String) throws(ChatTemplateError) -> String {
            try ChatTemplate(source: source).render(
                messages: [ChatValue](), variables: variables,
                date: ChatDate(year: 2024, month: 7, day: 26, hour: 15, minute: 4, second: 9))
        }
    }

    @Test func rendersAsJinjaDoes() throws {
        let golden = try Golden()
        #expect(golden.cases.count > 300)
        for entry in golden.cases where entry["refused"] == nil {
            let source = try entry.required("template").string()
            let name = Comment(rawValue: source.debugDescription)
            do throws(ChatTemplateError) {
                let text = try golden.render(source)
                let expected = try? entry["rendered"]?.utf8()
                #expect(expected.map { Array(text.utf8) == $0 } == true, name)
            } catch {
                #expect(entry["rendered"] == nil, name)
                if case .raised(_, _, let message) = error {
                    #expect(try entry.required("raised").string() == message)
                } else {
                    #expect(entry["raised"] == nil, name)
                }
            }
        }
    }

    @Test func refusesByNameWhatItLacks() throws {
        let golden = try Golden()
        var count = 0
        for entry in golden.cases where entry["refused"] != nil {
            let source = try entry.required("template").string()
            let error = #expect(throws: ChatTemplateError.self) { try golden.render(source) }
            guard case .unsupported(_, 1, let construct) = error else {
                Issue.record("\(source): \(String(describing: error))")
                continue
            }
            #expect(!construct.isEmpty)
            count += 1
        }
        #expect(count >= 8)
    }

    @Test(arguments: [
        ("\n{% import 'x' as y %}", 2, "the tag 'import'"),
        ("a\n\n{{ x | urlize }}", 3, "the filter 'urlize'"),
        ("{{ x is escaped }}", 1, "the test 'escaped'"),
        ("{{ f(*x) }}", 1, "a call with '*' before an argument"),
        ("{% for x in y recursive %}{% endfor %}", 1, "a recursive loop"),
        ("{{ 9223372036854775808 }}", 1, "an integer beyond 64 bits"),
        ("{{ 'é'.é }}", 1, "a name with the character é"),
    ])
    func refusesWhenReading(_ source: String, _ line: Int, _ construct: String) {
        #expect(
            throws: ChatTemplateError.unsupported(
                template: "chat template", line: line, construct: construct)
        ) { try ChatTemplate(source: source) }
    }

    @Test(arguments: [
        ("{{ 'a'.swapcase() }}", "the method 'swapcase' of a str object"),
        ("{{ [1].append(2) }}", "the method 'append' of a list object"),
        ("{{ 9223372036854775807 + 1 }}", "an integer beyond 64 bits"),
        ("{{ strftime_now('%Y') }}", "strftime_now without a given date"),
        ("{% macro m() %}{% endmacro %}{{ m }}", "the text of a macro object"),
        ("{{ 2.5 | round(1) }}", "the filter 'round' with a precision"),
        (
            "{% set ns = namespace() %}{% for i in [1] %}{% macro m() %}{% endmacro %}"
                + "{% set ns.m = m %}{% endfor %}{{ ns.m() }}",
            "a macro after the block that defines it"
        ),
    ])
    func refusesWhenRendering(_ source: String, _ construct: String) {
        #expect(
            throws: ChatTemplateError.unsupported(
                template: "chat template", line: 1, construct: construct)
        ) { try ChatTemplate.render(source) }
    }

    @Test func comparesByCodePoints() throws {
        let source = "{{ a == b }}{{ a in [b] }}{{ {a: 1}[b] is defined }}{{ a | length }}"
        let text = try ChatTemplate.render(source, #"{"a": "é", "b": "e\u0301"}"#)
        #expect(text == "FalseFalseFalse1")
    }

    @Test func floatingPointTextIsPythons() throws {
        let cases: [(Double, String)] = [
            (0, "0.0"), (-0.0, "-0.0"), (1e16, "1e+16"),
            (9_999_999_999_999_998, "9999999999999998.0"),
            (0.0001, "0.0001"), (0.00001, "1e-05"), (1.5e300, "1.5e+300"),
            (.leastNonzeroMagnitude, "5e-324"),
            (123_456.789, "123456.789"), (1e22, "1e+22"), (-2.5, "-2.5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (.infinity, "inf"), (-.infinity, "-inf"), (.nan, "nan"), (1.0e-10, "1e-10"),
        ]
        for (number, text) in cases { #expect(TemplateNumber.text(of: number) == text) }
    }

    @Test func datesAreThoseOfTheCalendar() throws {
        let leap = ChatDate(year: 2024, month: 2, day: 29)
        #expect(
            try leap.formatted("%A %d %B %Y, day %j, %w") == "Thursday 29 February 2024, day 060, 4"
        )
        let end = ChatDate(year: 1999, month: 12, day: 31, hour: 0, minute: 5, second: 6)
        #expect(
            try end.formatted("%a %b %e %I:%M:%S %p %y %j %%") == "Fri Dec 31 12:05:06 AM 99 365 %")
        #expect(throws: TemplateFault.self) { try end.formatted("%Q") }
        #expect(throws: TemplateFault.self) { try end.formatted("100%") }
    }
}
