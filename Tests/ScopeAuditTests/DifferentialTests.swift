import ScopeAudit
import ScopeDecoding
import ScopeFiles
import ScopeReports
import ScopeTensor
import ScopeTrace
import ScopeTransformer
import Testing
import TinyPythonModel

/// Two models over a corpus.
@Suite struct DifferentialTests {
    private static let texts = [
        "def area(width, height):\n    return width * height\n",
        "import os\n\nfor name in os.listdir(\".\"):\n    print(name)\n",
    ]

    private func differential(
        _ a: ModelContext, _ b: ModelContext, limit: Double = 0.25
    ) throws -> (ModelDifferential, [Finding]) {
        var auditor = try DifferentialAuditor(a, b, limit: limit, replicates: 100)
        var findings: [Finding] = []
        for (number, text) in Self.texts.enumerated() {
            let source = try Tested.source(text)
            findings += try auditor.add(path: "\(number).py", source: source) ?? []
        }
        return (auditor.differential(), findings)
    }

    @Test func aModelDiffersFromItselfNowhere() throws {
        let (result, findings) = try differential(
            try Tested.model(), try Tested.model(), limit: 1e-300)
        let whole = try #require(result.whole)
        #expect(findings.isEmpty && whole.tokenCount > 20 && result.fileCount == 2)
        #expect(result.categories.contains { $0.name == "identifier" })
        #expect(
            result.categories.reduce(0) { $0 + $1.tokenCount } == whole.tokenCount)
        for category in [whole] + result.categories {
            for estimate in [
                category.divergence, category.jensenShannon, category.disagreement,
                category.surprisalChange,
            ] + (category.partDifferences ?? []) {
                #expect(estimate.value == 0)
                #expect(estimate.interval.map { $0.minimum == 0 && $0.maximum == 0 } ?? true)
            }
        }
        #expect(result.parts?.map(\.part) == ModelPart.all(blocks: 6))
        #expect(result.parts?.allSatisfy { $0.difference == 0 } == true)
        #expect(result.mostChangedPart == nil && result.partsFault == nil)
    }

    @Test(arguments: 0..<6)
    func aChangedLayerIsNamed(_ block: Int) throws {
        // One half of the block after the other, down to where the text's predictions hardly change.
        let tensor = ["self_attn.v_proj", "mlp.down_proj"][block % 2]
        let noise = WeightNoise(
            tensor: "model.layers.\(block).\(tensor).weight", size: block < 3 ? 0.1 : 0.003,
            seed: UInt64(block))
        let changed = try loadModel(from: noise.applied(to: .tinyPython))
        let comparison = try compareModels(
            try Tested.model(), changed, text: Self.texts[0],
            parameters: ComparisonParameters(prefillStepSize: 9, comparesParts: true))
        let parts = try #require(comparison.parts)
        #expect(parts.mostChanged == .block(block))
        for part in parts {
            #expect((part.difference > 0) == (part.part == .block(block)), "\(part)")
        }
        let own = parts[block + 1]
        #expect((own.attention ?? 0 > 0) == (block % 2 == 0))
        #expect((own.feedForward ?? 0 > 0) == (block % 2 == 1))
        // The tokens' columns hold the same.
        let column = try #require(comparison.trace[.partDifferences])
        let mean = column.present.reduce(0) { $0 + $1.values[block + 1] }
        #expect(abs(mean / Double(column.present.count) - own.difference) < 1e-12)
    }

    @Test func theEmbeddingAndTheHeadAreParts() throws {
        // The embedding is the head's matrix, too.
        let noise = WeightNoise(tensor: "model.embed_tokens.weight", size: 0.05, seed: 3)
        let changed = try loadModel(from: noise.applied(to: .tinyPython))
        let parts = try #require(
            try compareModels(
                try Tested.model(), changed, text: Self.texts[1],
                parameters: ComparisonParameters(comparesParts: true)
            ).parts)
        #expect(parts[0].difference > 0.01 && parts[7].difference > 0.01)
        #expect(parts[1...6].allSatisfy { $0.difference == 0 })
        let norm = WeightNoise(tensor: "model.norm.weight", size: 0.05, seed: 3)
        let other = try #require(
            try compareModels(
                try Tested.model(), try loadModel(from: norm.applied(to: .tinyPython)),
                text: Self.texts[1], parameters: ComparisonParameters(comparesParts: true)
            ).parts)
        #expect(other.mostChanged == .head && other[...6].allSatisfy { $0.difference == 0 })
    }

    @Test func quantisingDiffersEverywhereAndIsTold() throws {
        let quantised = try loadModel(from: .tinyPython, options: ModelOptions(weights: .q4_0))
        let (result, findings) = try differential(try Tested.model(), quantised, limit: 0.01)
        let whole = try #require(result.whole)
        #expect(whole.divergence.value > 1e-4 && whole.jensenShannon.value > 1e-5)
        #expect(whole.jensenShannon.value < whole.divergence.value)
        #expect(result.parts?.allSatisfy { $0.difference > 1e-4 } == true)
        #expect(!findings.isEmpty && findings.count <= 10)
        for finding in findings {
            #expect(finding.ruleID == "models-differ" && finding.path != nil)
            let js = try #require(finding.evidence.metrics["js"])
            #expect(js >= 0.01 && js <= 0.694)
            #expect(finding.fingerprints[Finding.lineFingerprint] != nil)
            #expect(finding.byteRange != nil && finding.tokens != nil)
        }
        let text = DifferentialView().text(of: result)
        #expect(text.contains("identifier") && text.contains("block 5"))
        let document = DifferentialWriter().document(of: result)
        let root = try JSONDocument(bytes: Array(document.utf8), file: "differential.json").root
        #expect(try root.required("format").string() == "tokenscope.differential")
        #expect(try root.required("parts").elements().count == 8)
        #expect(SVGWriter().differential(result).contains("block 5"))
    }

    @Test func modelsOfAnotherShapeAreComparedWithoutParts() throws {
        let model = try Tested.model()
        let shallow = try loadModel(from: try shallow(blocks: 5))
        let (result, _) = try differential(model, shallow)
        #expect(result.parts == nil && result.mostChangedPart == nil)
        #expect(result.partsFault == "A has 6 blocks and B 5")
        #expect((result.whole?.divergence.value ?? 0) > 0)
        #expect(result.whole?.partDifferences == nil)
        #expect(DifferentialView().text(of: result).contains("A has 6 blocks and B 5"))
        #expect {
            _ = try ComparisonSession(
                model, shallow, text: "x = 1",
                parameters: ComparisonParameters(comparesParts: true))
        } throws: { error in
            guard case DecodingFailure.differentShapes(let reason) = error else { return false }
            return reason.contains("5")
        }
    }

    /// The embedded model without its last blocks.
    private func shallow(blocks: Int) throws -> FileFolder {
        let folder = FileFolder.tinyPython
        var files: [FileContents] = []
        for name in folder.fileNames {
            let contents = try folder.contents(of: name)
            let text = String(decoding: contents.copy(0..<contents.byteCount), as: UTF8.self)
            switch name {
            case "config.json":
                let other = text.split(separator: "\"num_hidden_layers\": 6").joined(
                    separator: "\"num_hidden_layers\": \(blocks)")
                files.append(FileContents(copying: Array(other.utf8), name: name))
            case "model.safetensors":
                files.append(
                    FileContents(copying: try weights(contents, below: blocks), name: name))
            default: files.append(contents)
            }
        }
        return FileFolder(name: "shallow", files: files)
    }

    private func weights(_ contents: FileContents, below blocks: Int) throws -> [UInt8] {
        let entries = try SafetensorsFile(contents).entries.filter { entry in
            entry.name.split(separator: ".").compactMap { Int($0) }.first.map { $0 < blocks }
                ?? true
        }
        var data: [UInt8] = []
        var header = JSONWriter()
        header.object { header in
            for entry in entries {
                header.key(entry.name)
                header.object { header in
                    header.member("dtype", entry.dtype.rawValue)
                    header.member("shape", entry.shape)
                    header.member("data_offsets", [data.count, data.count + entry.byteRange.count])
                }
                data += contents.copy(entry.byteRange)
            }
        }
        var text = header.finish()
        while !text.count.isMultiple(of: 8) { text.append(UInt8(ascii: " ")) }
        return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> ($0 * 8)) } + text + data
    }

    @Test func noiseIsAsLargeAsItSaysAndRefusesWhatIsNotThere() throws {
        let folder = FileFolder.tinyPython
        #expect(try WeightNoise.tensors(in: folder).contains("model.layers.3.mlp.up_proj.weight"))
        #expect {
            _ = try WeightNoise(tensor: "nothing", size: 1, seed: 1).applied(to: folder)
        } throws: { "\($0)".contains("nothing") }
        let name = "model.layers.3.mlp.up_proj.weight"
        let changed = try WeightNoise(tensor: name, size: 0.1, seed: 1).applied(to: folder)
        let again = try WeightNoise(tensor: name, size: 0.1, seed: 1).applied(to: folder)
        let file = "model.safetensors"
        let contents = try [folder, changed, again].map { try $0.contents(of: file) }
        let bytes = contents.map { $0.copy(0..<$0.byteCount) }
        #expect(bytes[1] == bytes[2] && bytes[0] != bytes[1])
        let range = try SafetensorsFile(contents[0]).required(name).byteRange
        #expect(bytes[0][..<range.lowerBound] == bytes[1][..<range.lowerBound])
        #expect(bytes[0][range.upperBound...] == bytes[1][range.upperBound...])
        var (squares, differences) = (0.0, 0.0)
        for place in stride(from: range.lowerBound, to: range.upperBound, by: 2) {
            let values = [0, 1].map { which in
                let bits = UInt16(bytes[which][place]) | UInt16(bytes[which][place + 1]) << 8
                return Self.half(bits)
            }
            squares += values[0] * values[0]
            differences += (values[1] - values[0]) * (values[1] - values[0])
        }
        #expect(abs((differences / squares).squareRoot() - 0.1) < 0.002)
    }

    /// A binary16 that is no subnormal, infinity or NaN, or is 0.
    private static func half(_ bits: UInt16) -> Double {
        let exponent = Int(bits >> 10 & 0x1F)
        let sign = bits & 0x8000 == 0 ? 1.0 : -1
        let fraction = Double(bits & 0x3FF) / 1024
        if exponent == 0 { return sign * fraction * 0x1p-14 }
        return sign * Double(sign: .plus, exponent: exponent - 15, significand: 1 + fraction)
    }
}
