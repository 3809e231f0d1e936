import ScopeFiles
import ScopeTrace
import TestFixtures
import Testing

@testable import ScopeReports

@Suite struct HTMLReportTests {
    /// What would end an element, begin another, or end a line of a script.
    private static let hostile = [
        "</script><script>alert(1)</script>", "<!--", "<!-- <script>", "]]>", "\u{2028}\u{2029}",
        "&lt;&amp;", "\"'`${x}", "\u{0}\u{1}\u{1B}[31m", "{{SCRIPT}}{{DATA}}", "</SCRIPT\n>",
        "\u{202E}evil\u{202C}", "👩‍💻é日本",
    ]

    private func report(of trace: TokenTrace) -> HTMLReport {
        var report = HTMLReport(title: Self.hostile.joined()) { _ in Array("</script>".utf8) }
        report.add(trace, name: Self.hostile.joined())
        return report
    }

    private func hostileTrace() -> TokenTrace {
        var trace = makeTrace(Self.hostile.map { (Array($0.utf8), 1.5) }, promptCount: 2)
        trace.append(id: 7, bytes: [0xF0, 0x9F], origin: .forced)
        trace.record(at: TokenIndex(3)) {
            $0[MetricKey<TokenIDs>("alternatives")] = TokenIDs([3, 99])
            $0[MetricKey<MetricRow>("alternative_probabilities", unit: .probability)] = [
                0.75, 0.125,
            ]
            $0[MetricKey<String>("argmax_text_a")] = "</script>"
        }
        return trace
    }

    /// The content of the elements that hold data, by id.
    private func data(_ html: String) -> [String: String] {
        var data: [String: String] = [:]
        let open = "<script type=\"application/json\" id=\"scope-"
        for part in html.split(separator: open).dropFirst() {
            let halves = part.split(separator: "\">", maxSplits: 1)
            let content = halves[1].split(separator: "</script>", maxSplits: 1)[0]
            data[String(halves[0])] = String(content)
        }
        return data
    }

    private func json(_ text: String?) throws -> JSONValue {
        try JSONDocument(bytes: Array(try #require(text).utf8), file: "data").root
    }

    @Test func whatAModelWritesEndsNoElement() throws {
        let html = report(of: hostileTrace()).html()
        for (name, content) in data(html) {
            #expect(!content.contains("<"), "\(name)")
            #expect(!content.unicodeScalars.contains("\u{2028}"), "\(name)")
            _ = try json(content)
        }
        // As many elements as the page has of its own.
        let plain = report(of: makeTrace([(Array("a".utf8), 1)])).html()
        for tag in ["<script", "</script", "<style", "</style", "<!--", "<meta", "<title"] {
            #expect(
                html.lowercased().split(separator: tag).count
                    == plain.lowercased().split(separator: tag).count, "\(tag)")
        }
        #expect(!html.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
    }

    @Test func dataHoldTheTraceExactly() throws {
        let trace = hostileTrace()
        let data = data(report(of: trace).html())
        let manifest = try json(data["manifest"])
        #expect(try manifest.required("format").string() == "tokenscope.page")
        #expect(try manifest.required("version").int() == 1)
        #expect(try manifest.required("title").string() == Self.hostile.joined())
        let first = try json(data["trace-0"])
        #expect(try first.required("ids").naturalNumbers() == trace.ids)
        #expect(try first.required("lengths").naturalNumbers() == trace.tokens.map(\.bytes.count))
        #expect(try first.required("bytes").string() == Base64.text(trace.bytes))
        let origins = try first.required("origins").list().map {
            "\(try $0.list()[0].string()) \(try $0.list()[1].int())"
        }
        #expect(origins == ["prompt 2", "sampled \(Self.hostile.count - 2)", "forced 1"])
        let columns = try first.required("columns").list()
        let names = try columns.map { try $0.required("name").string() }
        #expect(
            names == [
                "surprisal", "alternatives", "alternative_probabilities", "argmax_text_a",
            ])
        #expect(try columns[1].required("counts").list().map { try $0.int() } == [-1, -1, -1, 2])
        #expect(try columns[2].required("values").list().map { try $0.double() } == [0.75, 0.125])
        let texts = try json(data["vocabulary"])
        #expect(try texts.required("ids").naturalNumbers() == [3, 99])
        #expect(try texts.required("texts").list()[0].string() == "</script>")
    }

    @Test func thePolicyNamesTheDigestsOfWhatStandsThere() throws {
        let html = report(of: hostileTrace()).html()
        func content(after start: String, before end: String) throws -> String {
            let tail = try #require(html.split(separator: start, maxSplits: 1).last)
            return String(try #require(tail.split(separator: end, maxSplits: 1).first))
        }
        let script = try content(after: "<script type=\"module\">", before: "</script>")
        let style = try content(after: "<style>", before: "</style>")
        #expect(html.contains("script-src '\(Base64.digest(of: script))'"))
        #expect(html.contains("style-src '\(Base64.digest(of: style))'"))
        #expect(html.contains("default-src 'none'"))
        #expect(!html.contains("unsafe-inline") && !html.contains("connect-src"))
    }

    @Test func theSameReportGivesTheSameBytes() {
        #expect(report(of: hostileTrace()).html() == report(of: hostileTrace()).html())
    }

    @Test func theFileIsTheText() throws {
        let folder = try TemporaryFolder()
        let path = folder.path(of: "report.html")
        let report = report(of: hostileTrace())
        try FileReplacement.write("what was there before", to: path)
        try report.write(to: path)
        let contents = try FileContents.open(path)
        #expect(contents.copy(0..<contents.byteCount) == Array(report.html().utf8))
        #expect(throws: FileError.self) { try report.write(to: folder.path(of: "no/report.html")) }
    }

    @Test func branchesAreTraces() throws {
        var tree = BranchTree(makeTrace([(Array("a".utf8), 1), (Array("b".utf8), 2)]))
        let leaf = try #require(tree.leaves.first)
        tree.name(leaf, "first")
        tree.annotate(leaf, "a note")
        try tree.graft(makeTrace([(Array("a".utf8), 1), (Array("c".utf8), 2), ([], nil)]))
        var report = HTMLReport(title: "tree")
        report.add(tree)
        let traces = try json(data(report.html())["manifest"]).required("traces").list()
        #expect(traces.count == tree.leaves.count)
        #expect(try traces[0].required("name").string() == "first")
        #expect(try traces[0].required("note").string() == "a note")
    }

    @Test func syntaxNamesTheTokensOfItsUnits() throws {
        var trace = TokenTrace(header: .sample)
        for (text, start) in [("ab", 0), ("cd", 2), ("e", 4)] {
            trace.append(
                id: 1, bytes: Array(text.utf8), sourceSpan: start..<(start + text.utf8.count),
                origin: .prompt)
        }
        var statistic = SyntaxStatistic()
        statistic.add(2, share: 1)
        let fold = SyntaxFold(
            level: .statement,
            units: [SyntaxUnit(name: "call", label: "f", region: 0, node: 1, span: 1..<4, line: 1)],
            columns: [
                SyntaxColumn(name: "surprisal", unit: .nats, own: [statistic], total: [statistic])
            ])
        var report = HTMLReport(title: "syntax")
        report.add(
            trace, name: "text",
            syntax: .init(SyntaxReport(regions: [], folds: [fold], whole: [], outside: [])))
        let data = data(report.html())
        let folds = try json(data["syntax-0"]).required("folds").list()
        #expect(try folds[0].required("tokens").naturalNumbers() == [0, 2])
        #expect(try json(data["manifest"]).required("traces").list()[0].required("syntax").bool())
    }
}

@Suite struct PageScriptTests {
    @Test func modulesAreJoinedWithoutWhatJoinsThem() {
        let names = PageAssets.files.map(\.name)
        #expect(names.contains("main.js") && names.contains("page.css"))
        for line in PageScript.joined.split(separator: "\n") {
            #expect(!line.hasPrefix("import ") && !line.hasPrefix("export "), "\(line)")
        }
    }

    @Test func commentsAreLeftOutWhereTheyHaveLinesOfTheirOwn() {
        let module = """
            /** Of a module. */
            export const one = 1;
            /**
             * Of a function.
             */
            function two() {
                // A word.
                /** @type {number} */ (one);
                return "// no comment"; // one that stays
            }
            """
        let expected = """
            const one = 1;
            function two() {
                /** @type {number} */ (one);
                return "// no comment"; // one that stays
            }
            """
        #expect(PageScript.flattened(module) == expected)
    }

    @Test func reportsCarryNothingOfTheLivePage() {
        #expect(PageAssets.files.contains { $0.name == "live.js" })
        for word in ["fetch(", "EventSource", "LiveDesk("] {
            #expect(!PageScript.joined.contains(word), "\(word)")
        }
        for file in PageAssets.files where PageScript.isOfReports(file) {
            #expect(!file.text.contains("\"./live"), "\(file.name) needs the live page")
        }
    }

    @Test func filesSayWhatTheyAre() {
        #expect(Set(PageFile.all.map(\.name)).count == PageFile.all.count)
        #expect(PageFile.all.first?.mediaType == "text/html")
        #expect(PageFile.all.first { $0.name == "page.css" }?.mediaType == "text/css")
        #expect(PageFile.all.count { $0.mediaType == "text/javascript" } > 15)
        for place in ["POLICY", "TITLE", "STYLE", "DATA", "SCRIPT"] {
            let shell = PageFile.all[0].text
            #expect(shell.split(separator: "{{\(place)}}").count == 2, "\(place)")
        }
    }

    @Test func everyImportNamesWhatAnEarlierModuleExports() throws {
        var exported: [String: Set<String>] = [:]
        for file in PageAssets.files where file.name.hasSuffix(".js") {
            for statement in file.text.split(separator: "\n").filter({ $0.hasPrefix("import ") }) {
                let parts = statement.split(separator: "\"")
                let module = String(try #require(parts.dropFirst().first).dropFirst(2))
                let known = try #require(exported[module], "\(file.name): \(module) comes later")
                let list = parts[0].split(whereSeparator: { "{}, ".contains($0) }).map(String.init)
                for name in list where name != "import" && name != "from" {
                    #expect(known.contains(name), "\(file.name): \(module) has no \(name)")
                }
            }
            exported[file.name] = Set(PageScript.declaredNames(file.text))
        }
    }

    @Test func noTwoModulesHaveANameTwice() {
        var owners: [String: String] = [:]
        for file in PageAssets.files where PageScript.isOfReports(file) {
            for name in PageScript.declaredNames(file.text) {
                #expect(owners[name] == nil, "\(name): \(file.name), \(owners[name] ?? "")")
                owners[name] = file.name
            }
        }
        #expect(owners.count > 60)
    }

    @Test func nothingInThePageEndsItsElements() {
        for file in PageAssets.files where !file.name.hasSuffix(".html") {
            for tag in ["</script", "<script", "</style", "<!--", "http://", "innerHTML", "eval("] {
                // The space of names of SVG is a name, not an address that is asked.
                let text = file.text.replacing("http://www.w3.org/2000/svg", with: "")
                #expect(!text.contains(tag), "\(file.name): \(tag)")
            }
        }
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func base64IsThatOfTheStandard(text: String, expected: String) {
        #expect(Base64.text(Array(text.utf8)) == expected)
    }

    @Test func digestsAreThoseOfPolicies() {
        // The digest of "alert('Hello, world.');" in the specification of content security policies.
        #expect(
            Base64.digest(of: "alert('Hello, world.');")
                == "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=")
    }
}

extension PageScript {
    /// The names that a module declares at its top.
    fileprivate static func declaredNames(_ module: String) -> [String] {
        var names: [String] = []
        for line in flattened(module).split(separator: "\n") {
            var words = line.split(separator: " ")[...]
            if words.first == "async" { words = words.dropFirst() }
            guard let keyword = words.popFirst(),
                ["function", "function*", "class", "const", "let"].contains(keyword),
                !line.hasPrefix(" "), let name = words.first
            else { continue }
            names.append(String(name.prefix { $0.isLetter || $0.isNumber || $0 == "_" }))
        }
        return names
    }
}
