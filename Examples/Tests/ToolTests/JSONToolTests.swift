import Foundation
import Testing

/// What every object of JSON begins with, whoever writes it.
@Suite struct JSONToolTests {
    private static let text = "def f(a):\n    return a\n"
    private static let environment: [String: String] = {
        let own = ProcessInfo.processInfo.environment
        let cache = own["XDG_CACHE_HOME"] ?? (own["HOME"] ?? "") + "/.cache"
        return [
            "TOKENSCOPE_GRAMMAR_PATH": own["TOKENSCOPE_GRAMMAR_PATH"]
                ?? cache + "/tokenscope/grammars"
        ]
    }()

    /// The arguments, the format's name, and a member that it has besides.
    @Test(arguments: [
        (["models", "FOLDER"], "models", "models"), (["inspect"], "inspection", "model"),
        (["attribute", "--method", "random", "--text", text], "attribution", "scores"),
        (
            ["attribute", "--method", "random", "--target", "all", "--text", text],
            "attributions", "attributions"
        ),
        (["attribute", "--compare", "random", "--text", text], "methods", "reports"),
        (
            ["attribute", "--method", "random", "--faithfulness", "--text", text], "faithfulness",
            "faithfulness"
        ),
        (
            ["patch", "--over", "heads", "--layers", "0", "def f(width):", "def f(value):"],
            "patching", "values"
        ),
        (["syntax", "FILE"], "syntax", "folds"),
        (["syntax", "FILE", "--hot", "2"], "hot-spots", "hot_spots"),
        (["syntax", "FILE", "--concepts"], "concepts", "concepts"),
        (["syntax", "FILE", "--map", "random"], "syntax-map", "cells"),
    ])
    func theFormatIsNamedFirst(_ arguments: [String], _ name: String, _ member: String) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "a.py")
        try Data(Self.text.utf8).write(to: file)
        let places = ["FILE": file.path(), "FOLDER": folder.path()]
        let run = try Program(
            "tokenscope", arguments.map { places[$0] ?? $0 } + ["--format", "json"],
            environment: Self.environment)
        #expect(run.status == 0, "\(run.errors)")
        #expect(
            run.output.hasPrefix(
                "{\n  \"format\" : \"tokenscope.\(name)\",\n  \"format_version\" : 1,\n"),
            "\(run.output.prefix(100))")
        let value = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
        #expect((value as? [String: Any])?[member] != nil)
    }

    /// Traces, comparisons and sessions, which have writers of their own.
    @Test(arguments: [
        (["score", "--text", "x"], "trace"), (["tokenize", "--text", "x"], "trace"),
        (["compare", "tiny-python", "tiny-python", "--text", "x"], "comparison"),
    ])
    func tracesNameTheirFormatToo(_ arguments: [String], _ name: String) throws {
        let run = try Program("tokenscope", arguments + ["--format", "json"])
        let value = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
        let header = (value as? [String: Any])?["header"] as? [String: Any]
        #expect(header?["format"] as? String == "tokenscope.\(name)")
        #expect(header?["format_version"] as? Int == 1)
    }

    /// What is no trace is refused by its name where a trace is read.
    @Test func anotherFormatIsRefusedByName() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).json")
        defer { try? FileManager.default.removeItem(at: file) }
        let attribution = try Program(
            "tokenscope",
            ["attribute", "--method", "random", "--text", Self.text, "--format", "json"])
        try Data(attribution.output.utf8).write(to: file)
        for command in [["view"], ["syntax", "--trace"]] {
            let run = try Program("tokenscope", command + [file.path()])
            #expect(run.status == 2 && run.output.isEmpty)
            #expect(
                run.errors.contains("\"tokenscope.trace\", found \"tokenscope.attribution\""),
                "\(run.errors)")
        }
    }
}
