import TinyPythonModel
import TokenScope

/// How surely a changed layer is named, and where quantising costs.
struct DifferentialBenchmark {
    /// One layer with noise, and what named it.
    struct Trial {
        var block: Int
        var isAttention: Bool
        var divergence: Double
        var parts: [PartDifference]
        /// Differences of the residual streams, from the embedding on.
        var layers: [Double]

        /// Whether the block that makes most other things of the same input is the changed one.
        var isNamed: Bool {
            parts.filter { $0.attention != nil }.mostChanged == .block(block)
        }

        /// Whether that is so of the changed half of the block, too.
        var isHalfNamed: Bool {
            guard isNamed, let part = parts.first(where: { $0.part == .block(block) }),
                let attention = part.attention, let feedForward = part.feedForward
            else { return false }
            return isAttention ? attention > feedForward : feedForward > attention
        }

        /// Whether the residual streams' difference rises most behind the changed block.
        var isGreatestRise: Bool {
            let rises = layers.indices.dropFirst().map { ($0, layers[$0] - layers[$0 - 1]) }
            return rises.max { $0.1 < $1.1 }?.0 == block + 1
        }

        /// Whether the first residual stream that lies more than 1 % apart is that behind the changed block.
        var isFirstBeyond: Bool { layers.firstIndex { $0 > 0.01 } == block + 1 }
    }

    /// Sizes of the noise.
    static let sizes = [0.3, 0.1, 0.03, 0.01, 0.003, 0.001]

    let folder: FileFolder
    let threads: Int
    let grammar: Grammar
    let seed: UInt64
    /// Beginnings of files, of which each trial reads one.
    private var texts: [String] = []

    init(folder: FileFolder, threads: Int, grammar: Grammar, seed: UInt64) {
        self.folder = folder
        self.threads = threads
        self.grammar = grammar
        self.seed = seed
    }

    /// The first lines of a file, at most so many bytes of them; nil where it is too short, or no text.
    static func beginning(of path: String, bytes limit: Int) throws -> String? {
        let contents = try FileContents.open(path)
        var bytes = contents.copy(0..<contents.byteCount)
        if bytes.count > limit {
            bytes = Array(bytes[...(bytes[..<limit].lastIndex(of: UInt8(ascii: "\n")) ?? 0)])
        }
        guard bytes.count > limit / 2 else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    mutating func run(on files: [String], trials: Int) throws -> String {
        for file in files {
            texts += [try Self.beginning(of: file, bytes: 2000)].compactMap(\.self)
        }
        guard !texts.isEmpty else { return "no file is long enough" }
        var output = try parts(files)
        let backgrounds: [(name: String, weights: ElementType?)] = [
            ("stored", nil), ("q8_0", .q8_0), ("q4_0", .q4_0),
        ]
        for (name, weights) in backgrounds {
            output += "\n\nOne layer with noise, "
            output += weights == nil ? "all else equal" : "the changed model's weights in \(name)"
            output += ": \(trials) trials of each size, seed \(seed).\n\n"
            output += try table(trials: trials, weights: weights)
        }
        return output
    }

    private func load(_ folder: FileFolder, _ weights: ElementType? = nil) throws -> ModelContext {
        try loadModel(from: folder, options: ModelOptions(weights: weights, threads: threads))
    }

    // MARK: Trials

    private func table(trials: Int, weights: ElementType?) throws -> String {
        let tensors = try WeightNoise.tensors(in: folder).compactMap(Self.place)
        let original = try load(folder)
        var numbers = SeededNumbers(seed: seed)
        var lines = [
            "| noise | mean KL, nats | changed layer named first | changed half named, too "
                + "| greatest rise of the residual difference | first residual beyond 1 % |",
            "| ---: | ---: | ---: | ---: | ---: | ---: |",
        ]
        for size in Self.sizes {
            var done: [Trial] = []
            for number in 0..<trials {
                // The layer first, so that each is as likely, then one of its tensors.
                let blocks = Set(tensors.map(\.block)).sorted()
                let block = blocks[numbers.below(blocks.count)]
                let own = tensors.filter { $0.block == block }
                let tensor = own[numbers.below(own.count)]
                let text = texts[numbers.below(texts.count)]
                let noise = WeightNoise(tensor: tensor.name, size: size, seed: numbers.next())
                let changed = try load(noise.applied(to: folder), weights)
                done.append(try trial(tensor, original, changed, text))
                Environment.note("\(weights.map(\.rawValue) ?? "stored") \(size) \(number)")
            }
            lines.append(Self.row(size, done))
        }
        return lines.joined(separator: "\n")
    }

    private func trial(
        _ tensor: (name: String, block: Int, isAttention: Bool), _ a: ModelContext,
        _ b: ModelContext, _ text: String
    ) throws -> Trial {
        let limit = a.configuration.contextLength
        let comparison = try compareModels(
            a, b, text: text,
            parameters: ComparisonParameters(
                window: ContextWindow(length: limit, stride: max(1, limit / 2)),
                comparesParts: true))
        return Trial(
            block: tensor.block, isAttention: tensor.isAttention,
            divergence: comparison.meanDivergence ?? 0, parts: comparison.parts ?? [],
            layers: comparison.layers?.map(\.relativeDifference) ?? [])
    }

    /// The block of a tensor by its name, and which half of it reads it; nil for tensors of no block.
    private static func place(
        of name: String
    ) -> (name: String, block: Int, isAttention: Bool)? {
        let words = name.split(separator: ".")
        guard let block = words.compactMap({ Int($0) }).first else { return nil }
        let attention = ["self_attn", "input_layernorm", "attn", "attention"]
        return (name, block, words.contains { attention.contains(String($0)) })
    }

    private static func row(_ size: Double, _ trials: [Trial]) -> String {
        let mean = trials.reduce(0) { $0 + $1.divergence } / Double(max(1, trials.count))
        func share(_ isHit: (Trial) -> Bool) -> String {
            let hits = trials.count(where: isHit)
            let (low, high) = TableCell.wilson(hits, of: trials.count)
            return "\(percent(Double(hits) / Double(max(1, trials.count)))) "
                + "(\(percent(low)) to \(percent(high)))"
        }
        return "| \(size) | \(significant(mean)) | \(share(\.isNamed)) | \(share(\.isHalfNamed)) "
            + "| \(share(\.isGreatestRise)) | \(share(\.isFirstBeyond)) |"
    }

    // MARK: Quantising

    /// Stored weights against two formats, by category of syntax and by part.
    private func parts(_ files: [String]) throws -> String {
        let original = try load(folder)
        var output = ""
        for format in [ElementType.q8_0, .q4_0] {
            var auditor = try DifferentialAuditor(original, try load(folder, format), seed: seed)
            for (number, file) in files.enumerated() {
                guard let text = try Self.beginning(of: file, bytes: 6000) else { continue }
                Environment.note("\(format.rawValue) \(number) \(file)")
                _ = try auditor.add(
                    path: file, source: SyntaxSource(Array(text.utf8), by: grammar))
            }
            let result = auditor.differential()
            output += (output.isEmpty ? "" : "\n\n") + Self.text(of: result, format: format)
            if let path = Environment.text("DIAGRAM") {
                try FileReplacement.write(
                    SVGWriter().differential(result), to: "\(path).\(format.rawValue).svg")
            }
        }
        return output
    }

    private static func text(of result: ModelDifferential, format: ElementType) -> String {
        var lines = [
            "Stored weights and \(format.rawValue): \(result.fileCount) files, "
                + "\(result.whole?.tokenCount ?? 0) tokens.", "",
            "| category | tokens | KL, nats | JS, nats | other first choice | surprisal, B − A |",
            "| --- | ---: | ---: | ---: | ---: | ---: |",
        ]
        func cell(_ estimate: BootstrapEstimate, _ number: (Double) -> String) -> String {
            guard let interval = estimate.interval else { return number(estimate.value) }
            return "\(number(estimate.value)) (\(number(interval.lower)) to "
                + "\(number(interval.upper)))"
        }
        for row in [result.whole].compactMap(\.self) + result.categories {
            lines.append(
                "| \(row.name) | \(row.tokenCount) | \(cell(row.divergence, significant)) | "
                    + "\(cell(row.jensenShannon, significant)) | "
                    + "\(cell(row.disagreement, percent)) | "
                    + "\(cell(row.surprisalChange, significant)) |")
        }
        lines += [
            "", "| part | difference | attention | feed-forward |", "| --- | ---: | ---: | ---: |",
        ]
        for part in result.parts ?? [] {
            let halves = [part.attention, part.feedForward].map { $0.map(significant) ?? "" }
            lines.append(
                "| \(part.part) | \(significant(part.difference)) | \(halves[0]) | \(halves[1]) |")
        }
        return lines.joined(separator: "\n")
    }

    // MARK: Numbers

    private static func percent(_ share: Double) -> String { TableCell.percent(share) }

    /// Two digits that count.
    static func significant(_ value: Double) -> String {
        guard value != 0, value.isFinite else { return value == 0 ? "0" : "∞" }
        var digits = 1
        var scaled = value.magnitude
        while scaled < 1, digits < 9 {
            scaled *= 10
            digits += 1
        }
        return TableCell.digits(value, max(2, digits))
    }
}
