import TokenScope

/// What `--observe` asks for, beside the metrics that every run records.
struct Observation: Sendable {
    private let names: [ObservedName]
    private let layers: LayerChoice?
    private let heads: HeadChoice?
    private let tokens: Range<TokenIndex>?
    private let spans: (from: Range<TokenIndex>, to: Range<TokenIndex>)?
    private let top: Int
    private let budget: Int?
    private let states: HiddenStateOptions
    /// Where rows go instead of into the text; nil where they stay in it.
    let tensorPath: String?

    static let flags =
        [
            Flag(
                name: "observe", value: "NAMES",
                help: "record more, names apart by commas: " + ObservedName.allNames),
            Flag(
                name: "layers", value: "LAYERS",
                help:
                    "with --observe, layers from 0 (\"0,2-4\"), \"last\" or \"all\" (default); of "
                    + "hidden states the inputs of these layers"),
            Flag(
                name: "heads", value: "HEADS",
                help: "with --observe, query heads from 0 (\"0,2-4\"), \"all\", or \"mean\"; with "
                    + "--layers or --heads each has a column of its own (default: rows are means "
                    + "over heads, other metrics the mean over heads and layers; dla goes by head with "
                    + "all)"),
            Flag(
                name: "tokens", value: "A-B",
                help:
                    "with --observe, the tokens whose predictions are observed, from 0, A and B among "
                    + "them; attention-flow and information-flow need it"),
            Flag(
                name: "spans", value: "A-B:C-D",
                help: "for span-attention: how much tokens A to B attend to tokens C to D"),
            Flag(
                name: "top", value: "N",
                help:
                    "weights of each row that are kept, the rest as their sum (default 10, or all "
                    + "with --tensors or --format svg); 0: all; for lens, the tokens of each layer (default 5)"
            ),
            Flag(
                name: "tensors", value: "FILE",
                help: "write observed rows to FILE (safetensors) instead of the text"),
            Flag(
                name: "budget", value: "MIB",
                help: "memory that observing may take (default 2048); checked before the run"),
        ] + HiddenStateOptions.flags

    init(_ options: ParsedOptions) throws(ToolError) {
        var names: [ObservedName] = []
        for word in (options["observe"] ?? "").split(separator: ",") {
            guard let name = ObservedName(rawValue: String(word)) else {
                throw .usage(
                    "--observe takes names out of \(ObservedName.allNames), not \"\(word)\"")
            }
            if !names.contains(name) { names.append(name) }
        }
        let needing =
            ["layers", "heads", "tokens", "spans", "top", "tensors", "budget"]
            + HiddenStateOptions.flags.map(\.name)
        if names.isEmpty, let flag = needing.first(where: { options.contains($0) }) {
            throw .usage("--\(flag) goes with --observe")
        }
        self.names = names
        layers = try LayerChoice(options["layers"])
        heads = try HeadChoice(options["heads"])
        tokens = try Self.tokens(options["tokens"], "tokens")
        spans = try Self.spans(options["spans"])
        tensorPath = options["tensors"]
        let chosenTop = try options.number("top", as: Int.self)
        let keepsAll =
            tensorPath != nil || options.contains("columns") || options["format"] == "svg"
        let top = chosenTop ?? (keepsAll ? 0 : 10)
        guard top >= 0 else { throw .usage("--top takes at least 0") }
        self.top = top
        let mebibytes = try options.number("budget", as: Int.self) ?? 2048
        guard (1...1 << 30).contains(mebibytes) else {
            throw .usage("--budget takes a number of MiB of at least 1")
        }
        budget = mebibytes << 20
        states = try HiddenStateOptions(options, names, top: chosenTop)
        for name in [ObservedName.attentionFlow, .informationFlow]
        where names.contains(name) && tokens == nil {
            throw .usage("\(name.rawValue) needs --tokens: it is computed for few of them")
        }
        guard names.contains(.spanAttention) == (spans != nil) else {
            throw .usage("span-attention and --spans go together")
        }
        if tensorPath != nil, !names.contains(where: \.hasRows) {
            throw .usage("--tensors takes rows, which none of the observed names has")
        }
    }

    /// Whether a metric goes to the file of tensors instead of the text.
    var isInTensors: @Sendable (String) -> Bool {
        guard tensorPath != nil else { return { _ in false } }
        return { isRow($0) }
    }

    /// Whether a metric is one of the rows that are observed.
    func isRow(_ name: String) -> Bool {
        names.filter(\.hasRows).flatMap(\.stems).contains { name.hasPrefix($0) }
    }

    /// Names of the metrics of single numbers that are recorded under a fixed name.
    var chartedNames: [String] { names.compactMap(\.chartedName) }

    /// Has a session observe what was asked for.
    func attach(to session: inout DecodingSession) throws(ToolError) {
        guard !names.isEmpty else { return }
        let shape = session.context.configuration
        let layers = try layers?.selection(of: shape.layerCount) ?? .all
        let heads = try heads?.selection(of: shape.queryHeadCount)
        session.observationBudget = budget
        let choice = ObservedName.Choice(
            layers: layers, heads: heads, isSeparate: self.layers != nil || heads != nil,
            tokens: tokens, spans: spans, detail: top == 0 ? .full : .top(top), states: states,
            context: session.context)
        var observers: [any DecodingObserver] = []
        for name in names { observers += try name.observers(choice) }
        session.attach(MultiplexObserver(observers))
    }

    /// Writes the rows of a trace where `--tensors` says.
    func writeTensors(of trace: TokenTrace) throws(ToolError) {
        guard let tensorPath else { return }
        do {
            try TensorReport(of: trace, including: isInTensors).write(to: tensorPath)
        } catch {
            throw .run("\(error)")
        }
    }

    private static func tokens(
        _ text: String?, _ flag: String
    ) throws(ToolError) -> Range<TokenIndex>? {
        guard let text else { return nil }
        guard let range = IndexList.range(text[...]) else {
            throw .usage("--\(flag) takes two tokens as in 3-9, not \"\(text)\"")
        }
        return TokenIndex(range.lowerBound)..<TokenIndex(range.upperBound + 1)
    }

    private static func spans(
        _ text: String?
    ) throws(ToolError) -> (from: Range<TokenIndex>, to: Range<TokenIndex>)? {
        guard let text else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let from = try tokens(parts[0], "spans"),
            let to = try tokens(parts[1], "spans")
        else { throw .usage("--spans takes two spans as in 9-12:0-4, not \"\(text)\"") }
        return (from: from, to: to)
    }
}
