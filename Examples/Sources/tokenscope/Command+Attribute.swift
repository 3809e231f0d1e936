import TokenScope

extension Command {
    static let attribute = Command(
        name: "attribute",
        operands: "[FILE]",
        summary: "show which tokens a prediction came from",
        discussion: """
            Sends a source file (or --text; "-" reads standard input) through the model and says, by
            a named method, how much each token before the target had to do with its prediction.

            methods:
            \(AttributionChoice.help)
            """,
        flags: [
            Flag(name: "text", value: "TEXT", help: "the text, instead of a file"),
            Flag(
                name: "target", value: "TARGET",
                help: "the predicted token: last (default), a token's number, LINE:COLUMN of the "
                    + "text (both from 1, columns in bytes), next: what the model would write, or "
                    + "all: each token of the text"),
            Flag(
                name: "against", value: "TEXT",
                help: "explain why the target and not this token, as the tokenizer spells it"),
            Flag(
                name: "method", value: "NAME",
                help: "one of the methods above (default fisher)"),
            Flag(
                name: "rank", value: "K",
                help: "of fisher: directions that are followed back (default 4), or full"),
            Flag(
                name: "samples", value: "N",
                help: "of smoothgrad, gradient-shap (copies), kernel-shap and lime (coalitions)"),
            Flag(
                name: "width", value: "N", help: "of windowed-occlusion: tokens (default 3)"),
            Flag(name: "seed", value: "N", help: "what all draws are a function of (default 0)"),
            Flag(
                name: "faithfulness", value: nil,
                help: "measure how faithful the scores are: ablation curve and its place among "
                    + "orders by chance, comprehensiveness, sufficiency, agreement with "
                    + "leave-one-out, infidelity, sensitivity"),
            Flag(
                name: "compare", value: "NAMES",
                help: "measure several methods, separated by commas, or all, side by side"),
            Flag(
                name: "budget", value: "BYTES",
                help: "what the stored pass and a way back through it may take (default 2 GiB)"),
            Flag(
                name: "format", value: "FORMAT",
                help: "heat: tokens coloured by their share (default; plain text when not a "
                    + "terminal or with NO_COLOR); table; json; svg: a picture; html: a page for the "
                    + "browser"),
        ] + Fold.flags + ParsedOptions.modelFlags
            + commonFlags.filter { ["bos", "quiet", "help"].contains($0.name) },
        run: { (options) throws(ToolError) in
            if options.contains("compare"), options.contains("method") {
                throw .usage("--compare names the methods: leave --method out")
            }
            let methods = try options["compare"].map { (names) throws(ToolError) in
                try AttributionChoice.list(names, options)
            }
            let choice = try AttributionChoice(options, checksFlags: methods == nil)
            let format = try Format(options)
            guard [.heat, .table, .json, .svg, .html].contains(format) else {
                throw .usage("attribute writes heat, table, json, svg or html")
            }
            for flag in ["compare", "faithfulness"]
            where [.svg, .html].contains(format) && options.contains(flag) {
                throw .usage(
                    "--format \(format.rawValue) draws one method's scores, not what --\(flag) measures"
                )
            }
            let isAll = options["target"] == "all"
            let fold = try Fold(
                options, isFoldable: [.heat, .table, .json].contains(format),
                path: options.operands.first)
            if fold != nil, isAll || methods != nil {
                throw .usage(
                    "--fold folds the scores of one target by one method; `syntax --map` folds those "
                        + "of all targets")
            }
            for flag in ["compare", "faithfulness", "against"] where isAll && options.contains(flag)
            {
                throw .usage("--target all explains every token by one method: leave --\(flag) out")
            }
            let budget = try options.number("budget", as: Int.self) ?? 2 << 30
            guard budget > 0 else { throw .usage("--budget takes at least 1 byte") }
            let source = try Input.text(options, need: "attribute needs one file or --text")
            let progress = Progress(options)
            let model = try Run.load(
                try options.modelFiles(), try options.modelOptions(), progress)
            let text = AttributionText(source, model, addBOS: options.contains("bos"))
            progress.show("reading \(text.trace.tokens.count) tokens")
            defer { progress.clear() }
            var settings = FaithfulnessSettings()
            settings.seed = try options.number("seed", as: UInt64.self) ?? 0
            let result: Explained
            do throws(AttributionFailure) {
                let target = try text.target(
                    isAll ? "last" : options["target"] ?? "last", against: options["against"])
                let attributed = try AttributedText(text.ids, in: model, budget: budget)
                if isAll {
                    result = .matrix(
                        try rows(
                            of: attributed.attributionMatrix(choice.method, budget: budget),
                            progress))
                } else if let methods {
                    result = .compared(
                        try reports(on: methods, target, attributed, settings, progress))
                } else if options.contains("faithfulness") {
                    let reference = try FaithfulnessReference(for: target, in: attributed, settings)
                    let (attribution, report) = try reference.report(on: choice.method)
                    result = .attribution(attribution, report)
                } else {
                    result = .attribution(
                        try choice.method.attribute(target, in: attributed), nil)
                }
            } catch {
                throw ToolError(error)
            }
            progress.clear()
            switch result {
            case .compared(let reports) where format == .json:
                Terminal.write(try JSONText.text(of: reports, named: "reports", as: .methods))
            case .compared(let reports): Terminal.write(FaithfulnessText.table(of: reports))
            case .matrix(let rows): try text.write(rows, as: format)
            case .attribution(let attribution, let report):
                try text.write(attribution, report, as: format, fold: fold)
            }
        }
    )

    /// What the command has found.
    private enum Explained {
        case attribution(Attribution, FaithfulnessReport?)
        case compared([FaithfulnessReport])
        case matrix([Attribution])
    }

    private static func rows(
        of plan: AttributionMatrix, _ progress: Progress
    ) throws(AttributionFailure) -> [Attribution] {
        var rows: [Attribution] = []
        try plan.run(
            progress: { (done, all) throws(AttributionFailure) in
                progress.show("\(done) of \(all) predictions explained")
            },
            row: { (row) throws(AttributionFailure) in rows.append(row) })
        return rows
    }

    private static func reports(
        on methods: [any AttributionMethod], _ target: AttributionTarget, _ text: AttributedText,
        _ settings: FaithfulnessSettings, _ progress: Progress
    ) throws(AttributionFailure) -> [FaithfulnessReport] {
        let reference = try FaithfulnessReference(for: target, in: text, settings)
        var reports: [FaithfulnessReport] = []
        for method in methods {
            progress.show("\(method.name), \(reports.count + 1) of \(methods.count)")
            reports.append(try reference.report(on: method.attribute(target, in: text)))
        }
        return reports
    }
}
