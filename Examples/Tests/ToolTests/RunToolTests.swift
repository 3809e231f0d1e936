import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// Data sets from the command line: the same bytes however often a run is ended, and whoever divides it.
@Suite struct RunToolTests {
    /// A folder that is there for one test, with a data set in it.
    private final class Place {
        let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")

        init(records: Int = 0) throws {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let lines = (0..<records).map { number in
                let settings =
                    number % 5 == 2 ? ", \"samples\": 3" : number % 7 == 3 ? ", \"top_p\": 9" : ""
                return
                    "{\"id\": \"t/\(number)\", \"prompt\": \"def f\(number)(x):\\n\"\(settings)}\n"
            }
            if records > 0 { _ = try write(lines.joined(), to: "in.jsonl") }
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        func path(_ name: String) -> String {
            folder.appending(path: name).path(percentEncoded: false)
        }

        func write(_ text: String, to name: String) throws -> String {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
            return path(name)
        }

        func read(_ name: String) -> String {
            String(
                decoding: (try? Data(contentsOf: folder.appending(path: name))) ?? Data(),
                as: UTF8.self)
        }

        func arguments(_ output: String, _ more: [String] = []) -> [String] {
            ["run", path("in.jsonl"), "--output", output == "-" ? "-" : path(output)]
                + ["--max-tokens", "8", "--seed", "5"] + more
        }
    }

    private static let environment: [String: String] = {
        let own = ProcessInfo.processInfo.environment
        let cache = own["XDG_CACHE_HOME"] ?? (own["HOME"] ?? "") + "/.cache"
        return [
            "TOKENSCOPE_GRAMMAR_PATH": own["TOKENSCOPE_GRAMMAR_PATH"]
                ?? cache + "/tokenscope/grammars"
        ]
    }()

    /// Starts the tool, sends it a signal after some time, and waits for its end.
    private func end(_ arguments: [String], by signal: CInt, after seconds: Double) throws -> CInt {
        let process = Process()
        process.executableURL = Program.file("tokenscope")
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        Thread.sleep(forTimeInterval: seconds)
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Three kills here; `Scripts/scale` has twenty, and Spark.
    @Test func aRunThatIsKilledLosesNothing() throws {
        let place = try Place(records: 40)
        let started = Date.now
        let whole = try Program("tokenscope", place.arguments("whole"))
        let seconds = Date.now.timeIntervalSince(started)
        #expect(
            whole.status == 0
                && whole.errors.contains("56 samples written, 5 of them with an error"))
        let expected = place.read("whole/records.jsonl")
        var state: UInt64 = 11
        var lengths: [Int] = []
        for round in 0..<3 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let share = 0.2 + 0.6 * Double(state >> 40) / Double(1 << 24)
            _ = try end(
                place.arguments("killed", ["--batch", "\(1 + round)"]), by: SIGKILL,
                after: share * seconds)
            let there = place.read("killed/records.jsonl")
            #expect(expected.utf8.starts(with: there.utf8), "round \(round)")
            lengths.append(there.utf8.count)
        }
        #expect(lengths == lengths.sorted())
        // As if the last kill had come in the middle of a line.
        let log = try FileHandle(forWritingTo: place.folder.appending(path: "killed/records.jsonl"))
        try log.seekToEnd()
        try log.write(contentsOf: Data("{\"id\":\"t/".utf8))
        try log.close()
        let last = try Program("tokenscope", place.arguments("killed"))
        #expect(last.status == 0, "\(last.errors)")
        #expect(place.read("killed/records.jsonl") == expected)
        let again = try Program("tokenscope", place.arguments("killed"))
        #expect(again.errors.contains("behind 56 of 56") && again.errors.contains("0 samples"))
        #expect(place.read("killed/records.jsonl") == expected)
        let other = try Program("tokenscope", place.arguments("killed", ["--temperature", "0.5"]))
        #expect(other.status == 2 && other.errors.contains("settings.temperature 0.8, not 0.5"))
    }

    @Test func anInterruptEndsARunInOrder() throws {
        let place = try Place(records: 200)
        let arguments = place.arguments("out", ["--max-tokens", "60", "--batch", "2"])
        var status: CInt = 0
        // Too early it ends the process before it listens, too late there is nothing to end.
        for seconds in [0.5, 1, 2, 4, 0.25] where status != 1 {
            try? FileManager.default.removeItem(at: place.folder.appending(path: "out"))
            status = try end(arguments, by: SIGINT, after: seconds)
        }
        #expect(status == 1)
        let there = place.read("out/records.jsonl")
        #expect(there.isEmpty || there.hasSuffix("}\n"))
        #expect(!there.contains("cancelled"))
    }

    @Test func pipesShardsAndArraysComeToTheSameBytes() throws {
        let place = try Place(records: 12)
        #expect(try Program("tokenscope", place.arguments("whole", ["--quiet"])).errors == "")
        let expected = place.read("whole/records.jsonl")
        let input = place.read("in.jsonl") + "no record\n"
        let piped = try Program(
            "tokenscope",
            ["run", "-", "--output", "-", "--max-tokens", "8", "--seed", "5", "--batch", "5"],
            input: input)
        #expect(piped.status == 0 && piped.output == expected)
        #expect(piped.errors.contains("-:13: not valid JSON"))
        #expect(piped.errors.contains("1 line is no record"))

        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Scale/slurm_array.sh").path()
        let tool = Program.file("tokenscope").path()
        for task in [4, 2, 3] {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments =
                ["bash", script, place.path("in.jsonl"), place.path("parts")]
                + ["--max-tokens", "8", "--seed", "5", "--quiet"]
            process.environment = ProcessInfo.processInfo.environment.merging([
                "TOKENSCOPE": tool, "SLURM_ARRAY_TASK_ID": "\(task)", "SLURM_ARRAY_TASK_MIN": "2",
                "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_CPUS_PER_TASK": "1",
            ]) { $1 }
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            let merge = try Program("tokenscope", ["run", "--merge", place.path("parts")])
            #expect(merge.status == (task == 3 ? 0 : 2), "\(merge.errors)")
        }
        #expect(place.read("parts/records.jsonl") == expected)
    }

    @Test func aFolderOfSourcesIsMeasured() throws {
        let place = try Place()
        let long = String(repeating: "x = [1, 2]\n", count: 200)
        _ = try place.write("def area(w, h):\n    return w * h\n", to: "code/a.py")
        _ = try place.write(long, to: "code/sub/b.py")
        _ = try place.write("no code", to: "code/notes.txt")
        try Data([0x78, 0xFF, 0x0A]).write(to: place.folder.appending(path: "code/c.py"))
        let run = try Program(
            "tokenscope",
            [
                "run", place.path("code"), "--output", place.path("out"), "--fold", "category",
                "--columns", "--metrics", "varentropy",
            ], environment: Self.environment)
        #expect(run.status == 0, "\(run.errors)")
        let lines = place.read("out/records.jsonl").split(separator: "\n").map(String.init)
        #expect(lines.count == 3)
        #expect(
            lines[0].hasPrefix("{\"id\":\"a.py\",\"sample\":0,\"samples\":1,\"prompt_tokens\":"))
        #expect(lines[0].contains("\"varentropy\":") && !lines[0].contains("\"completion\":"))
        #expect(lines[0].contains("\"fold\":{\"folds\":[{\"level\":\"category\""))
        #expect(lines[1].contains("\"error\":\"c.py: is not valid UTF-8\""))
        #expect(lines[2].contains("context_length") && lines[2].contains("sub/b.py"))
        let columns = try Data(
            contentsOf: place.folder.appending(path: "out/columns/sub%2Fb.py-0.safetensors"))
        #expect(String(decoding: columns.prefix(400), as: UTF8.self).contains("\"surprisal\""))
    }

    @Test func outcomesJoinWithRecords() throws {
        let place = try Place()
        let prompts = (0..<6).map { "{\"task_id\": \($0), \"prompt\": \"def f\($0)(x):\\n\"}\n" }
        _ = try place.write(prompts.joined(), to: "in.jsonl")
        let run = try Program("tokenscope", place.arguments("out", ["--samples", "3"]))
        #expect(run.status == 0, "\(run.errors)")
        #expect(place.read("out/records.jsonl").hasPrefix("{\"task_id\":0,\"sample\":0,"))
        let results = (0..<19).map { number in
            "{\"task_id\": \(number / 3), \"passed\": \(number % 3 == 0 || number == 4)}\n"
        }
        let file = try place.write(results.joined(), to: "results.jsonl")
        func outcomes(_ more: String...) throws -> Program {
            let run = try Program(
                "tokenscope", ["outcomes", place.path("out"), "--results", file] + more,
                environment: Self.environment)
            #expect(run.status == 0, "\(run.errors)")
            return run
        }
        let text = try outcomes("--pass-at", "1,2,3,4")
        #expect(text.errors.contains("1 results have no sample"))
        #expect(text.output.hasPrefix("6 tasks, 18 samples, 7 pass (38.9 %)\n"))
        // Five tasks with one of three, one with two: 1 − C(2, 2) / C(3, 2) is 2/3, and then 1.
        #expect(text.output.contains("pass@1 0.3889, pass@2 0.7222, pass@3 1.0000\n"))
        #expect(text.output.contains("AUROC of failure") && text.output.contains("identifier"))
        let json = try JSONSerialization.jsonObject(
            with: Data(try outcomes("--format", "json").output.utf8))
        let object = try #require(json as? [String: Any])
        #expect((object["calibration"] as? [String: Any])?["count"] as? Int == 18)
        #expect((object["categories"] as? [String: Any])?["identifier"] != nil)
        #expect(try outcomes("--format", "svg", "--no-syntax").output.hasPrefix("<svg "))
        let page = place.path("page.html")
        #expect(try outcomes("--format", "html", "--output", page).output.isEmpty)
        #expect(place.read("page.html").hasSuffix("</html>\n"))
        let none = try Program("tokenscope", ["outcomes", place.path("out")])
        #expect(none.status == 2)
        let missing = try Program(
            "tokenscope", ["outcomes", place.path("no.jsonl"), "--results", file])
        #expect(missing.status == 2 && missing.errors.contains("no such file"))
        // A folder that a later version wrote.
        let manifest = place.read("out/manifest.json").split(
            separator: "\"format_version\":1,", omittingEmptySubsequences: false)
        #expect(manifest.count == 2)
        _ = try place.write(
            manifest.joined(separator: "\"format_version\":2,"), to: "out/manifest.json")
        let later = try Program("tokenscope", ["outcomes", place.path("out"), "--results", file])
        #expect(later.status == 2 && later.errors.contains("a later version wrote it"))
    }

    @Test func anInputWithoutARecordIsRefusedByName() throws {
        let place = try Place()
        let inputs: [(String, String, String)] = [
            ("empty.jsonl", "", "holds no record, as it is empty"),
            ("blank.jsonl", "\n \n\n", "holds no record"),
            ("wrong.jsonl", "{\"prompt\": \"x\"}\n[]\n", "holds no record; one is an object"),
            ("code/notes.txt", "no code", "holds no source file"),
        ]
        for (name, text, words) in inputs {
            let file = try place.write(text, to: name)
            let input = name.contains("/") ? place.path("code") : file
            for output in [place.path("out"), "-"] {
                let run = try Program("tokenscope", ["run", input, "--output", output, "--quiet"])
                #expect(run.status == 2 && run.output.isEmpty, "\(name)")
                #expect(
                    run.errors.contains("tokenscope: \(input): \(words)"), "\(name): \(run.errors)")
            }
            #expect(!FileManager.default.fileExists(atPath: place.path("out")))
        }
        let missing = try Program("tokenscope", ["run", place.path("no"), "--output", "-"])
        #expect(missing.status == 2 && missing.errors.contains("no such file"))
        // A mapper's part may be empty.
        let piped = try Program("tokenscope", ["run", "-", "--output", "-", "--quiet"])
        #expect(piped.status == 0 && piped.output.isEmpty && piped.errors.isEmpty)
    }

    @Test func idsThatComeTwiceAreNamed() throws {
        let place = try Place()
        let ids = ["\"a\"", "1", "\"b\"", "\"1\"", "\"a\"", "\"c\""]
        let lines = ids.map { "{\"id\": \($0), \"prompt\": \"def f(\", \"max_tokens\": 2}\n" }
        let file = try place.write("\n" + lines.joined(), to: "in.jsonl")
        let refused = try Program("tokenscope", ["run", file, "--output", place.path("out")])
        #expect(refused.status == 2)
        #expect(
            refused.errors.contains(
                "in.jsonl:5: id: \"1\" is an earlier record's, too, and 1 more"),
            "\(refused.errors)")
        #expect(!FileManager.default.fileExists(atPath: place.path("out")))
        // What streams does not know its input as a whole.
        let streamed = try Program("tokenscope", ["run", file, "--output", "-"])
        #expect(streamed.status == 0 && streamed.lines.count == 6)
        #expect(streamed.errors.contains("in.jsonl:5: id: \"1\" is an earlier record's"))
        #expect(streamed.errors.contains("2 records have the id of an earlier one"))
    }

    @Test func whatARunCannotDoIsSaid() throws {
        let place = try Place(records: 1)
        let wrong: [([String], String)] = [
            ([], "--output"), (["--output", "-", "--columns"], "--columns"),
            (["--output", "o", "--shard", "2/2"], "--shard"),
            (["--output", "o", "--samples", "2", "--greedy"], "temperature"),
            (["--output", "o", "--metrics", "token_seconds"], "--metrics"),
            (["--output", "o", "--batch", "0"], "--batch"),
            (["--output", "o", "--language", "python"], "--fold"),
            (["--output", "o", "--top-p", "2"], "topP"),
        ]
        for (options, reason) in wrong {
            let run = try Program(
                "tokenscope",
                ["run", place.path("in.jsonl")] + options.map { $0 == "o" ? place.path("o") : $0 })
            #expect(run.status == 2 && run.errors.contains(reason), "\(run.errors)")
        }
        #expect(try Program("tokenscope", ["run", "-", "--output", place.path("o")]).status == 2)
        #expect(try Program("tokenscope", ["run", "--merge", place.path("no")]).status == 2)
        let folder = try Program(
            "tokenscope", ["run", place.path("."), "--output", "-", "--samples", "2"])
        #expect(folder.status == 2 && folder.errors.contains("--samples goes with prompts"))
    }
}
