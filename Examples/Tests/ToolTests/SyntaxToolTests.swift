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
