import ScopeFiles
import Testing
import TestFixtures

@testable import ScopeTokenizers

@Suite struct CompiledRegexTests {
    /// Matches as a splitting step sees them, empty ones left out.
    static func matches(_ pattern: String, in text: String) throws -> [Range<Int>] {
        let splitter = Splitter(
            .regex(try CompiledRegex(pattern)), .removed, isInverted: true)
        let bytes = Array(text.utf8)
        var pieces: [Range<Int>] = []
        splitter.split(bytes.span, 0..<bytes.count, into: &pieces)
        return pieces
    }

    @Test func matchesAsOnigurumaDoes() throws {
        let path = "\(Fixtures.packageRoot)/Tests/ScopeTokenizersTests/Golden/regex.json"
        let root = try JSONDocument(FileContents.open(path)).root
        var count = 0
        for entry in try root.elements() {
            let pattern = try entry.required("pattern").string()
            for golden in try entry.required("cases").elements() {
                let text = try golden.required("text").string()
                let expected = try golden.required("matches").elements().map { range in
                    let bounds = try range.elements().map { try $0.int() }
                    return bounds[0]..<bounds[1]
                }
                let found = try Self.matches(pattern, in: text)
                #expect(
                    found == expected, "\(pattern.debugDescription) in \(text.debugDescription)")
                count += 1
            }
        }
        #expect(count > 2_000)
    }

    @Test func machineAndTableAgree() throws {
        let path = "\(Fixtures.packageRoot)/Tests/ScopeTokenizersTests/Golden/regex.json"
        var count = 0
        for entry in try JSONDocument(FileContents.open(path)).root.elements() {
            let program = try RegexProgram(
                RegexParser.parse(entry.required("pattern").string()))
            let classifier = try CharacterClassifier(program.sets)
            let table = try #require(RegexAutomaton(program: program, classifier: classifier))
            var machine = RegexMachine(program: program, classifier: classifier)
            for golden in try entry.required("cases").elements() {
                let bytes = Array(try golden.required("text").string().utf8)
                var start = 0
                var expected: Range<Int>?
                while expected == nil, start <= bytes.count {
                    let end = table.matchEnd(in: bytes.span, from: start, to: bytes.count).matchEnd
                    expected = end.map { start..<$0 }
                    guard start < bytes.count else { break }
                    start = decodeScalar(bytes.span, at: start).end
                }
                let found = machine.firstMatch(in: bytes.span, from: 0, to: bytes.count)
                #expect(found == expected)
                count += 1
            }
        }
        #expect(count > 2_000)
    }

    @Test(arguments: [
        ("(unclosed[a-", 9, "the class is not closed"),
        ("(a", 0, "the group is not closed"),
        ("a)", 1, #"")" closes no group"#),
        ("ab*+*?{1,1000000}", 9, "a repeat beyond 100000"),
        ("[a-z]{1,50000}", 0, "the pattern needs more than 10000 instructions"),
        (#"(a)\1"#, 3, #""\1" is not supported"#),
        (#"a\b"#, 1, #""\b" is not supported"#),
        ("(?<=a)b", 0, #"the group "(?<=" is not supported"#),
        ("(?>a)b", 0, #"the group "(?>a" is not supported"#),
        ("a(?=bc)", 1, "look-ahead beyond one character is not supported"),
        ("x(ab)++", 5, "a possessive repeat of a group is not supported"),
        (#"\p{Han}"#, 0, #"the property "Han" is not supported"#),
        (#"\pL"#, 0, #""\p" without a name in braces"#),
        ("^a", 0, #""^" is not supported"#),
        ("+a", 0, #""+" repeats nothing"#),
        ("a|*", 2, #""*" repeats nothing"#),
        ("{2}a", 0, "an interval repeats nothing"),
        ("a{3,2}", 1, "the repeat's bounds are reversed"),
        ("[]", 0, "the class is empty"),
        ("[z-a]", 1, "the range is reversed"),
        (#"[a-\d]"#, 1, "a range ends with a set of characters"),
        (#"[\d-z]"#, 1, "a range starts with a set of characters"),
        ("[a-[b]]", 1, "a range that ends with a class is not supported"),
        ("[[:alpha:]]", 1, "POSIX brackets are not supported"),
        ("(?i:a ss)", 7, #""ss" with case ignored is not supported"#),
        ("(?i:é)", 4, "a character beyond ASCII with case ignored"),
        (#"(?i:[\p{Lu}])"#, 5, #""\p{Lu}" in a class with case ignored is not supported"#),
        (#"\x{110000}"#, 0, "the escape names no character"),
        (#"\xC3"#, 0, #""\x" of a byte beyond ASCII is not supported"#),
        (#"ab\"#, 2, #"the pattern ends with "\""#),
        ("(?=a)*", 5, "a repeated assertion is not supported"),
    ])
    func refusesByNameAndPlace(pattern: String, position: Int, reason: String) throws {
        #expect(throws: RegexError(position: position, reason: reason)) {
            try CompiledRegex(pattern)
        }
    }

    @Test func boundsNesting() throws {
        for (open, close) in [("(?:", ")"), ("[", "]"), ("(?i)", "")] {
            let deep =
                String(repeating: open, count: 100_000) + "a"
                + String(repeating: close, count: 100_000)
            #expect(throws: RegexError.self) { try CompiledRegex(deep) }
            let shallow =
                String(repeating: open, count: 30) + "a"
                + String(repeating: close, count: 30)
            #expect(try Self.matches(shallow, in: "bab") == [1..<2])
        }
        #expect(throws: RegexError.self) {
            try CompiledRegex("a" + String(repeating: "*", count: 100_000))
        }
        let empty = "(?:(?:(?:){100000}){100000}){100000}a"
        #expect(try Self.matches(empty, in: "bab") == [1..<2])
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "(a+)+b", "(a|a)*b", "(a|aa)+$", "(?:a?){30}a{30}b", "(?:a*)*b", "a*a*a*a*a*b", "a*?b",
        ])
    func doesNotBacktrack(pattern: String) throws {
        let text = String(repeating: "a", count: 100_000)
        let found = try Self.matches(pattern, in: text)
        #expect(found == (pattern.hasSuffix("$") ? [0..<100_000] : []))
        #expect(
            try Self.matches(pattern, in: text + "b").last?.upperBound
                == (pattern.hasSuffix("$") ? nil : 100_001))
    }

    @Test(.timeLimit(.minutes(1))) func takesOneLongWord() throws {
        let word = String(repeating: "x", count: 10_000_000)
        #expect(try Self.matches(PreTokenizer.gpt2Pattern, in: word) == [0..<10_000_000])
    }

    @Test func largePatternsFallBackToTheMachine() throws {
        let regex = try CompiledRegex("(?:[ab]*a[ab]{13}c|[^a])")
        #expect(!regex.isTabulated)
        let text = Array("ababababababababababababc".utf8)
        #expect(regex.firstMatch(in: text.span, from: 0, to: text.count) == 0..<text.count)
    }
}
