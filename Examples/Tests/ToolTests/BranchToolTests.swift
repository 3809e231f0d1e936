import Foundation
import Testing

/// Sessions of branches, as whole programs.
@Suite struct BranchToolTests {
    /// A folder that is there as long as a test.
    final class Folder: Sendable {
        let path: String

        init() throws {
            path =
                FileManager.default.temporaryDirectory
                .appending(path: "branches-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    private let folder: Folder
    private var session: String { folder.path + "/s.json" }

    init() throws {
        folder = try Folder()
    }

    private func branch(_ arguments: String..., input: String = "") throws -> Program {
        try Program(
            "tokenscope", ["branch", arguments[0], session] + arguments.dropFirst(), input: input)
    }

    /// A session of a greedy continuation of six tokens, with the number of its last node.
    private func begin() throws -> String {
        let run = try branch(
            "new", "<|endoftext|>def add(a, b):\n    return", "--greedy", "--max-tokens", "6",
            "--name", "first", "--format", "nodes")
        #expect(run.status == 0, "\(run.errors)")
        return String(try #require(run.lines.first))
    }

    private func file() throws -> [String: Any] {
        let data = try Data(contentsOf: URL(filePath: session))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    @Test func aTokenIsReplacedAndTheBranchesAreCompared() throws {
        let first = try begin()
        let before = try file()
        #expect(before["model"] as? String == "tiny-python")
        let second = try branch(
            "replace", "--at", "first:11", "--with", " x", "--max-tokens", "1", "--name", "what if",
            "--format", "nodes")
        #expect(second.status == 0 && second.lines.count == 1, "\(second.errors)")
        let tree = try branch("show")
        #expect(tree.status == 0 && tree.output.contains("[what if]"), "\(tree.output)")
        #expect(tree.output.contains("[first]") && tree.output.contains("for node 11"))
        #expect(!tree.output.contains("\u{1B}"))
        let difference = try branch("diff", "first", "what if")
        #expect(difference.lines.contains { $0.hasPrefix("-") })
        #expect(difference.lines.contains { $0.hasPrefix("+") && $0.contains(" x") })
        #expect(difference.output.contains("bytes in common"))
        let trace = try branch("trace", "what if")
        #expect(trace.lines.contains { $0.contains(#""origin":"forced""#) })
        let lines = folder.path + "/what-if.jsonl"
        try trace.output.write(toFile: lines, atomically: true, encoding: .utf8)
        let scored = try Program("tokenscope", ["score", "--ids", lines, "--format", "jsonl"])
        #expect(scored.status == 0, "\(scored.errors)")
        #expect(scored.lines.count == trace.lines.count)
        let after = try file()
        #expect((after["requests"] as? [Any])?.count == 2)
        // What was there is as it was.
        let same = try branch(
            "replace", "--at", "first:11", "--with", " x", "--max-tokens", "1", "--format", "nodes")
        let again = try branch("diff", String(try #require(same.lines.first)), "what if")
        #expect(!again.output.contains("\n-") && !again.output.contains("\n+"))
        let nodes = try branch("show", "--format", "nodes")
        #expect(nodes.lines.map(String.init).contains(first) && nodes.lines.count == 3)
    }

    @Test func branchesGoOnAndArePruned() throws {
        let first = try begin()
        let longer = try branch(
            "continue", "first", "--max-tokens", "3", "--format", "nodes")
        #expect(longer.status == 0, "\(longer.errors)")
        let end = try #require(longer.lines.first.flatMap { Int($0) })
        #expect(end == (Int(first) ?? 0) + 3)
        let three = try branch(
            "continue", ":9", "--count", "3", "--temperature", "1", "--seed", "5", "--max-tokens",
            "3", "--format", "nodes")
        #expect(three.lines.count == 3, "\(three.errors)")
        let noted = try branch("note", "\(end)", "long enough")
        #expect(noted.output.contains("“long enough”"))
        let pruned = try branch("prune", ":10")
        #expect(pruned.status == 0)
        let rest = try branch("show", "--format", "nodes")
        #expect(rest.lines.count == 3)
        let named = try branch("name", "\(end)", "best")
        #expect(named.output.contains("[best]"))
        let json = try branch("show", "--format", "json")
        #expect(
            json.output
                == String(data: try Data(contentsOf: URL(filePath: session)), encoding: .utf8))
    }

    @Test func gapsAreFilledAndPromptsAdded() throws {
        let run = try branch(
            "fim", "--prefix", "def f(x):\n    return ", "--suffix", "\n\nprint(f(3))\n",
            "--greedy", "--max-tokens", "4", "--name", "gap")
        #expect(run.status == 0 && run.output.contains("fill-in-the-middle"), "\(run.errors)")
        let source = folder.path + "/f.py"
        try "def f(x):\n    return x\n".write(toFile: source, atomically: true, encoding: .utf8)
        let cursor = try branch(
            "fim", "--file", source, "--cursor", "2:12", "--greedy", "--max-tokens", "2",
            "--order", "psm", "--format", "nodes")
        #expect(cursor.status == 0 && cursor.lines.count == 1, "\(cursor.errors)")
        let other = try branch(
            "generate", "-", "--greedy", "--max-tokens", "2", "--edit", "gap", input: "import ")
        #expect(other.status == 0 && other.output.contains("for prompt"), "\(other.errors)")
        let copy = folder.path + "/copy.json"
        try FileManager.default.copyItem(atPath: session, toPath: copy)
        let before = try branch("show")
        let merged = try branch("merge", copy)
        #expect(merged.status == 0 && merged.output == before.output)
    }

    @Test func sweepsLookAtManyBranches() throws {
        _ = try begin()
        let atlas = try branch(
            "sweep", "first", "--from", "12", "--alternatives", "2", "--tokens", "3")
        #expect(atlas.status == 0, "\(atlas.errors)")
        #expect(atlas.output.contains("times fewer"))
        let beam = try branch(
            "sweep", "first:10", "--kind", "beam", "--count", "2", "--max-tokens", "3")
        #expect(beam.status == 0 && beam.output.contains("mean log-probability"), "\(beam.errors)")
        let best = try branch(
            "sweep", "first:10", "--kind", "best", "--count", "3", "--temperature", "1",
            "--max-tokens", "3", "--name", "best", "--format", "nodes")
        #expect(best.status == 0 && best.lines.count == 3, "\(best.errors)")
        let expanded = try branch(
            "sweep", "first", "--kind", "expand", "--margin", "0.9", "--max-tokens", "2")
        #expect(expanded.status == 0, "\(expanded.errors)")
        let forks = try branch(
            "sweep", "first", "--kind", "forks", "--contains", "a", "--from", "13", "--rollouts",
            "2", "--tokens", "2", "--temperature", "1")
        #expect(forks.status == 0 && forks.output.contains("spread"), "\(forks.errors)")
        let flip = try branch(
            "sweep", "first", "--kind", "flip", "--contains", "a", "--tokens", "2", "--size", "1")
        #expect(flip.status == 0 && flip.output.contains("tokens went through"), "\(flip.errors)")
    }

    @Test func mistakesAreSaidInOneLine() throws {
        _ = try begin()
        let cases: [([String], String)] = [
            ([], "branch needs an action"), (["grow", session], "no action of branch"),
            (["show"], "needs the file of a session"),
            (["show", folder.path + "/none.json"], "no such file"),
            (["new", session, "x"], "is there already"),
            (["replace", session, "--with", "x"], "needs --at"),
            (["replace", session, "--at", "first"], "--with TEXT or --id IDS"),
            (["replace", session, "--at", "999", "--with", "x"], "no node 999"),
            (["replace", session, "--at", "first:99", "--with", "x"], "none at 99"),
            (["replace", session, "--at", "no", "--with", "x"], "no branch is named \"no\""),
            (["replace", session, "--at", "first", "--id", "99999"], "99999"),
            (["diff", session, "first"], "takes 2 arguments"),
            (["name", session, "first", "7"], "a name is a text"),
            (["fim", session, "--prefix", "x"], "needs --prefix and --suffix"),
            (["fim", session, "--file", session, "--cursor", "0:1"], "LINE:COLUMN"),
            (["show", session, "--metric", "x"], "--metric takes"),
            (["sweep", session, "first", "--kind", "x"], "--kind takes"),
            (["sweep", session, "first", "--kind", "flip"], "--contains"),
            (["sweep", session, "first", "--budget", "3"], "3"),
            (["show", session, "--format", "x"], "--format takes"),
        ]
        for (arguments, part) in cases {
            let run = try Program("tokenscope", ["branch"] + arguments)
            #expect(run.status == 2, "\(arguments): \(run.errors)")
            #expect(run.output.isEmpty)
            #expect(run.errors.contains(part), "\(arguments): \(run.errors)")
            #expect(run.errors.split(separator: "\n").count == 1)
        }
        try #"{"format":"tokenscope.branches","version":9}"#
            .write(toFile: session, atomically: true, encoding: .utf8)
        let later = try branch("show")
        #expect(later.status == 2 && later.errors.contains("version: is 9"))
    }
}
