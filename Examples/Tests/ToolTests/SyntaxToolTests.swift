import Foundation
import Testing

/// Folding over syntax from the command line, and the audit of a folder.
@Suite struct SyntaxToolTests {
    private let text = "def area(w, h):\n    return w * h\n\n\nprint(area(2, 3))\n"

    /// A folder that is there for one test, and where grammars are.
    private struct Place {
        let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
        let environment: [String: String]

        init() throws {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let own = ProcessInfo.processInfo.environment
            let cache = own["XDG_CACHE_HOME"] ?? (own["HOME"] ?? "") + "/.cache"
            environment = [
                "TOKENSCOPE_GRAMMAR_PATH": own["TOKENSCOPE_GRAMMAR_PATH"]
                    ?? cache + "/tokenscope/grammars"
            ]
        }

        func write(_ text: String, to name: String) throws -> String {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
            return file.path()
        }

        func remove() { try? FileManager.default.removeItem(at: folder) }
    }

    @Test func syntaxShowsATreeATableHotSpotsAndConcepts() throws {
        let place = try Place()
        defer { place.remove() }
        let file = try place.write(text, to: "a.py")
        func run(_ arguments: String...) throws -> Program {
            let run = try Program(
                "tokenscope", ["syntax", file] + arguments, environment: place.environment)
            #expect(run.status == 0, "\(run.errors)")
            return run
        }
        let tree = try run("--depth", "2")
        #expect(tree.lines[0].hasPrefix("line  node"))
        #expect(
            tree.output.contains("function_definition") && tree.output.contains("name: identifier"))
        let table = try run("--fold", "statement", "--metrics", "surprisal")
        #expect(table.lines[0].contains("statement") && table.lines[0].contains("own sum"))
        #expect(table.lines.count == 6)
        #expect(table.lines[5].contains("all"))
        #expect(try run("--hot", "2").output.contains("line "))
        #expect(try run("--concepts").output.contains("Scope"))
        let json = try run(
            "--fold", "line", "--format", "json", "--quantiles", "0.5", "--bootstrap", "20")
        let report = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
        let folds = try #require((report as? [String: Any])?["folds"] as? [[String: Any]])
        #expect((folds.first?["units"] as? [Any])?.count == 5)
    }

    @Test func otherCommandsFoldToo() throws {
        let place = try Place()
        defer { place.remove() }
        let file = try place.write("Look:\n```python\n\(text)```\n", to: "a.md")
        let fenced = try Program(
            "tokenscope", ["score", file, "--fold", "definition", "--fences"],
            environment: place.environment)
        #expect(fenced.status == 0, "\(fenced.errors)")
        #expect(fenced.output.contains("function_definition area"))
        #expect(fenced.output.contains("outside the code"))
        let written = try Program(
            "tokenscope",
            ["generate", "def f(", "--greedy", "--max-tokens", "8", "--fold", "category"],
            environment: place.environment)
        #expect(written.status == 0, "\(written.errors)")
        #expect(written.output.contains("delimiter"))
        for wrong in [
            ["score", file, "--fold", "word"], ["score", file, "--fences"],
            ["score", file, "--fold", "line", "--format", "csv"],
            ["syntax", file, "--fences", "--language", "c"], ["syntax", file, "--hot", "0"],
            ["syntax"], ["syntax", file, "--depth", "1", "--fold", "line"],
            ["syntax", file, "--quantiles", "2", "--format", "json"],
            ["syntax", file, "--language", "no-such-language"],
        ] {
            let run = try Program("tokenscope", wrong, environment: place.environment)
            #expect(run.status == 2 && !run.errors.isEmpty, "\(wrong)")
        }
    }

    /// Every JSON value of lines.
    private func objects(_ text: String) throws -> [[String: Any]] {
        try text.split(separator: "\n").compactMap {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }

    private func number(_ value: Any?) -> Double { (value as? NSNumber)?.doubleValue ?? .nan }

    @Test func foldsAreWrittenForPrograms() throws {
        let place = try Place()
        defer { place.remove() }
        let file = try place.write(text, to: "a.py")
        func run(_ arguments: String...) throws -> Program {
            let run = try Program("tokenscope", arguments, environment: place.environment)
            #expect(run.status == 0, "\(arguments): \(run.errors)")
            return run
        }
        // Lines: units of which the owned sums are the whole, and the reader of traces passes them over.
        let lines = try run("score", file, "--format", "jsonl", "--fold", "statement")
        let folds = try objects(lines.output).filter { $0["fold"] != nil }
        let units = folds.filter { $0["unit"] != nil }
        #expect(units.count == 4 && folds.count == 5)
        func sum(_ unit: [String: Any], _ metric: String, _ name: String) -> Double {
            number(((unit["metrics"] as? [String: Any])?[metric] as? [String: Any])?[name])
        }
        let whole = (folds.last?["whole"] as? [String: Any])?["surprisal"] as? [String: Any]
        let owned = units.map { sum($0, "surprisal", "own_sum") }.filter { !$0.isNaN }
        #expect(abs(owned.reduce(0, +) - number(whole?["sum"])) < 1e-9)
        #expect(units.contains { $0["label"] as? String == "area" })
        let trace = try place.write(lines.output, to: "a.jsonl")
        #expect(try run("score", "--ids", trace, "--format", "jsonl").output.contains("\"id\""))
        // The same as a member of the object.
        let json = try run("score", file, "--format", "json", "--fold", "statement")
        let document = try #require(try object(json.output))
        let syntax = try #require(document["syntax"] as? [String: Any])
        let listed = (syntax["folds"] as? [[String: Any]])?.first?["units"] as? [[String: Any]]
        #expect(listed?.count == 4)
        #expect((document["tokens"] as? [Any])?.isEmpty == false)
        // Samples have theirs.
        let samples = try run(
            "generate", "def f(", "--samples", "2", "--seed", "1", "--max-tokens", "6", "--format",
            "jsonl", "--fold", "line")
        let numbers = try objects(samples.output).filter { $0["fold"] != nil }
            .compactMap { $0["sample"] as? Int }
        #expect(Set(numbers) == [0, 1])
        let two = try run(
            "generate", "def f(", "--samples", "2", "--seed", "1", "--max-tokens", "6", "--fold",
            "line")
        #expect(two.output.contains("sample 0:\nline") && two.output.contains("sample 1:\nline"))
    }

    private func object(_ text: String) throws -> [String: Any]? {
        try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    }

    @Test func comparisonsAttributionsAndBranchesFold() throws {
        let place = try Place()
        defer { place.remove() }
        let file = try place.write(text, to: "a.py")
        func run(_ arguments: [String]) throws -> Program {
            let run = try Program("tokenscope", arguments, environment: place.environment)
            #expect(run.status == 0, "\(arguments): \(run.errors)")
            return run
        }
        let compared = ["compare", "tiny-python", "tiny-python", file, "--fold", "definition"]
        let table = try run(compared)
        #expect(table.output.contains("function_definition area"))
        #expect(table.output.contains("surprisal_a") && table.output.contains("kl"))
        let lines = try run(compared + ["--format", "jsonl"])
        #expect(try objects(lines.output).contains { $0["label"] as? String == "area" })
        let json = try run(compared + ["--format", "json"])
        #expect(try object(json.output)?["syntax"] != nil)

        let attributed = [
            "attribute", file, "--fold", "definition", "--method", "input-x-gradient",
        ]
        let scores = try run(attributed)
        #expect(scores.output.contains("own sum") && scores.output.contains("score"))
        let object = try #require(try object(try run(attributed + ["--format", "json"]).output))
        let all = (object["scores"] as? [NSNumber])?.map(\.doubleValue) ?? []
        let whole = (object["syntax"] as? [String: Any])?["whole"] as? [String: Any]
        let sum = number((whole?["score"] as? [String: Any])?["sum"])
        #expect(!all.isEmpty && abs(all.reduce(0, +) - sum) < 1e-6)

        let session = place.folder.appending(path: "s.json").path()
        _ = try run([
            "branch", "new", session, text, "--max-tokens", "4", "--greedy", "--name", "a",
        ])
        _ = try run(["branch", "replace", session, "--at", "a:1", "--with", "size", "--keep", "a"])
        let shown = try run(["branch", "show", session, "--fold", "definition"])
        #expect(shown.output.contains("function_definition area"))
        #expect(shown.output.contains("branch ") && shown.output.contains(", a:"))
        let leaves = try run(["branch", "show", session, "--format", "nodes"]).lines.map(
            String.init)
        #expect(leaves.count == 2)
        let differed = try run(
            ["branch", "diff", session] + leaves + ["--fold", "statement"])
        #expect(
            differed.output.contains("syntax: A parses, B ")
                || differed.output.contains("syntax: A "))
        #expect(
            differed.output.contains("expression_statement") && differed.output.contains("change"))
        let traced = try run(["branch", "trace", session, leaves[0], "--fold", "line"])
        #expect(try objects(traced.output).contains { $0["fold"] as? String == "line" })
        for wrong in [
            ["attribute", file, "--fold", "line", "--target", "all"],
            ["attribute", file, "--fold", "line", "--format", "svg"],
            ["compare", "tiny-python", "tiny-python", file, "--fold", "line", "--format", "csv"],
            ["branch", "name", session, leaves[0], "x", "--fold", "line"],
            ["branch", "diff", session] + leaves + ["--fold", "line"],
        ] {
            let run = try Program("tokenscope", wrong, environment: place.environment)
            #expect(run.status == 2 && !run.errors.isEmpty, "\(wrong)")
        }
    }

    @Test func mapsSayWhichConstructHadToDoWithWhich() throws {
        let place = try Place()
        defer { place.remove() }
        let file = try place.write(text, to: "a.py")
        func run(_ arguments: [String]) throws -> Program {
            let run = try Program(
                "tokenscope", ["syntax", file, "--map"] + arguments, environment: place.environment)
            #expect(run.status == 0, "\(arguments): \(run.errors)")
            return run
        }
        func cells(_ arguments: [String]) throws -> [[Double]] {
            let map = try #require(try object(try run(arguments + ["--format", "json"]).output))
            return (map["cells"] as? [[NSNumber]])?.map { $0.map(\.doubleValue) } ?? []
        }
        // A signed method's scores are conserved at every level, to what `attribute` has.
        let rows = try Program(
            "tokenscope",
            [
                "attribute", file, "--target", "all", "--method", "input-x-gradient", "--format",
                "json",
            ],
            environment: place.environment)
        let all = try object(rows.output)?["attributions"] as? [[String: Any]]
        let scores = all?.flatMap { ($0["scores"] as? [NSNumber])?.map(\.doubleValue) ?? [] } ?? []
        #expect(scores.contains { $0 < 0 } && scores.contains { $0 > 0 })
        for level in ["node", "statement", "line", "category"] {
            let folded = try cells(["input-x-gradient", "--level", level])
            let sum = folded.reduce(0) { $0 + $1.reduce(0, +) }
            #expect(abs(sum - scores.reduce(0, +)) < 1e-6, "\(level)")
        }
        // One token's attention sums to 1, so a mean does.
        for (number, row) in try cells(["attention", "--layer", "0", "--head", "1"]).enumerated() {
            let sum = row.reduce(0, +)
            #expect(sum == 0 || abs(sum - 1) < 1e-5, "\(number)")
        }
        for row in try cells(["attention", "--norm", "max"]) {
            #expect(row.allSatisfy { (0...1).contains($0) })
        }
        let nested = try cells(["rollout", "--norm", "sum", "--nested"])
        let plain = try cells(["rollout", "--norm", "sum"])
        #expect(abs(nested[0][0] - plain.reduce(0) { $0 + $1.reduce(0, +) }) < 1e-6)
        let table = try run(["attention", "--level", "line"])
        #expect(table.lines[0].contains("attention_l") && table.lines[1].contains("line"))
        let svg = place.folder.appending(path: "a.svg").path()
        _ = try run(["attention", "--format", "svg", "--output", svg])
        #expect(try String(contentsOfFile: svg, encoding: .utf8).contains("</svg>"))
        let page = try run(["temperature", "--format", "html", "--level", "definition"]).output
        let start = try #require(page.range(of: "id=\"scope-syntax-0\">")?.upperBound)
        let end = try #require(page[start...].range(of: "</script>")?.lowerBound)
        let maps = try object(String(page[start..<end]))?["maps"] as? [[String: Any]]
        #expect(maps?.first?["name"] as? String == "temperature")
        #expect(maps?.first?["level"] as? String == "definition")
        for wrong in [
            ["--map", "vision"], ["--map", "attention", "--layer", "99"],
            ["--map", "attention", "--norm", "median"], ["--map", "attention", "--level", "word"],
            ["--map", "attention", "--fold", "line"], ["--level", "line"],
            ["--map", "fisher", "--layer", "0"], ["--map", "attention", "--nested"],
            ["--map", "attention", "--output", "x"], ["--map", "attention", "--row", "last"],
        ] {
            let run = try Program(
                "tokenscope", ["syntax", file] + wrong, environment: place.environment)
            #expect(run.status == 2 && !run.errors.isEmpty, "\(wrong)")
        }
    }

    @Test func whatOtherToolsRecordedIsShownAndFolded() throws {
        let place = try Place()
        defer { place.remove() }
        let answer = try place.write(
            #"""
            {"model":"m","choices":[{"finish_reason":"stop","logprobs":{"content":[
            {"token":"def","logprob":-0.5,"bytes":[100,101,102],"top_logprobs":[]},
            {"token":" f","logprob":-1.5,"top_logprobs":[
            {"token":" f","logprob":-1.5},{"token":" g","logprob":-2}]},
            {"token":"(): pass\n","logprob":-0.25}]}}]}
            """#, to: "answer.json")
        let folded = try Program(
            "tokenscope", ["syntax", "--trace", answer, "--fold", "definition"],
            environment: place.environment)
        #expect(folded.status == 0, "\(folded.errors)")
        #expect(folded.output.contains("function_definition f"))
        #expect(folded.output.contains("2.250"))
        let page = try Program(
            "tokenscope", ["view", answer, "--language", "python"], environment: place.environment)
        #expect(page.status == 0, "\(page.errors)")
        #expect(page.output.contains("\"surprisal\"") && page.output.contains("scope-syntax-0"))
        for wrong in [
            ["syntax", answer, "--trace", answer], ["syntax", "--trace", answer, "--sample", "3"],
            ["syntax", "--trace", answer, "--map", "attention"],
            ["syntax", answer, "--sample", "0"],
            ["syntax", "--trace", "/nowhere.json"],
        ] {
            let run = try Program("tokenscope", wrong, environment: place.environment)
            #expect(run.status == 2 && !run.errors.isEmpty, "\(wrong)")
        }
    }

    @Test func anAuditGoesOnWhereItWas() throws {
        let place = try Place()
        defer { place.remove() }
        _ = try place.write(text, to: "code/a.py")
        _ = try place.write("x = 1 <\n", to: "code/sub/b.py")
        _ = try place.write("not code", to: "code/notes.txt")
        _ = try place.write("skipped = 1\n", to: "code/build/c.py")
        let code = place.folder.appending(path: "code").path()
        func audit() throws -> (log: String, page: String) {
            let run = try Program(
                "AuditRepository", [code, "tiny-python", place.folder.path()],
                environment: place.environment)
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.errors.contains("2 files"))
            func read(_ name: String) throws -> String {
                try String(contentsOf: place.folder.appending(path: name), encoding: .utf8)
            }
            return (try read("audit.jsonl"), try read("audit.html"))
        }
        let first = try audit()
        #expect(first.log.split(separator: "\n").count == 2)
        #expect(first.page.contains("a.py:1") && first.page.contains("sub/b.py"))
        #expect(try audit() == first)
        // A file that changed is measured again, and a line that was cut off is no harm.
        _ = try place.write("x = 2\n", to: "code/sub/b.py")
        _ = try place.write(first.log + "{\"path\":", to: "audit.jsonl")
        let second = try audit()
        #expect(second.log.split(separator: "\n").count == 3)
        #expect(second.page != first.page)
    }
}
