import Foundation
import Testing

/// The small programs: each runs to its end, says what it found and where its page or picture is, and does the
/// same again.
@Suite struct ExampleTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "example-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// Runs a program twice; gives its output and the file that it wrote.
    private func run(
        _ name: String, _ arguments: [String] = [], into file: String
    ) throws -> (output: String, file: String) {
        let path = folder.appending(path: file).path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        var results: [(output: String, file: String)] = []
        for _ in 0..<2 {
            let run = try Program(name, arguments + [path])
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output.contains(path), "it says where its file is")
            results.append((run.output, try String(contentsOfFile: path, encoding: .utf8)))
        }
        #expect(results[0] == results[1])
        return results[0]
    }

    @Test func minimal() throws {
        let (output, page) = try run("Minimal", into: "minimal.html")
        #expect(output.contains("def find(names, prefix):"))
        let words = output.split(separator: " ")
        let place = try #require(words.firstIndex(of: "nats"))
        let mean = try #require(Double(words[place - 1]))
        #expect(mean > 0.1 && mean < 6)
        #expect(page.hasPrefix("<!doctype html>") || page.hasPrefix("<!DOCTYPE html>"))
        #expect(page.contains("tokenscope.page") && page.contains("alternatives"))
    }

    @Test func customObserver() throws {
        let (output, picture) = try run("CustomObserver", into: "regret.svg")
        #expect(output.contains("regret"))
        #expect(picture.hasPrefix("<svg ") && picture.contains("regret of each token"))
    }

    @Test func whatIf() throws {
        let (output, picture) = try run("WhatIf", into: "what-if.svg")
        #expect(output.contains("[as it is]") && output.contains("[not "))
        #expect(picture.hasPrefix("<svg ") && picture.contains("as it is"))
    }

    @Test func patching() throws {
        let (_, picture) = try run("PatchingExample", into: "patching.svg")
        #expect(picture.hasPrefix("<svg ") && picture.contains("activation patching: residual"))
    }

    @Test func compareModels() throws {
        let (output, page) = try run("CompareModels", into: "weights.html")
        #expect(output.contains("q4_0") && output.contains("a would write"))
        #expect(page.contains("tokenscope.page") && page.contains("divergence"))

        let source = folder.appending(path: "source.py").path()
        try "def area(a):\n    return a\n"
            .write(toFile: source, atomically: true, encoding: .utf8)
        let model = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Tests/Fixtures/models/llama").path()
        let same = try run("CompareModels", [model, model, source], into: "same.html")
        #expect(same.output.contains("most probable token: the same everywhere"))
        #expect(try Program("CompareModels", ["one", "two"]).output.hasPrefix("usage: "))
    }

    @Test func streamingView() throws {
        let path = folder.appending(path: "streaming.html").path()
        let run = try Program("StreamingView", [path])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("class Stack:"))
        #expect(run.output.contains("cancelled after "))
        // How many tokens were written when the reader's wish came through is a matter of time; that
        // none was computed which nobody was shown is not.
        func count(_ start: String) throws -> Int {
            let line = try #require(run.lines.last { $0.hasPrefix(start) })
            return try #require(line.split(separator: " ").compactMap { Int($0) }.first)
        }
        let shown = try count("cancelled after ")
        #expect(shown >= 32 && shown < 900)
        #expect(try count("the model had computed ") == shown)
        #expect(try String(contentsOfFile: path, encoding: .utf8).contains("class"))
    }
}
