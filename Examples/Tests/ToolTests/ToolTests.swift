import Foundation
import Testing

/// The programs as a user meets them: whole processes, their output and their exit codes.
@Suite struct ToolTests {
    private let prompt = "def fibonacci(n):"

    @Test(arguments: [["--greedy"], ["--seed", "7", "--temperature", "0.8"]])
    func theSameArgumentsGiveTheSameBytesAndScoreRepeatsTheNumbers(_ sampling: [String]) throws {
        let arguments =
            ["generate"] + sampling + ["--max-tokens", "200", "--format", "jsonl", prompt]
        let first = try Program("tokenscope", arguments)
        let second = try Program("tokenscope", arguments)
        #expect(first.status == 0)
        #expect(first.output == second.output)
        #expect(first.lines.count > 10)

        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).jsonl")
        try Data(first.output.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let score = try Program(
            "tokenscope", ["score", "--ids", file.path(), "--format", "jsonl"])
        #expect(score.status == 0)
        #expect(score.errors.contains("encoded again"))
        let written = try Self.metrics(first)
        let measured = try Self.metrics(score)
        #expect(written.count == measured.count)
        for (left, right) in zip(written, measured) {
            #expect(Set(left.keys) == Set(right.keys))
            for (name, value) in left {
                let other = try #require(right[name])
                #expect(abs(value - other) <= 1e-4 * (1 + abs(value)), "\(name)")
            }
        }
    }

    /// A prompt of many rows goes through OpenBLAS, which may share them among threads.
    @Test func theSameSeedGivesTheSameTokensOnAnyNumberOfThreads() throws {
        let text = String(
            repeating: "def area(width, height):\n    return width * height\n", count: 12)
        let runs = try ["1", "2", "4"].map { threads in
            try Program(
                "tokenscope",
                ["generate", "--max-tokens", "60", "--seed", "11", "--format", "table", "-"],
                input: text, environment: ["OPENBLAS_NUM_THREADS": threads])
        }
        // Place, id and text of each token; numbers may differ in their last digits.
        let tokens = runs.map { run in
            run.lines.map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
        }
        #expect(runs.allSatisfy { $0.status == 0 })
        #expect(tokens[0].count > 200)
        #expect(tokens[1] == tokens[0] && tokens[2] == tokens[0])
    }

    /// The metrics of every token line.
    private static func metrics(_ program: Program) throws -> [[String: Double]] {
        struct Line: Decodable {
            let id: Int?
            let metrics: [String: Double]?
        }
        return try program.lines.compactMap { line in
            let line = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
            return line.id == nil ? nil : line.metrics
        }
    }

    @Test func withoutATerminalTheHeatIsPlain() throws {
        let run = try Program("tokenscope", ["generate", "--max-tokens", "20", prompt])
        #expect(run.status == 0)
        #expect(run.output.hasPrefix(prompt))
        #expect(!run.output.contains("\u{1B}"))
        #expect(run.errors.isEmpty)
        #expect(run.output.contains("ended by"))
    }

    @Test func aPromptAndATextCanComeThroughAPipe() throws {
        let generated = try Program(
            "tokenscope", ["generate", "--max-tokens", "3", "-"], input: prompt)
        #expect(generated.output.hasPrefix(prompt))
        let scored = try Program("tokenscope", ["score", "-"], input: "x = 1\n")
        #expect(scored.status == 0)
        #expect(scored.output.contains("perplexity"))
    }

    @Test(arguments: [
        ("csv", "index,id,text"), ("table", "token"), ("chart", "surprisal (nats) of"),
        ("json", "{\"header\""),
    ])
    func everyFormatBeginsAsItShould(_ format: String, _ beginning: String) throws {
        let run = try Program(
            "tokenscope", ["generate", "--max-tokens", "5", "--format", format, prompt])
        #expect(run.status == 0)
        #expect(run.output.drop { $0 == " " }.hasPrefix(beginning))
    }

    @Test func aCharacterOfSeveralTokensIsWrittenOnce() throws {
        let run = try Program("tokenscope", ["score", "--text", "x = '𓀀🙂'"])
        #expect(run.status == 0)
        #expect(run.output.hasPrefix("x = '𓀀🙂'\n") && run.output.contains("perplexity"))
    }

    @Test(arguments: [
        "running_perplexity", "varentropy", "nucleus_size_0.9", "kl_to_previous",
        "sampling_probability", "sampling_log_ratio", "sampling_nucleus_size", "token_seconds",
    ])
    func aChartShowsAnyMetric(_ name: String) throws {
        let arguments = ["generate", "--max-tokens", "6", "--metric", name, prompt]
        let chart = try Program("tokenscope", arguments + ["--format", "chart"])
        #expect(chart.status == 0)
        #expect(chart.output.hasPrefix(name) && chart.output.contains("┤"))
        #expect(try Program("tokenscope", arguments + ["--format", "csv"]).output.contains(name))
        let heat = try Program("tokenscope", arguments)
        #expect(heat.status == 2 && heat.errors.contains("--format chart"))
    }

    @Test func tokenizeCutsWithoutAModel() throws {
        let run = try Program(
            "tokenscope", ["tokenize", "--text", "x = 1\n", "--format", "csv"])
        #expect(run.status == 0)
        #expect(run.output.hasPrefix("index,id,text,start,end,origin,role,length\r\n"))
        let heat = try Program("tokenscope", ["tokenize", "-"], input: "x = 1\n")
        #expect(heat.output.hasPrefix("x = 1\n") && heat.output.contains("6 bytes"))
    }

    @Test func aLongTextIsReadInWindows() throws {
        let text = String(repeating: "x = [1, 2]\n", count: 200)
        let refused = try Program("tokenscope", ["score", "-"], input: text)
        #expect(refused.status == 2)
        #expect(refused.errors.contains("context of 1024") && refused.errors.contains("--window"))
        let read = try Program(
            "tokenscope", ["score", "-", "--window", "512", "--format", "csv"], input: text)
        #expect(read.status == 0)
        #expect(read.lines.first?.contains("context_length") == true)
    }

    @Test func aStopTextEndsTheText() throws {
        let run = try Program(
            "tokenscope",
            ["generate", "--greedy", "--max-tokens", "100", "--stop", "\n", prompt])
        #expect(run.output.contains("ended by stop"))
    }

    @Test func severalStopTextsAndIDsEndTheText() throws {
        struct Header: Decodable {
            let settings: Settings
            struct Settings: Decodable {
                let stops: [String]
                let ids: [Int]
                enum CodingKeys: String, CodingKey {
                    case stops = "stop_strings"
                    case ids = "stop_ids"
                }
            }
        }
        let run = try Program(
            "tokenscope",
            [
                "generate", "--greedy", "--max-tokens", "100", "--format", "jsonl", prompt,
                "--stop", "never written", "--stop", "\n", "--stop-id", "7", "--stop-id", "9",
            ])
        let header = try JSONDecoder().decode(Header.self, from: Data(run.lines[0].utf8))
        #expect(header.settings.stops == ["never written", "\n"])
        #expect(Set(header.settings.ids).isSuperset(of: [7, 9]))
        #expect(run.lines.last?.contains("\"stop_reason\":\"stop\"") == true)
    }

    /// The one token that is drawn, with its metrics.
    private func drawn(
        _ arguments: [String]
    ) throws -> (id: Int, metrics: [String: Double]) {
        struct Line: Decodable {
            let id: Int?
            let origin: String?
            let metrics: [String: Double]?
        }
        let run = try Program(
            "tokenscope",
            ["generate", "--max-tokens", "1", "--format", "jsonl", prompt]
                + ["--metric", "sampling_probability", "--top-p", "1"] + arguments)
        #expect(run.status == 0, "\(run.errors)")
        let lines = try run.lines.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
        let line = try #require(lines.last { $0.origin == "sampled" })
        return (try #require(line.id), try #require(line.metrics))
    }

    /// What a bias does to the sampler's softmax, by hand: the token's share p becomes
    /// p·eᵇ / (1 − p + p·eᵇ), and every other one is divided by the same.
    @Test func aBiasOnALogitShiftsTheSoftmax() throws {
        let first = try drawn(["--temperature", "1", "--top-k", "1"])
        let p = exp(-(try #require(first.metrics["surprisal"])))
        for (bias, seed) in [(2.0, "0"), (2.0, "1"), (-1.5, "2"), (-1.5, "3")] {
            let biased = try drawn([
                "--temperature", "1", "--seed", seed, "--logit-bias", "\(first.id)=\(bias)",
            ])
            // The model's own numbers are as they were.
            let own = exp(-(try #require(biased.metrics["surprisal"])))
            let total = 1 - p + p * exp(bias)
            let expected = (biased.id == first.id ? p * exp(bias) : own) / total
            let told = try #require(biased.metrics["sampling_probability"])
            #expect(abs(told - expected) < 1e-5 * max(1, expected), "bias \(bias), seed \(seed)")
        }
        // Forbidden by its spelling, and all but enforced.
        let spelled = try Program(
            "tokenscope",
            ["generate", "--greedy", "--max-tokens", "8", "--logit-bias", "\n=-inf", prompt])
        #expect(spelled.status == 0, "\(spelled.errors)")
        let forced = try drawn(["--temperature", "1", "--logit-bias", "return=100"])
        #expect(forced.id != first.id)
        #expect(try drawn(["--logit-bias", "\(forced.id)=100"]).id == forced.id)
    }

    @Test func eachSampleComesAgainAloneFromItsSeed() throws {
        struct Header: Decodable {
            let sample: Int
            let settings: Settings
            struct Settings: Decodable { let seed: Seed }
        }
        /// A number, or a text where it has more than 63 bits.
        struct Seed: Decodable {
            let text: String
            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let number = try? container.decode(UInt64.self) {
                    text = "\(number)"
                } else {
                    text = try container.decode(String.self)
                }
            }
        }
        let arguments = ["generate", "--max-tokens", "12", "--format", "jsonl", prompt]
        let run = try Program(
            "tokenscope", ["--seed", "5", "--samples", "3"].inserted(in: arguments))
        #expect(run.status == 0)
        let again = try Program(
            "tokenscope", ["--seed", "5", "--samples", "3"].inserted(in: arguments))
        #expect(again.output == run.output)
        let starts = run.lines.indices.filter { run.lines[$0].contains("\"model\"") }
        #expect(starts.count == 3)
        var texts: Set<[Substring]> = []
        for (number, start) in starts.enumerated() {
            let end = number + 1 < starts.count ? starts[number + 1] : run.lines.count
            let header = try JSONDecoder().decode(Header.self, from: Data(run.lines[start].utf8))
            #expect(header.sample == number)
            #expect((header.settings.seed.text == "5") == (number == 0))
            let alone = try Program(
                "tokenscope", ["--seed", header.settings.seed.text].inserted(in: arguments))
            let mark = "{\"sample\":\(number),"
            #expect(run.lines[start..<end].allSatisfy { $0.hasPrefix(mark) })
            let lines = run.lines[start..<end].map { "{" + $0.dropFirst(mark.count) }
            #expect(lines == alone.lines.map(String.init))
            texts.insert(alone.lines)
        }
        #expect(texts.count == 3)
    }

    @Test func samplesAreNumberedInEveryFormat() throws {
        func run(_ format: String) throws -> Program {
            let run = try Program(
                "tokenscope",
                ["generate", "--samples", "2", "--max-tokens", "3", "--format", format, prompt])
            #expect(run.status == 0)
            return run
        }
        let heat = try run("heat").output
        #expect(heat.hasPrefix("sample 0 of 2, seed 0\n\(prompt)"))
        #expect(heat.contains("\n\nsample 1 of 2, seed "))
        let csv = try run("csv").output
        #expect(csv.hasPrefix("sample,index,id,"))
        #expect(csv.contains("\r\n0,0,") && csv.contains("\r\n1,0,"))
        #expect(try run("table").output.hasPrefix("sample  token"))
        #expect(try run("chart").output.contains("sample 1 of 2"))
        struct Document: Decodable {
            let samples: [Sample]
            struct Sample: Decodable { let tokens: [Token] }
            struct Token: Decodable { let sample: Int }
        }
        let document = try JSONDecoder().decode(
            Document.self, from: Data(try run("json").output.utf8))
        #expect(document.samples.map { Set($0.tokens.map(\.sample)) } == [[0], [1]])
    }

    @Test func oneSampleOfAFileIsScored() throws {
        let samples = try Program(
            "tokenscope",
            ["generate", "--samples", "2", "--max-tokens", "5", "--format", "jsonl", prompt])
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).jsonl")
        try Data(samples.output.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let vague = try Program("tokenscope", ["score", "--ids", file.path()])
        #expect(vague.status == 2)
        #expect(vague.errors.contains("2 samples") && vague.errors.contains("--sample"))
        let missing = try Program("tokenscope", ["score", "--ids", file.path(), "--sample", "2"])
        #expect(missing.status == 2)
        let scored = try Program(
            "tokenscope",
            ["score", "--ids", file.path(), "--sample", "1", "--format", "jsonl"])
        #expect(scored.status == 0)
        let second = try Self.metrics(samples).suffix(try Self.metrics(scored).count)
        for (left, right) in zip(second, try Self.metrics(scored)) {
            let (mine, other) = (left["surprisal"] ?? 0, right["surprisal"] ?? 0)
            #expect(abs(mine - other) <= 1e-4 * (1 + abs(mine)))
        }
    }

    @Test func aModelWithoutAChatTemplateSaysSo() throws {
        let run = try Program("tokenscope", ["generate", "--chat", "hello"])
        #expect(run.status == 2)
        #expect(run.errors.contains("no chat template"))
    }

    @Test func theBOSIsAddedOnRequestAlone() throws {
        let plain = try Program(
            "tokenscope", ["generate", "--max-tokens", "1", "--format", "jsonl", prompt])
        let marked = try Program(
            "tokenscope", ["generate", "--bos", "--max-tokens", "1", "--format", "jsonl", prompt])
        #expect(!plain.output.contains("\"role\":\"bos\""))
        #expect(marked.lines[1].contains("\"role\":\"bos\""))
    }

    @Test(arguments: [
        [], ["frobnicate"], ["generate"], ["generate", "--frob", "x"], ["generate", "a", "b"],
        ["generate", "--temperature"], ["generate", "--temperature", "warm", "x"],
        ["generate", "--top-p", "2", "x"], ["generate", "--greedy", "--top-k", "3", "x"],
        ["generate", "--format", "xml", "x"], ["generate", "--metric", "luck", "x"],
        ["generate", "--model", "/no/such/folder", "x"], ["generate", ""],
        ["generate", "--samples", "0", "x"], ["generate", "--samples", "-2", "x"],
        ["generate", "--samples", "many", "x"], ["generate", "--samples", "1000000000", "x"],
        ["generate", "--samples", "2", "--greedy", "x"],
        ["generate", "--samples", "2", "--temperature", "0", "x"],
        ["generate", "--logit-bias", "x", "y"], ["generate", "--logit-bias", "=1", "y"],
        ["generate", "--logit-bias", "x=inf", "y"], ["generate", "--logit-bias", "x=nan", "y"],
        ["generate", "--logit-bias", "x=one", "y"], ["generate", "--logit-bias", "9999999=1", "y"],
        ["generate", "--logit-bias", "several tokens=1", "y"],
        ["generate", "--logit-bias", "7=1", "--logit-bias", "7=2", "y"],
        ["generate", "--stop", "a", "--stop", "", "y"], ["generate", "--stop-id", "x", "y"],
        ["score", "--text", "x", "--sample", "0"],
        ["score"], ["score", "/no/such/file"], ["score", "--ids", "/no/such/file"],
        ["score", "--text", "x", "file"], ["tokenize"], ["tokenize", "--greedy", "x"],
    ])
    func wrongInputEndsWithOneClearLineAndStatusTwo(_ arguments: [String]) throws {
        let run = try Program("tokenscope", arguments)
        #expect(run.status == 2)
        #expect(run.output.isEmpty)
        #expect(!run.errors.isEmpty)
        if !arguments.isEmpty {
            #expect(run.errors.hasPrefix("tokenscope: "))
            #expect(run.errors.split(separator: "\n").count == 1)
        }
    }

    @Test func wrongArgumentsPointToTheHelpOfTheirCommand() throws {
        let run = try Program("tokenscope", ["score", "--frob", "x"])
        #expect(
            run.errors.hasSuffix("is not a flag of this command (see tokenscope score --help)\n"))
        #expect(try Program("tokenscope", ["frob"]).errors.hasSuffix("(see tokenscope --help)\n"))
        // What a file's name holds does not reach the terminal as it is.
        let named = try Program("tokenscope", ["score", "/no/\u{1B}[31m.py"])
        #expect(named.status == 2 && !named.errors.contains("\u{1B}"))
    }

    @Test func anEmptyTextIsRefused() throws {
        for arguments in [["score"], ["attribute"], ["compare", "tiny-python", "tiny-python"]] {
            let run = try Program("tokenscope", arguments + ["--text", ""])
            #expect(run.status == 2 && run.errors.contains("empty"), "\(arguments): \(run.errors)")
        }
        for (arguments, words) in [
            (["syntax", "-"], "empty"), (["score", "--ids", "/dev/null"], "/dev/null"),
            (["view", "/dev/null"], "/dev/null"), (["attribute", "-"], "empty"),
        ] {
            let run = try Program("tokenscope", arguments)
            #expect(run.status == 2 && run.errors.contains(words), "\(arguments): \(run.errors)")
            #expect(run.output.isEmpty && run.errors.split(separator: "\n").count == 1)
        }
    }

    @Test(arguments: [
        ["--help"], ["generate", "--help"], ["score", "-h"], ["tokenize", "--help"],
    ])
    func helpGoesToStandardOutput(_ arguments: [String]) throws {
        let run = try Program("tokenscope", arguments)
        #expect(run.status == 0)
        #expect(run.output.contains("usage: tokenscope"))
        #expect(run.lines.allSatisfy { $0.count <= 80 + 10 })
    }

    @Test func samplingDefaultsStandInTheHelp() throws {
        let help = try Program("tokenscope", ["generate", "--help"]).output
        #expect(help.contains("default 0.8") && help.contains("default 0.95"))
    }
}

extension [String] {
    /// These flags after the command that `arguments` begin with.
    fileprivate func inserted(in arguments: [String]) -> [String] {
        arguments.prefix(1) + self + arguments.dropFirst()
    }
}
