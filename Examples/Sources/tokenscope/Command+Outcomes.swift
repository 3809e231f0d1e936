import TokenScope

extension Command {
    static let outcomes = Command(
        name: "outcomes",
        operands: "RUN",
        summary: "join a run's records with the results of their tests",
        discussion: """
            Tells what was different about the samples that pass their tests: each metric's mean over
            passing and failing samples with an interval for the difference, its area under the ROC
            curve as a predictor of failure, the same by category of syntax, whether mean confidence
            says how often samples pass, and pass@k by the unbiased estimator of Chen et al. (2021).

            RUN is the folder of `run --output`, or a file of records. The results are what EvalPlus
            (eval_results.json) or human-eval (one JSON object a line) write. EvalPlus takes the
            records as they are, as its samples.

            Intervals come from drawing whole tasks again, as samples of one task resemble each other.
            """,
        flags: [
            Flag(
                name: "results", value: "FILE",
                help: "which samples passed, by task_id or id, and sample, completion_id or order"),
            Flag(
                name: "suite", value: "SUITE",
                help: "of results of EvalPlus: plus (default; base and extra tests) or base"),
            Flag(
                name: "pass-at", value: "K",
                help: "numbers of tries, apart by commas (default 1,10,100)"),
            Flag(
                name: "confidence", value: "METRIC",
                help: "the metric whose mean is taken for the probability to pass (default "
                    + "confidence, the probability of the token)"),
            Flag(name: "bins", value: "N", help: "bins of the calibration (default 10)"),
            Flag(
                name: "metric", value: "METRIC",
                help: "the metric of categories that text and pictures show (default surprisal)"),
            Flag(
                name: "no-syntax", value: nil,
                help: "without categories of syntax, which take a grammar"),
            Flag(
                name: "bootstrap", value: "N",
                help: "how often tasks are drawn again for an interval (default 1000)"),
            Flag(name: "seed", value: "S", help: "determines these draws (default 0)"),
            Flag(name: "format", value: "FORMAT", help: "text (default), json, svg or html"),
            Output.flag,
        ] + CodeFolding.flags + [Flag(name: "help", value: nil, help: "this text")],
        run: { (options) throws(ToolError) in
            guard let path = options.operands.first, options.operands.count == 1 else {
                throw .usage("outcomes needs one folder of records, or one file")
            }
            guard let results = options["results"] else {
                throw .usage("outcomes needs --results FILE")
            }
            try OutcomeRun(options).run(path, results: results)
        }
    )
}
