import ScopeAttribution
import TokenScope

/// What `patch` was asked for.
struct PatchingRun {
    let progress: Progress
    private let model: ModelContext
    private let format: Format
    private let clean: [Int]
    private let corrupted: [Int]
    private let measure: PatchingMeasure
    private let direction: PatchingDirection
    private let component: ActivationPatching.Component
    private let receiver: PathPatching.Receiver?
    private let isDirect: Bool
    private let layers: LayerSelection
    private let rows: Range<Int>?

    init(_ options: ParsedOptions) throws(ToolError) {
        guard options.operands.count == 2 else {
            throw .usage("patch needs two prompts; put each in quotes")
        }
        let format = options.contains("format") ? try Format(options) : .table
        guard [.table, .json, .svg].contains(format) else {
            throw .usage("patch writes table, json or svg")
        }
        self.format = format
        receiver = try options["to"].map { (text) throws(ToolError) in try Self.receiver(text) }
        isDirect = options.contains("direct")
        for flag in ["direct", "denoising"] where receiver == nil && options.contains(flag) {
            throw .usage("--\(flag) goes with --to")
        }
        guard receiver == nil || !options.contains("over") else {
            throw .usage("--over and --to are two ways of patching: take one of them")
        }
        let name = options["over"] ?? "residual"
        guard let component = ActivationPatching.Component(rawValue: name) else {
            let known = ActivationPatching.Component.allCases.map(\.rawValue)
            throw .usage("--over takes one of \(known.joined(separator: ", ")), not \"\(name)\"")
        }
        self.component = component
        let isNoising =
            options.contains("noising") || (receiver != nil && !options.contains("denoising"))
        direction = isNoising ? .noising : .denoising
        var rows: Range<Int>?
        if let text = options["tokens"] {
            guard let range = IndexList.range(text[...]) else {
                throw .usage("--tokens takes two tokens as in 3-9, not \"\(text)\"")
            }
            rows = Range(range)
        }
        self.rows = rows
        progress = Progress(options)
        let layerChoice = try LayerChoice(options["layers"])
        let model = try Run.load(try options.modelFiles(), try options.modelOptions(), progress)
        self.model = model
        layers = try layerChoice?.selection(of: model.configuration.layerCount) ?? .all
        let prompts = options.operands.map { prompt in
            let bos = options.contains("bos") ? model.configuration.bosTokenID : nil
            return (bos.map { [$0] } ?? []) + model.tokenizer.encode(text: prompt)
        }
        (clean, corrupted) = (prompts[0], prompts[1])
        let id: Int
        if let text = options["id"] {
            id = try Self.token(text, "id", model)
        } else {
            id = try Self.nextID(clean, model)
        }
        if let other = options["against"] {
            measure = .logitDifference(id, against: try Self.token(other, "against", model))
        } else {
            measure = .logProbability(id)
        }
    }

    /// Patches, saying how far it has come.
    func matrix() throws(AttributionFailure) -> PatchingMatrix {
        let progress = progress
        func show(_ done: Int, _ total: Int) {
            progress.show("\(done) of \(total) tokens")
        }
        guard let receiver else {
            return try ActivationPatching(
                model, clean: clean, corrupted: corrupted, measure: measure, direction: direction
            ).sweep(over: component, positions: rows, layers: layers, progress: show)
        }
        var patching = try PathPatching(
            model, clean: clean, corrupted: corrupted, measure: measure, direction: direction)
        patching.frozen = isDirect ? .headsAndFeedForward : .heads
        return try patching.sweep(to: receiver, rows: rows, layers: layers, progress: show)
    }

    /// Writes the effects.
    func write(_ matrix: PatchingMatrix) throws(ToolError) {
        let texts = clean.map { spelling($0) }
        switch format {
        case .json: Terminal.write(try JSONText.text(of: matrix, as: .patching))
        case .svg: Terminal.write(SVGWriter().patching(matrix, tokens: texts))
        default: Terminal.write(table(matrix, texts))
        }
    }

    private func table(_ matrix: PatchingMatrix, _ texts: [String]) -> String {
        let names: [String]
        switch matrix.columns {
        case .heads(let count): names = (0..<count).map { "head \($0)" }
        case .tokens(let tokens):
            names = tokens.map { "\($0) " + TerminalText.quoted(texts[$0.rawValue], width: 12) }
        }
        // A row a token or head: prompts are longer than models are deep.
        let effects = matrix.effects
        var columns = [TextTable.Column("", names, isText: true)]
        for (place, layer) in matrix.layers.enumerated() {
            columns.append(
                TextTable.Column(
                    "layer \(layer)",
                    names.indices.map { column in
                        let rounded = (effects[place][column] * 1000).rounded() / 1000
                        return "\(rounded == 0 ? 0 : rounded)"
                    }))
        }
        let (id, other) =
            switch measure {
            case .logitDifference(let id, let other): (id, other as Int?)
            case .logProbability(let id), .probability(let id): (id, nil)
            }
        let measured =
            other.map { "logit of \(quoted(id)) less that of \(quoted($0))" }
            ?? "log-probability of \(quoted(id))"
        let values = [matrix.cleanValue, matrix.corruptedValue].map {
            "\(($0 * 1000).rounded() / 1000)"
        }
        return TextTable(columns).text
            + "\(measured): \(values[0]) after the clean prompt, \(values[1]) after the corrupted; "
            + "effects are 0 at the corrupted one, 1 at the clean one\n"
    }

    private func quoted(_ id: Int) -> String { TerminalText.quoted(spelling(id), width: 24) }

    private func spelling(_ id: Int) -> String {
        String(decoding: model.tokenizer.bytes(of: id) ?? [], as: UTF8.self)
    }

    private static func token(
        _ text: String, _ flag: String, _ model: ModelContext
    ) throws(ToolError) -> Int {
        let ids = model.tokenizer.encode(text: text)
        guard ids.count == 1 else {
            throw .usage("--\(flag) takes one token; \"\(text)\" is \(ids.count)")
        }
        return ids[0]
    }

    /// What the model holds most probable behind a prompt.
    private static func nextID(_ ids: [Int], _ model: ModelContext) throws(ToolError) -> Int {
        do throws(DecodingFailure) {
            var session = try DecodingSession(model, ids: ids, parameters: .greedy(maxTokens: 1))
            while let token = try session.next() {
                if token.origin == .sampled { return token.id }
            }
        } catch {
            throw .input("\(error)")
        }
        throw .input("the model's context is full: there is no prediction to measure")
    }

    /// `logits`, or `values:3.0,3.1`.
    private static func receiver(_ text: String) throws(ToolError) -> PathPatching.Receiver {
        if text == "logits" { return .logits }
        let parts = text.split(separator: ":", maxSplits: 1)
        if parts.count == 2, let heads = HeadPlace.list(parts[1]) {
            switch parts[0] {
            case "queries": return .queries(heads)
            case "keys": return .keys(heads)
            case "values": return .values(heads)
            default: break
            }
        }
        throw .usage(
            "--to takes logits, or queries, keys or values of heads as in values:3.0,3.1, not "
                + "\"\(text)\"")
    }
}

extension HeadPlace {
    /// Heads as the command line lists them, `3.0,3.1`; nil where it does not.
    static func list(_ text: Substring) -> Set<HeadPlace>? {
        var heads: Set<HeadPlace> = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            let numbers = word.split(separator: ".", omittingEmptySubsequences: false).map {
                Int($0)
            }
            guard numbers.count == 2, let layer = numbers[0], let head = numbers[1], layer >= 0,
                head >= 0
            else { return nil }
            heads.insert(HeadPlace(layer: layer, head: head))
        }
        return heads.isEmpty ? nil : heads
    }
}
