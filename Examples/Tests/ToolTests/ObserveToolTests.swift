import Foundation
import Testing

/// `--observe` of `generate` and `score`, as whole programs.
@Suite struct ObserveToolTests {
    private let text = "def f(a):\n    return a\n"

    private struct Line: Decodable {
        let id: Int?
        let metrics: [String: Value]?
        let summary: [String: Double]?

        enum Value: Decodable {
            case number(Double)
            case row([Double])
            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let number = try? container.decode(Double.self) {
                    self = .number(number)
                } else {
                    self = .row(try container.decode([Double].self))
                }
            }
            var number: Double? { if case .number(let number) = self { number } else { nil } }
            var row: [Double]? { if case .row(let row) = self { row } else { nil } }
        }
    }

    private func lines(_ arguments: [String]) throws -> [Line] {
        let run = try Program(
            "tokenscope", ["score", "--text", text, "--format", "jsonl"] + arguments)
        #expect(run.status == 0, "\(run.errors)")
        return try run.lines.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    }

    @Test func everyNameIsRecorded() throws {
        let names = [
            "attention", "attention-entropy", "sink-mass", "previous-token", "duplicate-token",
            "induction", "received-attention", "attended-surprisal", "attended-entropy",
            "attended-confidence", "attended-margin", "span-attention", "rollout",
            "attention-flow", "value-norms",
        ]
        let lines = try lines([
            "--observe", names.joined(separator: ","), "--tokens", "0-6", "--spans", "4-6:0-1",
        ])
        let seen = Set(lines.flatMap { $0.metrics.map { Array($0.keys) } ?? [] })
        for name in [
            "attention_l0_mean", "attention_l0_mean_tokens", "attention_l0_mean_rest",
            "attention_entropy", "sink_mass", "previous_token_score", "attended_surprisal",
            "attended_entropy", "attended_confidence", "attended_margin", "span_attention",
            "rollout", "attention_flow", "attention_flow_share", "value_weighted_norm_l0_sum",
        ] {
            #expect(seen.contains(name), "\(name)")
        }
        let last = try #require(lines.last?.summary)
        #expect(last["span_attention"] != nil && last["previous_token_score"] != nil)
    }

    @Test func layersAndHeadsHaveColumnsOfTheirOwn() throws {
        let lines = try lines([
            "--observe", "attention,sink-mass", "--layers", "last", "--heads", "0,2", "--top", "3",
        ])
        let tokens = lines.filter { $0.id != nil }
        for token in tokens.dropFirst() {
            let metrics = try #require(token.metrics)
            let names = metrics.keys.filter { $0.hasPrefix("attention_l5") }
            #expect(names.count == 6 && metrics.keys.allSatisfy { !$0.hasPrefix("attention_l0") })
            let row = try #require(metrics["attention_l5_h2"]?.row)
            let rest = try #require(metrics["attention_l5_h2_rest"]?.number)
            #expect(row.count <= 3 && abs(row.reduce(rest, +) - 1) < 1e-5)
            let sinks = try ["sink_mass_l5_h0", "sink_mass_l5_h2"].map {
                try #require(metrics[$0]?.number)
            }
            let mean = try #require(metrics["sink_mass"]?.number)
            #expect(abs(sinks.reduce(0, +) / 2 - mean) < 1e-9)
        }
    }

    @Test func earlierTokensAreAmendedInWholeDocuments() throws {
        struct Document: Decodable { let tokens: [Line] }
        let run = try Program(
            "tokenscope",
            ["score", "--text", text, "--observe", "received-attention", "--format", "json"])
        #expect(run.status == 0, "\(run.errors)")
        let document = try JSONDecoder().decode(Document.self, from: Data(run.output.utf8))
        let received = document.tokens.map { $0.metrics?["received_attention"]?.number }
        #expect(received.dropLast().allSatisfy { $0 != nil } && received.last == .some(nil))
        // Every token but the first was predicted, and gave away 1.
        let sum = received.reduce(0) { $0 + ($1 ?? 0) }
        #expect(abs(sum - Double(document.tokens.count - 1)) < 1e-4)
    }

    @Test func rowsGoToAFileOfTensors() throws {
        let file = FileManager.default.temporaryDirectory.appending(
            path: "\(UUID()).safetensors")
        defer { try? FileManager.default.removeItem(at: file) }
        let run = try Program(
            "tokenscope",
            [
                "score", "--text", text, "--format", "json", "--alternatives", "2", "--observe",
                "attention,rollout,sink-mass", "--tensors", file.path(),
            ])
        #expect(run.status == 0, "\(run.errors)")
        #expect(!run.output.contains("attention_l0") && !run.output.contains("\"rollout\""))
        #expect(run.output.contains("sink_mass"))
        #expect(run.output.contains("alternative_probabilities"))
        struct Tensor: Decodable {
            let dtype: String
            let shape: [Int]
            let data_offsets: [Int]
        }
        let data = try Data(contentsOf: file)
        let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        var header = try #require(
            try JSONSerialization.jsonObject(with: data[8..<8 + length]) as? [String: Any])
        header["__metadata__"] = nil
        let tensors = try JSONDecoder().decode(
            [String: Tensor].self, from: JSONSerialization.data(withJSONObject: header))
        let rollout = try #require(tensors["rollout"])
        let count = rollout.shape[0]
        #expect(rollout.dtype == "F32" && rollout.shape == [count, count - 1])
        #expect(tensors["attention_l5_mean"]?.shape == [count, count - 1])
        #expect(tensors["rollout.lengths"]?.shape == [count])
        #expect(tensors["alternative_probabilities"] == nil)
        let end = tensors.values.map { $0.data_offsets[1] }.max() ?? 0
        #expect(data.count == 8 + length + end)
        // The last row's shares of the prediction sum to 1.
        let start = 8 + length + rollout.data_offsets[1] - 4 * (count - 1)
        let shares = (0..<count - 1).map { place in
            Float(
                bitPattern: data[(start + 4 * place)..<(start + 4 * place + 4)].reversed().reduce(
                    UInt32(0)
                ) { $0 << 8 | UInt32($1) })
        }
        #expect(abs(shares.reduce(0, +) - 1) < 1e-5)
    }

    @Test func aChartShowsWhatIsObserved() throws {
        let run = try Program(
            "tokenscope",
            [
                "generate", "--max-tokens", "8", "--observe", "lookback", "--format", "chart",
                "--metric", "lookback_ratio", text,
            ])
        #expect(run.status == 0 && run.output.hasPrefix("lookback_ratio"), "\(run.errors)")
    }

    @Test func tooMuchIsRefusedBeforeTheRun() throws {
        let run = try Program(
            "tokenscope",
            [
                "generate", "--max-tokens", "900", "--observe", "attention", "--heads", "all",
                "--top", "0", "--budget", "1", text,
            ])
        #expect(run.status == 2 && run.output.isEmpty)
        #expect(run.errors.contains("MiB") && run.errors.contains("--budget"))
        #expect(run.errors.split(separator: "\n").count == 1)
    }

    @Test(arguments: [
        ["--observe", "luck"], ["--layers", "0"], ["--tensors", "x"], ["--top", "3"],
        ["--observe", "attention", "--layers", "6"], ["--observe", "attention", "--layers", "x"],
        ["--observe", "attention", "--layers", "3-1"], ["--observe", "attention", "--layers", ""],
        ["--observe", "attention", "--heads", "99"], ["--observe", "attention", "--heads", "-1"],
        ["--observe", "attention", "--top", "-1"], ["--observe", "attention", "--tokens", "all"],
        ["--observe", "attention-flow"], ["--observe", "span-attention"],
        ["--observe", "span-attention", "--spans", "3-4"],
        ["--observe", "attention", "--spans", "3-4:0-1"],
        ["--observe", "sink-mass", "--tensors", "x"], ["--observe", "attention", "--budget", "0"],
        ["--observe", "attention", "--metric", "attention_entropy", "--format", "chart"],
    ])
    func wrongObservationsAreRefused(_ arguments: [String]) throws {
        let run = try Program("tokenscope", ["score", "--text", text] + arguments)
        #expect(run.status == 2 && run.output.isEmpty)
        #expect(run.errors.hasPrefix("tokenscope: "))
        #expect(run.errors.split(separator: "\n").count == 1)
    }

    @Test func hiddenStatesAreRecorded() throws {
        let lines = try lines([
            "--observe", "hidden-states,lens,residual,dla,information-flow", "--tokens", "2-4",
            "--heads", "all", "--top", "3", "--target", "margin",
        ])
        let metrics = lines.compactMap(\.metrics)
        let seen = Set(metrics.flatMap(\.keys))
        for name in [
            "hidden_state_l0", "logit_lens_ids_l0", "logit_lens_probabilities_l0",
            "logit_lens_divergence", "logit_lens_lead", "residual_norm", "residual_cosine",
            "attributed_logit", "logit_from_embedding", "logit_from_attention",
            "logit_from_heads_l0", "logit_from_bias", "information_flow",
        ] {
            #expect(metrics.count { $0[name] != nil } == 3, "\(name)")
            #expect(seen.contains(name))
        }
        #expect(metrics.compactMap { $0["logit_lens_ids_l0"]?.row?.count } == [3, 3, 3])
    }

    /// A lens of the wrong width is refused before anything is decoded, by file and tensor.
    @Test func theTunedLensIsReadFromItsFile() throws {
        let folder = URL(filePath: NSTemporaryDirectory())
            .appending(path: "tokenscope-lens-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "lens.safetensors").path
        let header = #"{"0.weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}"#
        var bytes = Data()
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: header.utf8)
        bytes.append(contentsOf: [0, 0, 0, 0])
        try bytes.write(to: URL(filePath: path))
        let run = try Program(
            "tokenscope", ["score", "--text", text, "--observe", "lens", "--lens-file", path])
        #expect(run.status == 2 && run.output.isEmpty)
        #expect(run.errors.contains("lens.safetensors") && run.errors.contains("0.weight"))
    }

    @Test(arguments: [
        ["--observe", "information-flow"], ["--observe", "lens", "--top", "0"],
        ["--observe", "lens", "--target", "actual"], ["--observe", "dla", "--target", "x"],
        ["--observe", "dla", "--target", "1,2,3"], ["--observe", "dla", "--target", "-1"],
        ["--observe", "dla", "--target", "99999999"],
        ["--observe", "lens", "--lens-file", "/nowhere"],
        ["--observe", "information-flow", "--tokens", "1-2", "--threshold", "1"],
        ["--observe", "residual", "--threshold", "0.1"], ["--target", "actual"],
    ])
    func wrongHiddenStatesAreRefused(_ arguments: [String]) throws {
        try wrongObservationsAreRefused(arguments)
    }

    @Test func theHelpNamesWhatCanBeObserved() throws {
        for command in ["generate", "score"] {
            let help = try Program("tokenscope", [command, "--help"]).output
            #expect(help.contains("--observe NAMES") && help.contains("value-norms"))
        }
    }
}
