import ScopeFiles
import Testing

@testable import ScopeTokenizers

/// Hostile templates end in text or in an error, in bounded time.
@Suite struct ChatLimitTests {
    /// Templates that ask for too much of something.
    static let greedy = [
        "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
        "{% set ns = namespace(x='abcdefgh') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}"
            + "{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}"
            + "{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}"
            + "{% endfor %}{{ ns.x }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}"
            + "{% endfor %}{{ ns.x == ns.x }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}",
        "{% set ns = namespace(x={}) %}{% for i in range(9999) %}{% set ns.x = {'a': ns.x} %}"
            + "{% endfor %}",
        "{% set ns = namespace(x=[]) %}{% for i in range(9999) %}{% set ns.x = [ns.x.index] %}"
            + "{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m(x) %}{{ m(m(x)) }}{% endmacro %}{{ m(1) }}",
        "{% macro m(x) %}{{ x }}{% if x %}{{ m(x - 1) }}{{ m(x - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
        "{{ 'a' * 999999999999 }}", "{{ [0] * 999999999999 }}", "{{ 'a' * 9223372036854775807 }}",
        "{{ range(1000000) }}", "{{ range(-9223372036854775807, 9223372036854775807) | list }}",
        "{{ ('a' * 999999).replace('a', 'a' * 999999) }}",
        "{{ ('a' * 999999).replace('', 'aaaaaaaaaaaaaaaaaaaaaaa') }}",
        "{{ (range(99999) | list) | join('a' * 99999) }}", "{{ '%999999999s' % 'a' }}",
        "{{ '%99999999999999999999s' % 'a' }}", "{{ 'a' | center(999999999999) }}",
        "{{ 'a' | center(9223372036854775807) }}", "{{ 'a' | indent(999999999999) }}",
        "{{ ('a\n' * 99999) | indent(99999) }}", "{{ [1] | tojson(indent=999999999999) }}",
        "{{ (range(9999) | list) | tojson(indent='a' * 99999) }}",
        "{{ [1] | batch(999999999999, 0) | list }}", "{{ 7 ** 9999999999 }}",
        "{% set ns = namespace(x='') %}{% for i in range(99999) %}{% set ns.x = ns.x + 'aaaaaaaa' %}"
            + "{{ ns.x }}{% endfor %}",
        "{{ range(99999) | map('string') | unique | list | length }}",
        "{{ (('a' * 99999 + 'b') * 99).count('a' * 99999 + 'c') }}{% for i in range(99999) %}"
            + "{{ ('ab' * 99999).find('c') }}{% endfor %}",
    ]

    @Test(arguments: greedy)
    func greedyTemplatesAreRefused(_ source: String) throws {
        let error = #expect(throws: ChatTemplateError.self) {
            try ChatTemplate(source: source).render(
                [:], isForTools: false, date: nil,
                limits: TemplateLimits(work: 1 << 20, bytes: 1 << 20))
        }
        switch error {
        case .tooLarge, .unsupported(_, _, "an integer beyond 64 bits"): break
        default: Issue.record("\(source): \(String(describing: error))")
        }
    }

    /// What opens, what stands inside, what closes.
    static let nests = [
        ("{{ ", "(", "x", ")", " }}"), ("{{ ", "[", "x", "]", " }}"),
        ("{{ ", "{'a':", "x", "}", " }}"), ("{{ ", "not ", "x", "", " }}"),
        ("{{ ", "-", "x", "", " }}"), ("{{ x", ".a", "", "", " }}"), ("{{ x", "[0]", "", "", " }}"),
        ("{{ x", "()", "", "", " }}"), ("{{ x", "|upper", "", "", " }}"),
        ("{{ x", " + x", "", "", " }}"), ("{{ x", " and x", "", "", " }}"),
        ("{{ ", "x if x else ", "x", "", " }}"), ("{{ ", "x[", "x", "]", " }}"),
        ("{{ ", "x(", "x", ")", " }}"), ("", "{% if x %}", "x", "{% endif %}", ""),
        ("", "{% for x in y %}", "x", "{% endfor %}", ""),
        ("", "{% macro m() %}", "x", "{% endmacro %}", ""), ("{% set ", "(", "x", ")", " = 1 %}"),
        ("{{ x is eq", " x[", "x", "]", " }}"),
        ("", "xxxxxxxxxxxxxxxx", "", "xxxxxxxxxxxxxxxx", ""),
    ]

    @Test(arguments: nests)
    func deepSourcesAreRefused(
        _ open: String, _ begin: String, _ inner: String, _ end: String, _ close: String
    ) throws {
        let source =
            open + String(repeating: begin, count: 34_000) + inner
            + String(repeating: end, count: 34_000) + close
        let error = #expect(throws: ChatTemplateError.self) { try ChatTemplate(source: source) }
        guard case .tooLarge = error else {
            Issue.record("\(source.prefix(20)): \(String(describing: error))")
            return
        }
    }

    @Test func longChainsWithinTheLimitsWork() throws {
        let elements = "{{ [" + String(repeating: "1,", count: 50_000) + "]|sum }}"
        #expect(try ChatTemplate.render(elements) == "50000")
        let joined = "{{ 'a'" + String(repeating: " ~ 'a'", count: 50_000) + " | length }}"
        #expect(try ChatTemplate.render(joined).utf8.count == 50_001)
        let branches =
            "{% if x %}" + String(repeating: "{% elif x %}", count: 20_000) + "{% endif %}"
        #expect(try ChatTemplate.render(branches) == "")
        let nested =
            String(repeating: "{% if 1 %}", count: 45) + "x"
            + String(repeating: "{% endif %}", count: 45)
        #expect(try ChatTemplate.render(nested) == "x")
    }

    @Test func deepValuesAreRefused() throws {
        var value: ChatValue = .null
        for _ in 0..<150 { value = [value] }
        let template = try ChatTemplate(source: "{{ x | tojson | length }}")
        let text = try template.render(messages: [ChatValue](), variables: ["x": value])
        #expect(text == "304")
        for _ in 0..<100 { value = ["a": value] }
        #expect(throws: ChatTemplateError.self) {
            try template.render(messages: [ChatValue](), variables: ["x": value])
        }
    }

    /// Deep recursion ends with an error also on the small stack of a worker thread.
    @Test func recursionEndsOnATasksStack() async throws {
        let source =
            "{% macro m(x) %}{{ [(m([x, (x)][0]) ~ 'a') | trim] | join }}{% endmacro %}{{ m(1) }}"
        let error = await Task.detached {
            () -> ChatTemplateError? in
            do throws(ChatTemplateError) {
                _ = try ChatTemplate(source: source).render(messages: [ChatValue]())
                return nil
            } catch {
                return error
            }
        }.value
        guard case .tooLarge = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    /// Pieces of templates in any order: never a trap, and the same result twice.
    @Test func randomTemplatesEnd() throws {
        var generator = ChatPieces(seed: 20_240_726)
        var rendered = 0
        for _ in 0..<4_000 {
            let source = generator.template()
            var results: [Result<String, ChatTemplateError>] = []
            for _ in 0..<2 {
                results.append(
                    Result { () throws(ChatTemplateError) -> String in
                        try ChatTemplate(source: source).render(
                            generator.variables, isForTools: false, date: nil,
                            limits: TemplateLimits(work: 1 << 18, bytes: 1 << 16, depth: 100))
                    })
            }
            #expect(results[0] == results[1], "\(source.debugDescription)")
            if case .success = results[0] { rendered += 1 }
        }
        #expect(rendered > 100)
    }
}

/// Draws templates from words of the language.
private struct ChatPieces {
    private var state: UInt64
    let variables: [String: ChatValue] = [
        "s": "a,b", "l": [3, "x", .null, ["k": "v"]], "n": 7, "d": ["a": 1, "b": [1, 2]],
    ]

    init(seed: UInt64) { state = seed }

    private mutating func draw(_ count: Int) -> Int {
        // SplitMix64 (Steele, Lea and Flood, 2014).
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ mixed >> 31) % UInt64(count))
    }

    private mutating func pick(_ choices: [String]) -> String { choices[draw(choices.count)] }

    private static let values = [
        "s", "l", "n", "d", "x", "1", "-2", "2.5", "'a'", "''", "none", "true", "[1, 'b']", "{}",
        "(1, 2)", "range(3)", "loop.index", "namespace(a=1)", "m", "'%s'", "s.split", "d.items()",
    ]

    private static let suffixes = [
        "|upper", "|list", "|sort", "|join('-')", "|tojson(indent=2)", "|map('string')", "|first",
        "|length", "|unique", "|batch(2)", "|int", "|default(1)", "|reverse", "|safe", "|indent",
        "[0]", "[-1]", "[1:]", "[::-1]", "['a']", ".a", ".split()", ".items()", ".get('a')",
        "()", "(1)", " is defined", " is string", "|selectattr('a')", "|trim", ".strip('a')",
        "|dictsort", "|sum", "|max", "|replace('a', 'b')", ".format(1)", ".join(l)", "|nope",
    ]

    private static let operators = [
        " + ", " - ", " * ", " / ", " // ", " % ", " ~ ", " == ", " < ", " in ", " and ", " or ",
        " if ", ", ", " ** ", " not in ",
    ]

    private static let tags = [
        "{% if ", "{% for i in ", "{% set x = ", "{{ ", "{{- ", "{% set x %}", "{% macro m(a) %}",
        "{% else %}", "{% endif %}", "{% endfor %}", "{% endmacro %}", "{% endset %}", "{# c #}",
        "{% break %}", "{% raw %}", "text\n", "  ", "{% filter trim %}", "{% endfilter %}",
        "{% call m(1) %}", "{% endcall %}", "{% with x = 1 %}", "{% endwith %}", "{%", "}}", "{#",
    ]

    private mutating func expression() -> String {
        var text = pick(Self.values)
        for _ in 0..<draw(3) { text += pick(Self.suffixes) }
        if draw(3) == 0 { text = "(" + text + ")" + pick(Self.operators) + pick(Self.values) }
        return text
    }

    mutating func template() -> String {
        // Half of them are whole, so that the evaluator is reached as well.
        if draw(2) == 0 {
            return "{% for i in l %}{{ \(expression()) }}{% endfor %}{% if \(expression()) %}"
                + "{% set x = \(expression()) %}{% endif %}{{ x }}{{ \(expression()) }}"
        }
        var text = ""
        for _ in 0..<(1 + draw(8)) {
            let tag = pick(Self.tags)
            text += tag
            if tag.hasSuffix("{ ") || tag.hasSuffix("- ") {
                text += expression() + " }}"
            } else if tag.hasSuffix(" ") {
                text += expression() + " %}"
            }
        }
        return text
    }
}
