/// One of the tool's commands.
struct Command: Sendable {
    let name: String
    let operands: String
    let summary: String
    let discussion: String
    let flags: [Flag]
    let run: @Sendable (ParsedOptions) throws(ToolError) -> Void

    static let all = [
        generate, score, branch, attribute, patch, tokenize, compare, syntax, runDataset, outcomes,
        view, explore, models, inspect, grammar, audit,
    ]

    /// Flags that all commands take that run a model over one text.
    static let commonFlags =
        ParsedOptions.modelFlags + [
            Flag(name: "bos", value: nil, help: "put the model's BOS token first"),
            Flag(
                name: "format", value: "FORMAT",
                help:
                    "heat: coloured tokens with a legend (default; plain text when not a terminal or "
                    + "with NO_COLOR); jsonl: one JSON object a line; json; csv; table; chart: the "
                    + "metric over the sequence; svg: a picture; html: a page for the browser, one "
                    + "file that needs nothing else; sarif: hot spots of a file, for editors and code "
                    + "review"),
            Picture.flag,
            Output.flag,
            Flag(
                name: "metric", value: "NAME",
                help:
                    "what heat and chart show: surprisal (default), entropy, confidence, margin or "
                    + "rank; chart and svg also "
                    + ShownMetric.furtherNames + ", which are recorded on request"),
            Flag(
                name: "alternatives", value: "N",
                help: "record the N most probable tokens at each step and the mass of the rest"),
            Flag(
                name: "window", value: "N",
                help:
                    "read a text longer than the model's context in windows of N tokens; without it "
                    + "such a text is refused"),
            Flag(
                name: "stride", value: "M",
                help: "tokens by which a full window moves on (default half of it)"),
            Flag(
                name: "knock-out", value: "HEADS",
                help: "run without these heads, layer.head from 0, as in 3.0,3.1"),
            Flag(name: "quiet", value: nil, help: "no progress on standard error"),
            Flag(name: "help", value: nil, help: "this text"),
        ]
}
