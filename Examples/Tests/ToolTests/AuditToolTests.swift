import Foundation
import Testing

/// `tokenscope audit`: exit codes, reports and baselines.
@Suite struct AuditToolTests {
    private let code = """
        import hashlib

        def digest(path, size):
            total = 0
            with open(path, "rb") as file:
                while total < size:
                    total += len(file.read(1024))
            return hashlib.md5(path.encode()).hexdigest()


        """

    private struct Place {
        let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")

        init() throws {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }

        func path(_ name: String) -> String { folder.appending(path: name).path() }

        func write(_ text: String, to name: String) throws {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }

        func read(_ name: String) throws -> String {
            try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        }

        func remove() { try? FileManager.default.removeItem(at: folder) }

        func audit(_ arguments: [String]) throws -> Program {
            let own = ProcessInfo.processInfo.environment
            let cache = own["XDG_CACHE_HOME"] ?? (own["HOME"] ?? "") + "/.cache"
            return try Program(
                "tokenscope", ["audit"] + arguments,
                environment: [
                    "TOKENSCOPE_GRAMMAR_PATH": own["TOKENSCOPE_GRAMMAR_PATH"]
                        ?? cache + "/tokenscope/grammars"
                ])
        }
    }

    @Test func exitCodesSayWhatWasFound() throws {
        let place = try Place()
        defer { place.remove() }
        try place.write(code, to: "code/a.py")
        let folder = place.path("code")
        let found = try place.audit([folder, "--rules", "weak-hash"])
        #expect(found.status == 1)
        #expect(found.output.contains("a.py:8: warning: "))
        #expect(found.output.contains("[weak-hash]"))
        #expect(found.errors.contains("1 finding at warning or above"))
        #expect(
            try place.audit([folder, "--rules", "weak-hash", "--fail-on", "error"]).status == 0)
        #expect(try place.audit([folder, "--rules", "weak-hash", "--fail-on", "none"]).status == 0)
        #expect(try place.audit([folder, "--rules", "built-query"]).status == 0)
        let single = try place.audit([place.path("code/a.py"), "--rules", "weak-hash"])
        #expect(single.status == 1 && single.output.contains("a.py:8"))
        for wrong in [
            [], [folder, folder], [folder, "--fail-on", "loud"], [folder, "--rules", "nothing"],
            [place.path("nowhere")], [folder, "--baseline", place.path("nowhere")],
            [folder, "--per-file", "-1"], [folder, "--model", place.path("nowhere")],
            [folder, "--rules", "weak-hash", "--sarif", place.path("no/where.sarif")],
        ] {
            let run = try place.audit(wrong)
            #expect(run.status == 2 && !run.errors.isEmpty, "\(wrong)")
        }
        let list = try place.audit(["--rules", "list"])
        #expect(list.status == 0 && list.output.contains("suspicious-code\tnote"))
    }

    @Test func onlyNewFindingsFailABuild() throws {
        let place = try Place()
        defer { place.remove() }
        try place.write(code, to: "code/a.py")
        let (folder, known) = (place.path("code"), place.path("known.json"))
        let first = try place.audit([folder, "--rules", "weak-hash", "--write-baseline", known])
        #expect(first.status == 0)
        // Lines may move.
        try place.write("# moved\n\n" + code, to: "code/a.py")
        let second = try place.audit([folder, "--rules", "weak-hash", "--baseline", known])
        #expect(second.status == 0 && second.output.contains("1 known"))
        #expect(!second.output.contains("[weak-hash]"))
        try place.write(code + "other = hashlib.sha1(code)\n", to: "code/a.py")
        let third = try place.audit([folder, "--rules", "weak-hash", "--baseline", known])
        #expect(third.status == 1 && third.output.contains("a.py:10"))
        try place.write("{\"version\": 1}", to: "known.json")
        let broken = try place.audit([folder, "--baseline", known])
        #expect(broken.status == 2 && broken.errors.contains("findings"))
    }

    @Test func twoModelsAreComparedAndFindingsExplained() throws {
        let place = try Place()
        defer { place.remove() }
        try place.write(code, to: "code/a.py")
        let folder = place.path("code")
        let same = try place.audit([folder, "--against", "tiny-python"])
        #expect(same.status == 0 && same.output.contains("no part differs"), "\(same.errors)")
        #expect(!same.output.contains("[models-differ]"))
        let run = try place.audit([
            folder, "--against", "tiny-python", "--weights-b", "q4_0", "--limit", "0.001",
            "--per-file", "2", "--fail-on", "none", "--explain", "1", "--differential",
            place.path("d.json"), "--picture", place.path("d.svg"), "--html", place.path("a.html"),
            "--sarif", place.path("a.sarif"),
        ])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("[models-differ]") && run.output.contains("differs most"))
        #expect(run.output.contains("the model expects ") && run.output.contains("[semantic]"))
        #expect(try place.read("d.json").contains("\"format\":\"tokenscope.differential\""))
        #expect(try place.read("d.svg").hasPrefix("<svg") && place.read("d.svg").contains("head"))
        let page = try place.read("a.html")
        #expect(page.contains("img-src data:") && page.contains("<figure>"))
        #expect(try place.read("a.sarif").contains("\"relatedLocations\""))
        for wrong in [
            [folder, "--picture", place.path("x.svg")], [folder, "--rules", "models-differ"],
            [folder, "--against", "tiny-python", "--rules", "weak-hash"],
            [folder, "--explain", "-1"], [folder, "--against", place.path("nowhere")],
        ] {
            #expect(try place.audit(wrong).status == 2, "\(wrong)")
        }
    }

    @Test func reportsHoldTheEvidence() throws {
        let place = try Place()
        defer { place.remove() }
        try place.write(code, to: "code/a.py")
        let run = try place.audit([
            place.path("code"), "--fail-on", "none", "--sarif", place.path("a.sarif"), "--html",
            place.path("a.html"), "--branch", "6",
        ])
        #expect(run.status == 0, "\(run.errors)")
        struct Log: Decodable {
            struct Run: Decodable {
                struct Result: Decodable {
                    struct Properties: Decodable {
                        struct Choice: Decodable { let text: String, probability: Double }
                        struct Branch: Decodable { let replacement: String }
                        let metrics: [String: Double]
                        let alternatives: [Choice]
                        let branch: Branch?
                    }
                    let ruleId: String
                    let partialFingerprints: [String: String]
                    let properties: Properties
                }
                let results: [Result]
            }
            let version: String
            let runs: [Run]
        }
        let text = try place.read("a.sarif")
        let log = try JSONDecoder().decode(Log.self, from: Data(text.utf8))
        let result = try #require(log.runs[0].results.first { $0.ruleId == "weak-hash" })
        #expect(result.properties.alternatives.contains { $0.text == "hashlib.sha256" })
        #expect(result.properties.branch?.replacement == "sha256(")
        #expect(result.partialFingerprints["tokenscopeLine/v1"]?.count == 32)
        let page = try place.read("a.html")
        #expect(page.contains("default-src 'none'") && !page.contains("<script"))
        #expect(page.contains("<mark>hashlib.md5</mark>"))
    }
}
