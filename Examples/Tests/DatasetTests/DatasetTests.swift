import DatasetEngine
import Foundation
import ScopeDecoding
import ScopeFiles
import ScopeReports
import Testing
import TinyPythonModel

/// The engine behind `tokenscope run`: files that survive being cut anywhere, parts, and records that depend
/// on nothing but themselves.
@Suite struct DatasetTests {
    /// A folder that is there for one test.
    private final class Place {
        let path: String

        init() throws {
            let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            path = folder.path(percentEncoded: false)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func write(_ text: String, to name: String) throws -> String {
            try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
            return "\(path)/\(name)"
        }

        func read(_ name: String) throws -> String {
            String(decoding: try Data(contentsOf: URL(filePath: "\(path)/\(name)")), as: UTF8.self)
        }
    }

    private static let model = Result { try loadModel(from: .tinyPython) }

    private func run(samples: Int = 1, batch: Int = 1) throws -> DatasetRun {
        var run = DatasetRun(
            try Self.model.get(), parameters: GenerateParameters(maxTokens: 6, seed: 3))
        run.samples = samples
        run.batch = batch
        return run
    }

    /// Wherever a log is cut off, it goes on behind its last whole line.
    @Test func aLogThatIsCutAnywhereGoesOnBehindItsLastWholeLine() throws {
        let place = try Place()
        let lines = ["{\"a\":1}\n", "{\"text\":\"Grüße\"}\n", "\n", "{}\n"]
        let whole = lines.joined()
        for length in 0...whole.utf8.count {
            let cut = Array(whole.utf8.prefix(length))
            try Data(cut).write(to: URL(filePath: place.path + "/log"))
            var seen: [[UInt8]] = []
            let log = try RecordLog(place.path + "/log") { seen.append($0) }
            let kept = cut.count { $0 == 10 }
            #expect(log.lineCount == kept && seen.count == kept)
            for line in lines[kept...] { try log.append(Array(line.utf8)) }
            #expect(log.lineCount == 4)
            #expect(try place.read("log") == whole, "cut at \(length)")
        }
    }

    @Test func oneProcessAtATimeWritesALog() throws {
        let place = try Place()
        let log = try RecordLog(place.path + "/log")
        #expect(throws: FileError.self) { try RecordLog(place.path + "/log") }
        try log.append([123, 125, 10])
        #expect(log.lineCount == 1)
        #expect(throws: FileError.self) { try RecordLog(place.path + "/no/log") }
    }

    @Test func linesAreReadWhateverPiecesTheyComeIn() throws {
        let place = try Place()
        let long = String(repeating: "x", count: 200_000)
        let path = try place.write("a\n\n\(long)\nb\r\nlast", to: "lines")
        let reader = try LineReader(path)
        var lines: [LineReader.Line] = []
        while let line = try reader.next() { lines.append(line) }
        #expect(lines.map(\.number) == [1, 2, 3, 4, 5])
        #expect(lines.map(\.bytes.count) == [1, 0, 200_000, 2, 4])
        #expect(lines.map(\.isEnded) == [true, true, true, true, false])
        #expect(lines[1].isBlank && !lines[3].isBlank)
        #expect(throws: FileError.missing(file: place.path + "/none")) {
            try LineReader(place.path + "/none")
        }
    }

    @Test func aShardIsEveryNthRecord() throws {
        let shards = try (0..<3).map { try #require(Shard("\($0)/3")) }
        for record in 0..<30 {
            #expect(shards.filter { $0.holds(record) }.map(\.index) == [record % 3])
        }
        #expect(shards[1].fileName == "records-00001-of-00003.jsonl")
        #expect(Shard("0/1") == Shard.whole && Shard.whole.fileName == "records.jsonl")
        for wrong in ["3/3", "-1/3", "0/0", "1", "a/b", "1/2/3", "", "0/100000"] {
            #expect(Shard(wrong) == nil, "\(wrong)")
        }
    }

    /// The definition in the article, by `hashlib`: sha256(b"42:task/7").hexdigest()[:13].
    @Test func seedsAreThoseOfTheArticle() {
        #expect(DatasetRun.seed(of: .text("task/7"), seed: 42) == 535_017_354_931_265)
        #expect(DatasetRun.seed(of: .number(7), seed: 0) == 772_926_604_884_995)
    }

    @Test(arguments: [
        (#"{"id": "a", "prompt": "x", "samples": 2, "temperature": 0.5, "stop": ["a", "b"]}"#, ""),
        (#"{"task_id": 3, "prompt": "", "entry_point": null, "top_k": null}"#, ""),
        (#"{"prompt": "x"}"#, "id: is missing"), (#"{"id": "a"}"#, "prompt: is missing"),
        (#"{"id": [], "prompt": "x"}"#, "id: must be a string"),
        (#"{"id": "a", "prompt": 1}"#, "prompt: must be a string"),
        (#"{"id": "a", "prompt": "x", "samples": 0}"#, "samples: must be a number from 1"),
        (#"{"id": "a", "prompt": "x", "max_tokens": 1.5}"#, "max_tokens"),
        (#"{"id": "a", "prompt": "x", "seed": -1}"#, "seed"),
        (#"{"id": "a", "prompt": "x", "seed": "18446744073709551616"}"#, "seed"),
        (#"{"id": "a", "prompt": "x", "stop": [1]}"#, "stop[0]"),
        (#"["a"]"#, "must be an object"), ("{", "not valid JSON"),
    ])
    func aLineIsARecordOrSaysWhyNot(_ line: String, _ fault: String) {
        do throws(FileError) {
            let record = try DatasetRecord(Array(line.utf8), file: "p.jsonl:4")
            #expect(fault.isEmpty)
            let changed = record.settings.applied(to: GenerateParameters())
            if record.key == "id" {
                #expect(record.samples == 2 && changed.temperature == 0.5)
                #expect(changed.stopStrings == ["a", "b"])
            } else {
                #expect(record.id == .number(3) && changed == GenerateParameters())
            }
        } catch {
            #expect(!fault.isEmpty && "\(error)".contains(fault), "\(error)")
            #expect("\(error)".hasPrefix("p.jsonl:4: "))
        }
    }

    /// A folder that somebody else wrote ends in an error, whatever its numbers are.
    @Test(arguments: [
        (#""shards":2,"records":-1"#, #""sample":0,"samples":1"#, "records: must be a number"),
        (#""shards":0,"records":1"#, #""sample":0,"samples":1"#, "shards: must be a number"),
        (#""shards":2,"records":1"#, #""sample":0,"samples":0"#, "must be one of 0 samples"),
        (
            #""shards":2,"records":1"#,
            #""sample":-9223372036854775808,"samples":9223372036854775807"#,
            "must be one of 9223372036854775807 samples"
        ),
        (
            #""shards":2,"records":9223372036854775807"#, #""sample":0,"samples":1"#,
            "is not finished"
        ),
    ])
    func aFolderOfStrangersIsJoinedOrRefused(
        manifest: String, record: String, fault: String
    ) throws {
        let place = try Place()
        _ = try place.write(
            #"{"format":"tokenscope.run","format_version":1,\#(manifest)}"#, to: "manifest.json")
        for part in 0..<2 {
            _ = try place.write("{\(record)}\n", to: "records-0000\(part)-of-00002.jsonl")
        }
        let failure = #expect(throws: DatasetError.self) { try DatasetMerge.merge(place.path) }
        #expect("\(try #require(failure))".contains(fault))
    }

    @Test(arguments: ["7", "\"7\"", "18446744073709551615", "\"18446744073709551615\""])
    func aSeedIsANumberOrItsDigits(_ seed: String) throws {
        let line = "{\"id\": 1, \"prompt\": \"x\", \"seed\": \(seed)}"
        let record = try DatasetRecord(Array(line.utf8), file: "p.jsonl:1")
        let digits = seed.filter(\.isNumber)
        #expect(record.settings.applied(to: GenerateParameters()).seed == UInt64(digits))
    }

    /// The lines of a run, and what it came to.
    private func lines(
        _ run: DatasetRun, _ path: String, shard: Shard = .whole, skipping: Int = 0
    ) throws -> ([String], DatasetRun.Counts) {
        var text = ""
        let counts = try run.run(
            DatasetReader(.lines(path)), shard: shard, skipping: skipping
        ) { lines, _ in text += String(decoding: lines, as: UTF8.self) }
        return (text.split(separator: "\n").map(String.init), counts)
    }

    private let records = """
        {"id": "a", "prompt": "def f(x):", "samples": 3}
        {"id": "b", "prompt": "import os\\n", "max_tokens": 2}
        {"id": "c", "prompt": ""}
        {"id": 4, "prompt": "x = [", "temperature": -1, "samples": 2}

        {"prompt": "nameless"}
        {"id": "e", "prompt": "class A:", "stop": ":"}
        """

    @Test func aRecordDependsOnNothingButItself() throws {
        let place = try Place()
        let path = try place.write(records, to: "in.jsonl")
        let (whole, counts) = try lines(try run(), path)
        #expect(counts.samples == 8 && counts.errors == 3 && counts.malformed == 1)
        #expect(counts.records == 5 && counts.repeated == 0)
        #expect(!counts.isCancelled)
        let fields = try whole.map { line in
            try JSONDocument(bytes: Array(line.utf8), file: "line").root
        }
        #expect(try fields.map { try $0.required("sample").int() } == [0, 1, 2, 0, 0, 0, 1, 0])
        #expect(whole[4].contains("\"error\":\"prompt is empty"))
        #expect(whole[5].hasPrefix("{\"id\":4,\"sample\":0,\"samples\":2,\"error\":\"temperature"))
        #expect(Set(try fields[..<3].map { try $0.required("completion").string() }).count == 3)
        #expect(try fields[3].required("completion_tokens").int() == 2)
        // Batches, the order of the input, parts and a beginning in the middle change no byte.
        for batch in [2, 3, 16] {
            #expect(try lines(try run(batch: batch), path).0 == whole, "batch \(batch)")
        }
        for done in 0...8 {
            let rest = try lines(try run(batch: 2), path, skipping: done).0
            #expect(rest == Array(whole[done...]), "behind \(done)")
        }
        let turned = try place.write(
            records.split(separator: "\n").reversed().joined(separator: "\n"), to: "turned.jsonl")
        #expect(Set(try lines(try run(batch: 4), turned).0) == Set(whole))
        let parts = try ["0/2", "1/2"].map { text in
            try lines(try run(), path, shard: try #require(Shard(text))).0
        }
        #expect(parts[0].count == 5 && parts[1].count == 3)
        #expect(Set(parts[0] + parts[1]) == Set(whole))
    }

    /// The trace of a record is what a session of its own with its seed gives.
    @Test func aRecordCanBeMadeAgainFromItsSeed() throws {
        let place = try Place()
        let path = try place.write(
            #"{"id": "a", "prompt": "def f(x):", "samples": 2}"#, to: "in.jsonl")
        for line in try lines(try run(), path).0 {
            let root = try JSONDocument(bytes: Array(line.utf8), file: "line").root
            let recorded = try #require(
                try RecordedTrace.all(
                    in: FileContents(
                        copying: Array(root.required("trace").lexeme.utf8), name: "trace")
                ).first?.trace)
            let seed = recorded.header.settings.seed
            let shown = try root.required("seed")
            #expect(shown.lexeme == "\(seed)" || shown.lexeme == "\"\(seed)\"")
            var session = try DecodingSession(
                try Self.model.get(), prompt: "def f(x):",
                parameters: GenerateParameters(maxTokens: 6, seed: seed))
            while try session.next() != nil {}
            #expect(session.trace.tokens == recorded.tokens)
            #expect(session.trace.header == recorded.header)
            #expect(try root.required("completion").string() == recorded.completion)
        }
    }

    @Test func aFolderGoesOnWithTheSameSettingsOnly() throws {
        let place = try Place()
        let path = try place.write(records, to: "in.jsonl")
        let survey = try DatasetSurvey(of: .lines(path), samples: 1)
        #expect(survey.records == 5 && survey.samples == 8 && survey.malformed == 1)
        #expect(survey.complaints[0].contains("in.jsonl:6: id: is missing"))
        func open(
            _ change: (inout DatasetRun) -> Void = { _ in }, shards: Int = 2,
            options: [(name: String, value: String)] = [("fold", "line")],
            survey other: DatasetSurvey? = nil
        ) throws -> Int {
            var run = try run()
            change(&run)
            let manifest = try DatasetManifest(
                of: run, survey: other ?? survey, isScored: false, shards: shards, options: options)
            return try manifest.open(
                try #require(Shard("1/\(shards)") ?? Shard("0/1")), in: place.path + "/a/b"
            ).lineCount
        }
        #expect(try open() == 0 && open { $0.batch = 8 } == 0)
        var other = survey
        other.digest = "0"
        let refusals: [(String, () throws -> Int)] = [
            ("settings.seed 3, not 4", { try open { $0.parameters.seed = 4 } }),
            ("settings.top_k 0, not 5", { try open { $0.parameters.topK = 5 } }),
            ("shards 2, not 3", { try open(shards: 3) }),
            ("options.fold \"line\", not \"node\"", { try open(options: [("fold", "node")]) }),
            ("options.fold \"line\", not none", { try open(options: []) }),
            (
                "options.chat none, not \"\"",
                { try open(options: [("fold", "line"), ("chat", "")]) }
            ),
            ("input.sha256", { try open(survey: other) }),
        ]
        for (reason, attempt) in refusals {
            do {
                _ = try attempt()
                Issue.record("\(reason) was taken")
            } catch {
                #expect("\(error)".contains("holds a run with \(reason)"), "\(error)")
            }
        }
        #expect(throws: DatasetError.self) { try DatasetMerge.merge(place.path + "/a/b") }
    }

    @Test func timeLeftIsThatOfTheRateSinceTheBeginning() {
        var progress = DatasetProgress(done: 100, of: 1000, at: 50)
        #expect(progress.text(at: 60) == "100 of 1000 samples")
        progress.add(90)
        #expect(progress.text(at: 80) == "190 of 1000 samples, 3.0 a second, 4 min 30 s left")
        #expect(progress.line(at: 51) == nil)
        #expect(progress.line(at: 53) != nil && progress.line(at: 54) == nil)
        #expect(progress.line(at: 84) != nil)
        var unknown = DatasetProgress(of: nil, at: 0)
        unknown.add(300)
        #expect(unknown.text(at: 2) == "300 samples, 150 a second")
        #expect(DatasetProgress.duration(12) == "12 s")
        #expect(DatasetProgress.duration(3725) == "1 h 02 min")
        #expect(DatasetProgress.duration(.infinity) == "long")
    }

    @Test func namesOfRecordsBecomeNamesOfFiles() {
        #expect(DatasetFolder.fileName(of: .text("HumanEval/0")) == "HumanEval%2F0")
        #expect(DatasetFolder.fileName(of: .text("../é")) == "%2E.%2F%C3%A9")
        #expect(DatasetFolder.fileName(of: .number(7)) == "7")
        let long = [1, 2].map {
            DatasetFolder.fileName(of: .text(String(repeating: "a", count: 200) + "\($0)"))
        }
        #expect(long[0] != long[1] && long.allSatisfy { $0.utf8.count == 105 })
    }
}
