import Foundation
import Testing

/// Patching, interventions and pictures, as whole programs.
@Suite struct PatchToolTests {
    private let prompts = ["def f(width):\n    return", "def f(value):\n    return"]

    private struct Matrix: Decodable {
        let method: String
        let layers: [Int]
        let values: [[Double]]
        let cleanValue: Double
        let corruptedValue: Double
        let settings: [String: String]

        enum CodingKeys: String, CodingKey {
            case method, layers, values, settings
            case cleanValue = "clean_value"
            case corruptedValue = "corrupted_value"
        }
    }

    private func matrix(_ arguments: [String]) throws -> Matrix {
        let run = try Program("tokenscope", ["patch", "--format", "json"] + arguments + prompts)
        #expect(run.status == 0, "\(run.errors)")
        return try JSONDecoder().decode(Matrix.self, from: Data(run.output.utf8))
    }

    @Test func theNameThatDiffersCarriesTheDifference() throws {
        let matrix = try matrix(["--id", " width", "--against", " value"])
        #expect(matrix.method == "activation-patching")
        #expect(matrix.layers == Array(0..<6) && matrix.values.allSatisfy { $0.count == 8 })
        #expect(abs(matrix.values[0][3] - matrix.cleanValue) < 1e-4)
        #expect(matrix.values.allSatisfy { $0[0] == matrix.corruptedValue })
        let table = try Program("tokenscope", ["patch"] + prompts)
        #expect(table.status == 0 && table.lines.count == 10)
        #expect(table.output.contains("log-probability of"))
    }

    @Test func pathsAndHeadsArePatched() throws {
        let heads = try matrix(["--over", "heads", "--layers", "1,4", "--noising"])
        #expect(heads.layers == [1, 4] && heads.values.allSatisfy { $0.count == 6 })
        #expect(heads.settings["direction"] == "noising")
        let paths = try matrix(["--to", "queries:3.1", "--direct"])
        #expect(paths.method == "path-patching" && paths.settings["receiver"] == "queries 3.1")
        #expect(paths.values[3].allSatisfy { $0 == paths.cleanValue })
    }

    @Test func picturesAreDrawn() throws {
        let text = "def f(x):\n    return x\n"
        let pictures: [[String]] = [
            ["score", "--text", text], ["score", "--text", text, "--metric", "entropy"],
            ["generate", "--greedy", "--max-tokens", "4", text],
            [
                "score", "--text", text, "--observe", "attention-entropy", "--metric",
                "attention_entropy",
            ],
            ["attribute", "--text", text], ["tokenize", "--text", text],
            ["score", "--text", text, "--observe", "attention", "--heads", "all", "--picture"]
                + ["model-view"],
            ["score", "--text", text, "--observe", "attention", "--picture", "head-view"],
            ["score", "--text", text, "--observe", "attention", "--picture", "attention-matrix"],
            ["score", "--text", text, "--observe", "lens", "--picture", "lens"],
            ["patch"] + prompts,
        ]
        for arguments in pictures {
            let run = try Program("tokenscope", arguments + ["--format", "svg"])
            #expect(run.status == 0, "\(arguments): \(run.errors)")
            #expect(run.output.hasPrefix("<svg ") && run.output.hasSuffix("</svg>\n"))
        }
    }

    @Test func headsAreKnockedOut() throws {
        let arguments = ["score", "--text", prompts[0], "--format", "jsonl"]
        let plain = try Program("tokenscope", arguments)
        let without = try Program("tokenscope", arguments + ["--knock-out", "1.0,1.2,3.5"])
        #expect(without.status == 0)
        #expect(
            without.lines[0].contains(
                "\"interventions\":[\"cut heads 0 2 of layers 1, from all rows to all rows\","))
        #expect(plain.lines.count == without.lines.count && plain.lines[5] != without.lines[5])
    }

    @Test func aStreamTellsWhatChanges() throws {
        let run = try Program(
            "tokenscope",
            ["generate", "--greedy", "--max-tokens", "3", "--observe", "received-attention"]
                + ["--format", "jsonl", "def"])
        #expect(run.status == 0)
        #expect(run.lines.count { $0.hasPrefix("{\"amended_by\":") } == 3)
    }

    @Test(arguments: [
        ["patch", "one"], ["patch", "a", "b", "--format", "heat"],
        ["patch", "a", "def f(x): pass"], ["patch", "a", "b", "--to", "nothing"],
        ["patch", "a", "b", "--direct"], ["patch", "a", "b", "--to", "logits", "--over", "heads"],
        ["score", "--text", "a", "--knock-out", "9.0"],
        ["score", "--text", "a", "--knock-out", "x"],
        ["score", "--text", "a", "--picture", "lens"],
        ["score", "--text", "a", "--format", "svg", "--picture", "head-view"],
        ["generate", "a", "--format", "svg", "--samples", "2"],
        ["attribute", "--text", "a b", "--format", "svg", "--faithfulness"],
    ])
    func whatMakesNoSenseIsRefused(_ arguments: [String]) throws {
        let run = try Program("tokenscope", arguments)
        #expect(run.status == 2 && run.output.isEmpty)
        #expect(run.errors.hasPrefix("tokenscope: "))
    }
}
