import DatasetEngine
import TokenScope

extension Command {
    static let runDataset = Command(
        name: "run",
        operands: "INPUT",
        summary: "work on a whole data set: prompts as JSON Lines, or a folder of sources",
        discussion: """
            Continues every prompt of INPUT, or measures every source file of a folder, and writes a
            JSON object a line for each sample into a folder. Each line of INPUT is an object with
            "id" (or "task_id"), which no other line has, and "prompt", and where it differs from the
            options "samples", "max_tokens", "temperature", "top_p", "top_k", "min_p", "seed", "stop" and
            penalties.

            Every sample has a seed of its own, made of --seed, the id and the sample's number, so its
            line depends on the record, the model and the settings alone. A run that was ended, by
            Ctrl-C or by kill -9, goes on with the same command and comes to the same bytes. What is
            wrong with one record becomes a line with "error"; lines that are no records are counted. An
            INPUT without a record, or with an id that comes twice, is refused.

            With --output - lines go to standard output, and with "-" as INPUT they come from standard
            input: a mapper for xargs, Slurm and Spark, whose part may be empty and is not known as a
            whole, so that an id that comes twice is said and not refused. See Examples/Scale.
            """,
        flags: datasetFlags,
        run: { (options) throws(ToolError) in
            guard let input = options.operands.first, options.operands.count == 1 else {
                throw .usage("run needs one file of prompts, or one folder")
            }
            if options.contains("merge") {
                let lines = try DatasetJob.reporting { () throws(DatasetError) in
                    try DatasetMerge.merge(input)
                }
                Terminal.write("\(lines) lines in \(input)/\(Shard.whole.fileName)\n", to: 2)
                return
            }
            try DatasetJob(options, input: input).run()
        }
    )

    /// What is said of the data set, then what `generate` takes.
    private static let datasetFlags: [Flag] = {
        var flags: [Flag] = [
            Flag(
                name: "output", value: "FOLDER",
                help: "where records.jsonl and manifest.json go; \"-\" for standard output"),
            Flag(
                name: "samples", value: "N",
                help: "samples of each prompt (default 1), which share the prompt's pass"),
            Flag(
                name: "shard", value: "I/N",
                help:
                    "only the records whose number, from 0, leaves I when divided by N; each shard "
                    + "has a file of its own"),
            Flag(
                name: "merge", value: nil,
                help: "join the shards of the folder INPUT to the records.jsonl that one process "
                    + "would have written"),
            Flag(
                name: "batch", value: "N",
                help: "samples that go through the model together (default 1); changes speed, not "
                    + "records"),
            Flag(
                name: "threads", value: "N",
                help: "threads of the model (default: one a core), for many processes on a machine"
            ),
            Flag(
                name: "summary-only", value: nil,
                help: "records without tokens: texts, means and summaries"),
            Flag(
                name: "columns", value: nil,
                help: "write the numbers of each sample's tokens as safetensors into columns/, "
                    + "observed rows there only"),
            Flag(
                name: "metrics", value: "NAMES",
                help: "record more, names apart by commas: " + DatasetJob.metricNames),
            Flag(
                name: "chat", value: nil,
                help: "prompts are what a user says, put into the model's chat template"),
            Flag(name: "system", value: "TEXT", help: "with --chat, what the system says first"),
        ]
        flags += ParsedOptions.samplingFlags
        flags += ParsedOptions.stopFlags
        flags += ParsedOptions.modelFlags
        flags += commonFlags.filter {
            ["bos", "alternatives", "window", "stride"].contains($0.name)
        }
        flags += Observation.flags.filter { $0.name != "tensors" }
        flags.append(
            Flag(
                name: "fold", value: "LEVEL",
                help: "the metrics over the syntax of the code, too: " + CodeFolding.levelNames))
        flags += CodeFolding.flags
        flags += commonFlags.filter { ["quiet", "help"].contains($0.name) }
        return flags
    }()
}
