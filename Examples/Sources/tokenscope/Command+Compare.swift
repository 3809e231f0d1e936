import TokenScope

extension Command {
    static let compare = Command(
        name: "compare",
        operands: "A B [FILE]",
        summary: "measure how far apart two models are on a text",
        discussion: """
            Sends a source file (or --text; "-" reads standard input) through two models with the
            same vocabulary, and shows for each token KL(A‖B), the divergence of their
            distributions in nats, how surprised each of them was, and the token that each holds
            most probable; then both perplexities, the first token they disagree about, and the
            layer whose output departs first, where their shapes agree. A and B are what --model
            of the other commands takes; \(ParsedOptions.embeddedName) is the embedded model.

            A model compared with itself differs by exactly 0; with --weights-b q8_0 it shows what
            quantising costs. Ctrl-C ends with what there is.
            """,
        flags: [
            Flag(name: "text", value: "TEXT", help: "the text to compare on, instead of a file"),
            Flag(
                name: "parts", value: nil,
                help: "feed each part of B with what A's part reads, and show how far what comes "
                    + "out differs: which layer was changed, not which ones feel it"),
            Flag(
                name: "layer-threshold", value: "X",
                help: "relative difference from which on a layer departs (default 0.01)"),
        ] + ParsedOptions.openingFlags + [
            Flag(name: "weights-a", value: "FORMAT", help: "as --weights, of A alone"),
            Flag(name: "weights-b", value: "FORMAT", help: "as --weights, of B alone"),
            Flag(
                name: "format", value: "FORMAT",
                help:
                    "heat: tokens coloured by KL (default; plain text when not a terminal or with "
                    + "NO_COLOR); table: tokens and layers; jsonl; json; csv; chart: KL over the "
                    + "sequence; svg: a picture; html: a page for the browser"),
        ] + Fold.flags
            + commonFlags.filter { ["bos", "window", "stride", "quiet", "help"].contains($0.name) },
        run: { (options) throws(ToolError) in
            guard options.operands.count >= 2 else { throw .usage("compare needs two models") }
            let format = try Format(options)
            guard format != .sarif else { throw .usage("compare writes no sarif") }
            let fold = try Fold(
                options, isFoldable: [.heat, .table, .json, .jsonl].contains(format),
                path: options.operands.dropFirst(2).first)
            let parameters = try parameters(options)
            let text = try Input.text(
                options, operands: options.operands[2...],
                need: "compare needs two models and one file or --text")
            let progress = Progress(options)
            let models = try [("weights-a", 0), ("weights-b", 1)].map {
                (flag, place) throws(ToolError) in
                let opening = try options.modelOptions(
                    weights: options.contains(flag) ? flag : "weights")
                return (try ParsedOptions.modelFiles(options.operands[place]), opening)
            }
            let a = try Run.load(models[0].0, models[0].1, progress)
            let b = try Run.load(models[1].0, models[1].1, progress)
            var comparison: ComparisonSession
            do throws(DecodingFailure) {
                comparison = try ComparisonSession(a, b, text: text, parameters: parameters)
            } catch {
                throw .input(Run.explained(error))
            }
            do throws(DecodingFailure) {
                try ComparisonRun(format: format, progress: progress, isFolded: fold != nil)
                    .write(&comparison)
            } catch {
                progress.clear()
                throw .run("\(error)")
            }
            guard let fold else { return }
            let result = comparison.comparison
            switch format {
            case .json:
                Terminal.write(
                    try fold.document(
                        ComparisonWriter().document(of: result), of: result.trace))
            case .jsonl: Terminal.write(try fold.lines(of: result.trace))
            default:
                Terminal.write(
                    try fold.table(
                        of: result.trace, metrics: ["kl", "surprisal_a", "surprisal_b"]))
            }
        }
    )

    private static func parameters(
        _ options: ParsedOptions
    ) throws(ToolError) -> ComparisonParameters {
        var parameters = ComparisonParameters(
            window: try options.window(), comparesParts: options.contains("parts"),
            addBOS: options.contains("bos"))
        if let threshold = try options.number("layer-threshold", as: Double.self) {
            guard threshold >= 0 else { throw .usage("--layer-threshold takes at least 0") }
            parameters.layerThreshold = threshold
        }
        return parameters
    }
}
