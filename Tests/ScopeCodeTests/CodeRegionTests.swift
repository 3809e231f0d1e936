import ScopeCode
import ScopeTrace
import Testing

/// What of a text is code, and in which language.
@Suite struct CodeRegionTests {
    private let parser = CodeRegionParser(library: TestGrammars.library)

    @Test("A whole text, and a range of it")
    func wholeAndRange() throws {
        let text = Array("noise x = 1 noise".utf8)
        let whole = parser.regions(of: text, selection: .whole(language: "py"))
        #expect(whole.map(\.language) == ["python"])
        #expect(whole[0].tree?.nodes[0].span == 0..<17)
        #expect((whole[0].errors?.share ?? 0) > 0)
        let range = parser.regions(of: text, selection: .range(6..<11, language: "python"))
        #expect(range[0].bytes == Array("x = 1".utf8))
        #expect(range[0].errors?.share == 0)
        #expect(range[0].isGuessed == false)
        #expect(try range[0].tree == TestGrammars.grammar("python").parse(range[0].bytes))
        let outside = parser.regions(of: text, selection: .range(15..<99, language: "python"))
        #expect(outside[0].bytes == Array("se".utf8))
    }

    @Test("Fences in several languages, named, guessed and unknown")
    func fences() throws {
        let text = """
            Some *prose*.

            ```python
            def f(x):
                return x
            ```

            > ~~~js
            > const größe = () => 1;
            > ~~~

            ```
            fn main() { let x: Vec<u8> = vec![]; println!("{:?}", x); }
            ```

            ```output
            12 3 |
            ```

            ```
            ?? ::: nothing (of any kind ]]] <<
            ```

            ```go
            package main
            func broken( {
            """
        let regions = parser.regions(of: Array(text.utf8), selection: .fences)
        #expect(
            regions.map(\.language) == ["python", "javascript", "rust", "output", "", "go"])
        #expect(regions.map(\.isGuessed) == [false, false, true, false, false, false])
        #expect(regions.map { $0.tree != nil } == [true, true, true, false, false, true])
        #expect(regions[0].errors?.share == 0)
        #expect(regions[1].bytes == Array("const größe = () => 1;\n".utf8))
        #expect(regions[1].marks.values.contains("keyword"))
        guard case .grammarNotFound("output", _) = regions[3].problem else {
            Issue.record("\(String(describing: regions[3].problem))")
            return
        }
        #expect(regions[4].problem == .unknownLanguage(region: 4))
        let errors = try #require(regions[5].errors)
        #expect(errors.share > 0 || errors.missingCount > 0)
        #expect(errors.share < 1)
    }

    @Test("A language is guessed from how well it fits", arguments: LanguageText.all)
    func guess(sample: LanguageText) throws {
        let guess = try #require(parser.guess(sample.bytes))
        // C is C++ as well, and TypeScript with types alone may be either.
        let alike: [String: Set<String>] = ["cpp": ["cpp", "c"], "tsx": ["tsx", "typescript"]]
        #expect((alike[sample.language] ?? [sample.language]).contains(guess.language))
        #expect(parser.guess(Array("  \n\t".utf8)) == nil)
        #expect(parser.guess([]) == nil)
    }

    @Test("The share of errors is that of words that fit no rule")
    func errorShare() throws {
        let grammar = try TestGrammars.grammar("python")
        func errors(_ text: String) throws -> SyntaxErrors {
            try grammar.parse(Array(text.utf8)).errors(in: Array(text.utf8))
        }
        #expect(try errors("") == SyntaxErrors(errorByteCount: 0, byteCount: 0, missingCount: 0))
        #expect(try errors("x = 1\n").share == 0)
        #expect(try errors("x = 1\n").byteCount == 3)
        let junk = try errors("x = 1\n$ $ $\n")
        #expect(junk.errorByteCount == 3)
        #expect(junk.byteCount == 6)
        let missing = try errors("print(1\n")
        #expect(missing.missingCount + missing.errorByteCount > 0)
        // Methods of a class whose end is missing are understood.
        let text = "class A {\n  int f() { return 1; }\n  int g() { return 2; }\n"
        let tree = try TestGrammars.grammar("java").parse(Array(text.utf8))
        #expect(tree.errors(in: Array(text.utf8)).share < 0.5)
    }

    @Test("A sequence that lacks a part of its document says so")
    func incomplete() throws {
        let map = try DocumentMap(
            sequenceByteCount: 5, regions: [DocumentRegion(language: "python", byteCount: 9)],
            pieces: [DocumentPiece(sequenceStart: 0, place: DocumentPlace(offset: 0), byteCount: 5)]
        )
        let regions = parser.regions(of: Array("x = 1".utf8), map: map)
        #expect(regions[0].problem == .incompleteText(region: 0))
    }

    @Test("Fill-in-the-middle is parsed as the document, not as the sequence")
    func fillInTheMiddle() throws {
        // Suffix first, and a marker of three bytes before each part.
        let sequence = Array("<s>)\n<p>f(<m>1".utf8)
        let map = DocumentMap.fillInTheMiddle(
            prefix: 8..<10, suffix: 3..<5, middle: 13..<14, language: "python")
        let regions = parser.regions(of: sequence, map: map)
        #expect(regions[0].bytes == Array("f(1)\n".utf8))
        #expect(regions[0].errors?.share == 0)
    }
}

/// Code followed while the text around it is being written.
@Suite struct CodeFollowerTests {
    private let parser = CodeRegionParser(library: TestGrammars.library)

    private static let answer = """
        Here:

        ```python
        def f(x):
            return f"``{x} 🎉``"
        ```
        and

        1. in JavaScript

           ~~~~js
           const größe = `a
           ~~~
           b`;
           ~~~~

        ```
        fn main() { let x: Vec<u8> = vec![]; }
        ```
        """

    @Test("However the text is cut, documents are those of the whole", arguments: [1, 2, 3, 7, 50])
    func pieces(length: Int) throws {
        let bytes = Array(Self.answer.utf8)
        var follower = CodeFollower(.fences, regionParser: parser)
        var steps: [CodeFollower.Step] = []
        var offset = 0
        while offset < bytes.count {
            let end = min(offset + length, bytes.count)
            steps += follower.append(bytes[offset..<end])
            offset = end
            // A parser has what the map says that there is.
            for number in follower.map.regions.indices {
                guard let parser = follower.parser(ofRegion: number) else { continue }
                let expected = follower.map.bytes(ofRegion: number, in: follower.bytes)
                #expect(parser.bytes == expected, "\(number) at \(end)")
            }
        }
        #expect(follower.map.regions.count == 3)
        for (number, language) in ["python", "javascript", "rust"].enumerated() {
            #expect(follower.parser(ofRegion: number)?.grammar.language == language)
            #expect(steps.contains { $0.region == number && $0.language == language })
        }
        let regions = follower.finish()
        #expect(regions == parser.regions(of: bytes, selection: .fences))
        for region in regions {
            #expect(region.tree == follower.parser(ofRegion: region.region)?.tree)
        }
    }

    @Test("A whole text has one document from its first byte")
    func whole() throws {
        var follower = CodeFollower(.whole(language: "python"), regionParser: parser)
        #expect(follower.append([]).isEmpty)
        let steps = follower.append(Array("x = ".utf8)) + follower.append(Array("1\n".utf8))
        #expect(steps.map(\.region) == [0, 0])
        #expect(steps.map(\.syntax.bytes) == [0..<4, 4..<6])
        #expect(follower.finish().map(\.language) == ["python"])
    }

    @Test("Bytes outside a range are nothing to its document")
    func range() throws {
        var follower = CodeFollower(.range(2..<7, language: "python"), regionParser: parser)
        #expect(follower.append(Array("# ".utf8)).isEmpty)
        let steps = follower.append(Array("x = 1".utf8)) + follower.append(Array(" }}}".utf8))
        #expect(steps.map(\.syntax.bytes) == [0..<5])
        #expect(follower.parser(ofRegion: 0)?.bytes == Array("x = 1".utf8))
    }

    @Test("A language without a grammar is a problem of its document alone")
    func unknown() throws {
        var follower = CodeFollower(.fences, regionParser: parser)
        let steps = follower.append(Array("```cobol\nx\n```\n```py\ny\n".utf8))
        #expect(steps.map(\.region) == [1])
        guard case .grammarNotFound("cobol", _) = follower.problem(ofRegion: 0) else {
            Issue.record("no problem")
            return
        }
        #expect(follower.problem(ofRegion: 1) == nil)
        #expect(follower.problem(ofRegion: 7) == nil)
    }

    @Test("A copy follows by itself")
    func copies() throws {
        var follower = CodeFollower(.fences, regionParser: parser)
        _ = follower.append(Array("```py\nx = ".utf8))
        var fork = follower
        _ = fork.append(Array("1\n```\n".utf8))
        _ = follower.append(Array("2\ny".utf8))
        #expect(fork.finish()[0].bytes == Array("x = 1\n".utf8))
        #expect(follower.finish()[0].bytes == Array("x = 2\ny".utf8))
    }

    /// More than the parser reads between two looks at the clock.
    private static let longLine = "x = [" + String(repeating: "f(a, b), ", count: 400)

    @Test("What takes a parser too long is given to it again at the end of the line")
    func retry() throws {
        var follower = CodeFollower(.fences, regionParser: parser)
        #expect(follower.append(Array("```py\ny = 1\n".utf8)).count == 1)
        // Less time than nothing, even with what each byte adds.
        follower.stepTimeLimit = .seconds(-1)
        #expect(follower.append(Array(Self.longLine.utf8)).isEmpty)
        #expect(
            follower.problem(ofRegion: 0)
                == .unparsed(language: "python", byteCount: 6 + Self.longLine.utf8.count))
        #expect(follower.parser(ofRegion: 0)?.bytes == Array("y = 1\n".utf8))
        // Within the line nothing is tried, however much time there is now.
        follower.stepTimeLimit = .seconds(20)
        #expect(follower.append(Array("1".utf8)).isEmpty)
        #expect(follower.problem(ofRegion: 0) != nil)
        let steps = follower.append(Array("]\n".utf8))
        let all = Array(("y = 1\n" + Self.longLine + "1]\n").utf8)
        #expect(steps.map(\.syntax.bytes) == [6..<all.count])
        #expect(follower.problem(ofRegion: 0) == nil)
        let grown = try #require(follower.parser(ofRegion: 0))
        #expect(grown.bytes == all && !grown.hasError)
        _ = follower.append(Array("z\n```\n".utf8))
        let regions = follower.finish()
        #expect(regions == parser.regions(of: follower.bytes, selection: .fences))
        #expect(regions[0].problem == nil && regions[0].tree?.isWellFormed == true)
    }

    @Test("A parser that does not get through its first bytes, or gives up twice, catches up")
    func gaveUp() throws {
        var follower = CodeFollower(.whole(language: "python"), regionParser: parser)
        follower.stepTimeLimit = .seconds(-1)
        #expect(follower.append(Array(Self.longLine.utf8)).isEmpty)
        #expect(follower.append(Array("1]\n".utf8)).isEmpty)
        guard case .unparsed("python", _)? = follower.problem(ofRegion: 0) else {
            Issue.record("it was parsed")
            return
        }
        var fork = follower
        fork.stepTimeLimit = .seconds(20)
        #expect(fork.append(Array("y".utf8)).isEmpty)
        #expect(fork.append(Array("\n".utf8)).count == 1)
        #expect(fork.parser(ofRegion: 0)?.bytes == fork.bytes)
        #expect(fork.problem(ofRegion: 0) == nil)
        // The report parses anew with the grammar's own limit, whatever a step may take.
        #expect(follower.finish().first?.tree?.isWellFormed == true)
    }
}
