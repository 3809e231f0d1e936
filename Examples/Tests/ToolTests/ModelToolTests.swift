import Foundation
import Testing

/// The commands about models, as a user meets them.
@Suite struct ModelToolTests {
    /// The committed fixtures of the package that this one lies in.
    private static let fixtures = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Tests/Fixtures")

    private static let llama = fixtures.appending(path: "models/llama").path()
    private static let gguf = fixtures.appending(path: "gguf/llama-q4_0.gguf").path()
    private let text = "def area(w, h):\n    return w * h\n"

    /// An environment without models but those that a test puts there.
    private struct Home {
        let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")

        init() throws {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }

        var environment: [String: String] {
            [
                "HOME": folder.path(), "HF_HOME": "", "HF_HUB_CACHE": "", "XDG_CACHE_HOME": "",
                "HUGGINGFACE_HUB_CACHE": "", "LLAMA_CACHE": "",
            ]
        }

        /// Puts a model into the cache of Hugging Face.
        func cache(_ entry: String, _ model: String) throws {
            let revision = folder.appending(
                path: ".cache/huggingface/hub/\(entry)/snapshots/abc")
            try FileManager.default.createDirectory(
                at: revision.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                at: revision, withDestinationURL: URL(filePath: model))
        }

        func remove() { try? FileManager.default.removeItem(at: folder) }
    }

    @Test func aModelIsAFolderAFileAnEntryOrARepository() throws {
        let home = try Home()
        defer { home.remove() }
        try home.cache("models--owner--llama", Self.llama)
        let entry = home.folder.appending(
            path: ".cache/huggingface/hub/models--owner--llama"
        ).path()
        let outputs = try [Self.llama, entry, "owner/llama"].map { model in
            let run = try Program(
                "tokenscope", ["score", "--model", model, "--text", text, "--format", "csv"],
                environment: home.environment)
            #expect(run.status == 0, "\(run.errors)")
            return run.output
        }
        #expect(outputs[0].contains("surprisal") && Set(outputs).count == 1)
        let tokenize = try Program(
            "tokenscope", ["tokenize", "--model", Self.gguf, "--text", text])
        #expect(tokenize.status == 0 && tokenize.output.hasPrefix(text))
        let generate = try Program(
            "tokenscope",
            ["generate", "--model", Self.gguf, "--max-tokens", "4", "--format", "jsonl", text])
        #expect(generate.status == 0 && generate.output.contains("\"weights\":\"q4_0\""))
    }

    @Test func weightsAreQuantisedOnRequestAndTheTraceSaysSo() throws {
        let run = try Program(
            "tokenscope", ["score", "--weights", "q8_0", "--text", text, "--format", "jsonl"])
        #expect(run.status == 0)
        #expect(run.lines.first?.contains("\"weights\":\"q8_0 from float16\"") == true)
        let cached = try Program(
            "tokenscope", ["score", "--rotary", "cached", "--text", text, "--format", "csv"])
        let plain = try Program("tokenscope", ["score", "--text", text, "--format", "csv"])
        #expect(cached.status == 0 && cached.output == plain.output)
    }

    @Test func modelsListsWhatCanBeLoadedAndWhyTheRestCannot() throws {
        let run = try Program("tokenscope", ["models", Self.fixtures.path()])
        #expect(run.status == 0 && run.errors.isEmpty)
        #expect(run.lines.first?.hasPrefix("family") == true)
        let row = try #require(run.lines.first { $0.hasSuffix("gguf/llama-q4_0.gguf") })
        #expect(row.hasPrefix("llama") && row.contains("q4_0") && row.contains(" kB "))
        #expect(run.output.contains("cannot be loaded:"))
        #expect(run.output.contains("model_type: is missing"))
        #expect(!run.output.contains("\u{1B}"))

        struct Document: Decodable {
            let format: String
            let formatVersion: Int
            let models: [Listed]
        }
        struct Listed: Decodable {
            let name: String
            let family: String?
            let memoryTotal: Int?
            let error: String?
        }
        let json = try Program("tokenscope", ["models", Self.fixtures.path(), "--format", "json"])
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let document = try decoder.decode(Document.self, from: Data(json.output.utf8))
        #expect(document.format == "tokenscope.models" && document.formatVersion == 1)
        let models = document.models
        #expect(models.count > 20)
        #expect(models.allSatisfy { ($0.error == nil) == ($0.memoryTotal != nil) })
        #expect(models.contains { $0.name.hasSuffix("models/llama") && $0.family == "llama" })
    }

    @Test func withoutAFolderTheUsualPlacesAreListed() throws {
        let home = try Home()
        defer { home.remove() }
        let empty = try Program("tokenscope", ["models"], environment: home.environment)
        #expect(empty.status == 0)
        #expect(empty.output.hasPrefix("no models\nlooked in \(home.folder.path())"))
        try home.cache("models--owner--llama", Self.llama)
        let models = home.folder.appending(path: "models")
        try FileManager.default.createDirectory(at: models, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            at: models.appending(path: "some.gguf"), withDestinationURL: URL(filePath: Self.gguf))
        let run = try Program("tokenscope", ["models"], environment: home.environment)
        #expect(run.lines.count == 4)
        #expect(run.lines.contains { $0.hasSuffix("  owner/llama") })
        #expect(run.lines.contains { $0.hasSuffix("/models/some.gguf") })
        // The last column is what --model takes.
        for line in run.lines[1...2] {
            let name = try #require(line.split(separator: " ").last)
            let inspect = try Program(
                "tokenscope", ["inspect", String(name)], environment: home.environment)
            #expect(inspect.status == 0, "\(inspect.errors)")
        }
    }

    @Test func inspectExplainsAModel() throws {
        let run = try Program("tokenscope", ["inspect", Self.llama, "--context", "30"])
        #expect(run.status == 0 && run.errors.isEmpty)
        for part in [
            "family        llama, safetensors", "model.safetensors", "float32",
            "cache of 30 tokens",
            "BPE (tokenizer.json)", "--weights     q4_0",
        ] { #expect(run.output.contains(part), "\(part)") }
        // The first line holds a path.
        #expect(run.lines.dropFirst().allSatisfy { $0.count <= 80 })
        #expect(!run.output.contains("q_proj"))
        let tensors = try Program("tokenscope", ["inspect", Self.llama, "--tensors"])
        #expect(tensors.output.contains("model.layers.0.self_attn.q_proj.weight"))
        let embedded = try Program("tokenscope", ["inspect"])
        #expect(embedded.output.hasPrefix("model         tiny-python\n"))
        let quantised = try Program("tokenscope", ["inspect", "--weights", "q4_0"])
        #expect(quantised.output.contains("weights as q4_0"))

        struct Inspected: Decodable {
            let memoryTotal: Int
            let tokenizer: Tokenizer
            let model: Model
            struct Tokenizer: Decodable { let vocabularySize: Int }
            struct Model: Decodable { let shape: Shape }
            struct Shape: Decodable { let layerCount: Int }
        }
        let json = try Program("tokenscope", ["inspect", "--format", "json"])
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let inspected = try decoder.decode(Inspected.self, from: Data(json.output.utf8))
        #expect(inspected.model.shape.layerCount == 6)
        #expect(inspected.tokenizer.vocabularySize == 4096)
        #expect(inspected.memoryTotal > 6_000_000)
    }

    @Test(arguments: [
        ("table", "token  text"), ("csv", "index,id,text"),
        ("json", "{\"header\":{\"format\":\"tokenscope.comparison\""),
        ("jsonl", "{\"format\":\"tokenscope.comparison\""), ("chart", "kl (nats)"),
        ("heat", "def area"),
    ])
    func compareWritesEveryFormat(_ format: String, _ beginning: String) throws {
        let run = try Program(
            "tokenscope",
            [
                "compare", "tiny-python", "tiny-python", "--weights-b", "q4_0", "--text", text,
                "--format", format,
            ])
        #expect(run.status == 0 && run.errors.isEmpty)
        #expect(run.output.drop { $0 == " " }.hasPrefix(beginning), "\(run.output.prefix(80))")
        #expect(!run.output.contains("\u{1B}"))
        if format == "table" {
            #expect(run.output.contains("q4_0 from float16"))
            #expect(run.output.contains("departs first"))
            #expect(run.lines.prefix(12).allSatisfy { $0.count <= 80 })
        }
    }

    @Test func aModelComparedWithItselfDiffersByExactlyZero() throws {
        struct Line: Decodable {
            let metrics: [String: Double]?
            let mean: Double?
            let layers: [Double]?
            enum CodingKeys: String, CodingKey {
                case metrics
                case mean = "mean_kl"
                case layers
            }
        }
        let run = try Program(
            "tokenscope", ["compare", "tiny-python", "tiny-python", "-", "--format", "jsonl"],
            input: text)
        #expect(run.status == 0)
        let last = try #require(run.lines.last)
        let footer = try JSONDecoder().decode(Line.self, from: Data(last.utf8))
        #expect(footer.mean == 0 && footer.layers == Array(repeating: 0, count: 7))
        #expect(run.lines.count { $0.contains("\"kl\":0.0,") } == run.lines.count - 3)
        let heat = try Program(
            "tokenscope", ["compare", "tiny-python", "tiny-python", "-"], input: text)
        #expect(heat.output.contains("most probable token: the same everywhere"))
    }

    @Test func aLongTextIsComparedInWindows() throws {
        let long = String(repeating: "x = [1, 2]\n", count: 200)
        let pair = ["compare", "tiny-python", "tiny-python", "-"]
        let refused = try Program("tokenscope", pair, input: long)
        #expect(refused.status == 2 && refused.errors.contains("--window 1024"))
        let read = try Program(
            "tokenscope", pair + ["--window", "512", "--format", "jsonl"], input: long)
        #expect(read.status == 0 && read.lines.count > 1000)
    }

    @Test(arguments: [
        (["compare", "tiny-python", llama, "--text", "x = 1"], "do not share a vocabulary"),
        (["compare", "tiny-python", "no/such", "--text", "x"], "nothing is downloaded"),
        (["compare", "tiny-python", "tiny-python", "/no/such/file"], "/no/such/file"),
        (["compare", "tiny-python", "tiny-python"], "one file or --text"),
        (["compare", "tiny-python", "--text", "x"], "two models"),
        (["compare", "tiny-python", "tiny-python", "--text", ""], "empty"),
        (
            ["compare", "tiny-python", "tiny-python", "--text", "x", "--weights-b", "q9"],
            "--weights-b takes one of q4_0"
        ),
        (
            ["compare", "tiny-python", "tiny-python", "--text", "x", "--layer-threshold", "-1"],
            "--layer-threshold"
        ),
        (["compare", "tiny-python", "tiny-python", "--text", "x", "--format", "xml"], "--format"),
        (["models", "/no/such/folder"], "/no/such/folder"),
        (["models", "--format", "heat", "."], "--format takes one of table, json"),
        (["models", "--context", "0", "."], "--context"),
        (["inspect", "no/such"], "models--no--such"),
        (["inspect", "/no/such"], "/no/such"), (["inspect", "a", "b"], "one model"),
        (["inspect", fixtures.appending(path: "ast").path()], "config.json"),
        (["inspect", "--weights", "int3"], "--weights takes one of q4_0"),
        (["generate", "--model", "no/such", "x"], "nothing is downloaded"),
        (["generate", "--model", fixtures.appending(path: "gguf").path(), "x"], "several models"),
        (["generate", "--weights", "q4", "x"], "--weights takes one of q4_0"),
        (["score", "--rotary", "fast", "--text", "x"], "--rotary takes whole-text or cached"),
        (["score", "--model", "/no/such.gguf", "--text", "x"], "/no/such.gguf"),
        (["tokenize", "--model", llama + "/config.json", "--text", "x"], "name the folder"),
    ])
    func wrongInputEndsWithOneClearLineAndStatusTwo(
        _ arguments: [String], _ message: String
    ) throws {
        let run = try Program("tokenscope", arguments)
        #expect(run.status == 2)
        #expect(run.output.isEmpty)
        #expect(
            run.errors.hasPrefix("tokenscope: ") && run.errors.contains(message), "\(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1)
    }

    @Test(arguments: ["models", "inspect", "compare"])
    func helpGoesToStandardOutput(_ command: String) throws {
        let run = try Program("tokenscope", [command, "--help"])
        #expect(run.status == 0)
        #expect(run.output.hasPrefix("usage: tokenscope \(command) "))
        #expect(run.lines.allSatisfy { $0.count <= 90 })
        #expect(try Program("tokenscope", ["--help"]).output.contains("  \(command) "))
    }
}
