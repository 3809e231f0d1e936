import Foundation
import Testing

/// Pages and SARIF, as far as they can be looked at without a browser; `Scripts/browser` does the rest.
@Suite struct PageToolTests {
    private func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "tokenscope-page-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    @Test func generateWritesAPage() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "a.html").path
        let run = try Program(
            "tokenscope",
            [
                "generate", "--quiet", "--samples", "2", "--max-tokens", "6", "--format", "html",
                "--output", path, "def </script>f(x):",
            ])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.isEmpty)
        let page = try String(contentsOfFile: path, encoding: .utf8)
        #expect(page.hasPrefix("<!doctype html>"))
        #expect(page.contains("id=\"scope-trace-1\"") && !page.contains("id=\"scope-trace-2\""))
        #expect(page.contains("def &lt;/script&gt;f(x): written by tiny-python"))
        #expect(page.contains("\"alternatives\""))
    }

    @Test func viewMakesAPageOfASavedTrace() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let lines = try Program(
            "tokenscope", ["score", "--quiet", "--format", "jsonl", "--text", "def f(x):"])
        let path = folder.appending(path: "a.jsonl").path
        try lines.output.write(toFile: path, atomically: true, encoding: .utf8)
        let run = try Program("tokenscope", ["view", "--title", "A & B", path, path])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("<title>A &amp; B</title>"))
        #expect(run.output.contains("id=\"scope-trace-1\""))
        let missing = try Program("tokenscope", ["view", path + ".not"])
        #expect(missing.status == 2)
        try "{\"id\": -1}".write(toFile: path, atomically: true, encoding: .utf8)
        let broken = try Program("tokenscope", ["view", path])
        #expect(broken.status == 2 && broken.errors.contains("a.jsonl:1: id"))
    }

    @Test func scoreWritesHotSpots() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "a b.py").path
        try "import os\nqqqq zzzz xxxx\n".write(toFile: path, atomically: true, encoding: .utf8)
        let run = try Program("tokenscope", ["score", "--quiet", "--format", "sarif", path])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("\"version\":\"2.1.0\"") && run.output.contains("a%20b.py"))
        #expect(run.output.contains("\"startLine\":2"))
        let text = try Program(
            "tokenscope", ["score", "--quiet", "--format", "sarif", "--text", "x = 1"])
        #expect(text.status == 2 && text.errors.contains("score one"))
        let misplaced = try Program(
            "tokenscope", ["score", "--format", "json", "--output", "x", "--text", "x"])
        #expect(misplaced.status == 2 && misplaced.errors.contains("--output goes with"))
    }
}
