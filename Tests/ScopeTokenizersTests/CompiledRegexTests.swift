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
        // The patterns of published tokenizers, all of the syntax, and 500 generated ones.
        #expect(Array(try root.elements()).count > 600)
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
        #expect(count > 4_000)
    }

    /// Each finds the same sequence of matches, one from the table and one from the machine.
    @Test func machineAndTableAgree() throws {
        var count = 0
        for (pattern, texts) in try Self.goldenPatterns() {
            let pair = try EnginePair(pattern)
            for text in texts {
                count += 1
                #expect(pair.agree(on: Array(text.utf8)), "\(pattern.debugDescription) in \(text)")
            }
        }
        #expect(count > 4_000)
    }

    /// The table is the fast path: over a million texts in release, some thousands in debug.
    @Test func machineAndTableAgreeOnRandomTexts() throws {
        #if DEBUG
            let count = 300
        #else
            let count = 100_000
        #endif
        let pieces = [
            "a", "B", "é", "É", "日", "ﬁ", "ǅ", "'s", "'LL", "'ſ", " ", "  ", "\t", "\n", "\r\n",
            "\u{A0}", "\u{85}", "1", "23", "٣", "½", ".", "!?", "/", "_", "e\u{301}", "👩\u{200D}💻",
            "\u{0}", "\u{E000}", "가", "\u{10FFFF}",
        ].map { Array($0.utf8) }
        var generator = SplitMix(state: 3)
        // The patterns of published tokenizers stand first.
        for (pattern, _) in try Self.goldenPatterns().prefix(11) {
            let pair = try EnginePair(pattern)
            var broken: [UInt8]?
            for _ in 0..<count {
                var bytes: [UInt8] = []
                for _ in 0..<generator.next() % 16 {
                    bytes += pieces[Int(generator.next() % UInt64(pieces.count))]
                }
                if !pair.agree(on: bytes) { broken = broken ?? bytes }
            }
            #expect(broken == nil, "\(pattern.debugDescription)")
        }
    }

    private static func goldenPatterns() throws -> [(pattern: String, texts: [String])] {
        let path = "\(Fixtures.packageRoot)/Tests/ScopeTokenizersTests/Golden/regex.json"
        return try JSONDocument(FileContents.open(path)).root.elements().map { entry in
            let cases = Array(try entry.required("cases").elements())
            return (
                try entry.required("pattern").string(),
                try cases.map { try $0.required("text").string() }
            )
        }
    }

    /// A pattern as a table and as the machine that the table is made from.
    private struct EnginePair {
        let program: RegexProgram
        let classifier: CharacterClassifier
        let table: RegexAutomaton

        init(_ pattern: String) throws {
            program = try RegexProgram(RegexParser.parse(pattern))
            classifier = try CharacterClassifier(program.sets)
            table = try #require(RegexAutomaton(program: program, classifier: classifier))
        }

        /// Whether both find the same matches, one after the other.
        func agree(on bytes: [UInt8]) -> Bool {
            var machine = RegexMachine(
                program: program, classifier: classifier, bytes: bytes.span, from: 0,
                to: bytes.count)
            var start = 0
            while start <= bytes.count {
                let expected = CompiledRegexTests.firstMatch(table, bytes, from: start)
                guard machine.firstMatch(in: bytes.span, from: start) == expected else {
                    return false
                }
                guard let expected, expected.upperBound < bytes.count else { return true }
                start = max(
                    expected.upperBound, decodeScalar(bytes.span, at: expected.lowerBound).end)
            }
            return true
        }
    }

    private static func firstMatch(
        _ table: RegexAutomaton, _ bytes: [UInt8], from start: Int
    ) -> Range<Int>? {
        var start = start
        while true {
            let found = table.matchEnd(in: bytes.span, from: start, to: bytes.count)
            if let end = found.matchEnd { return start..<end }
            guard start < bytes.count else { return nil }
            start = decodeScalar(bytes.span, at: start).end
        }
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

    @Test(arguments: [
        ("(a+)+b", 100_000), ("(a|a)*b", 20_000), ("(a|aa)+$", 20_000), ("a*?b", 20_000),
        ("(?:a?){30}a{30}b", 5_000), ("(?:a*)*b", 20_000), ("a*a*a*a*a*b", 20_000),
    ])
    func doesNotBacktrack(pattern: String, count: Int) throws {
        let start = ProcessorTime.ofThread()
        let text = String(repeating: "a", count: count)
        let found = try Self.matches(pattern, in: text)
        let matchesEnd = pattern.hasSuffix("$")
        #expect(found == (matchesEnd ? [0..<count] : []))
        let withEnd = try Self.matches(pattern, in: text + "b")
        #expect(withEnd.last?.upperBound == (matchesEnd ? nil : count + 1))
        #expect(ProcessorTime.ofThread() - start < 60)
    }

    /// Matches that are short but are known only at the end of the text.
    @Test(arguments: ["a*b|a", "(?:a|[^a])*b|.", ".*b|.", "(a+)+b|é|a"])
    func doesNotReadTheTextOverAndOver(pattern: String) throws {
        let start = ProcessorTime.ofThread()
        let count = 30_000
        let text = String(repeating: "a", count: count)
        #expect(try Self.matches(pattern, in: text) == (0..<count).map { $0..<$0 + 1 })
        // Matches that end within a block of notes, and some that span many.
        let spans = try Self.matches(pattern, in: "aab" + text + "é" + text + "b")
        #expect(spans.last?.upperBound == 2 * count + 6)
        if pattern == "a*b|a" {
            #expect(spans.count == count + 2)
            #expect(spans.first == 0..<3 && spans.last == count + 5..<2 * count + 6)
        } else if pattern == ".*b|." {
            #expect(spans == [0..<2 * count + 6])
        }
        #expect(ProcessorTime.ofThread() - start < 60)
    }

    @Test func takesOneLongWord() throws {
        let word = String(repeating: "x", count: 10_000_000)
        let start = ProcessorTime.ofThread()
        #expect(try Self.matches(PreTokenizer.gpt2Pattern, in: word) == [0..<10_000_000])
        #expect(ProcessorTime.ofThread() - start < 60)
    }

    @Test func largePatternsFallBackToTheMachine() throws {
        let regex = try CompiledRegex("(?:[ab]*a[ab]{13}c|[^a])")
        #expect(!regex.isTabulated)
        let text = Array("ababababababababababababc".utf8)
        var search = CompiledRegex.Search()
        let found = regex.firstMatch(&search, in: text.span, from: 0, to: text.count)
        #expect(found == 0..<text.count)
    }
}
