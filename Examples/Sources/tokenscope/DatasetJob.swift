import DatasetEngine
import TokenScope

/// A run over a data set: what the command line asks for, and how it is told of.
struct DatasetJob {
    private let input: DatasetInput
    private let output: String
    private let shard: Shard
    private let options: ParsedOptions
    private let progress: Progress
    private let engine: DatasetRun

    /// The names that `--metrics` takes.
    static let metricNames = ShownMetric.recordedNames.joined(separator: ", ")

    init(_ options: ParsedOptions, input path: String) throws(ToolError) {
        guard let output = options["output"] else {
            throw .usage("run needs --output FOLDER, or --output - for standard output")
        }
        if let text = options["shard"] {
            guard let shard = Shard(text) else {
                throw .usage("--shard takes a part and their number, as in 0/8, not \"\(text)\"")
            }
            self.shard = shard
        } else {
            shard = .whole
        }
        guard path != "-" || output == "-" else {
            throw .usage(
                "standard input can be read once, so its records go to --output - alone")
        }
        guard !options.contains("columns") || output != "-" else {
            throw .usage("--columns needs a folder to write to")
        }
        input = DatasetInput(path)
        if input.isScored, let flag = Self.promptFlags.first(where: { options.contains($0) }) {
            throw .usage("the files of a folder are measured: --\(flag) goes with prompts")
        }
        self.output = output
        self.options = options
        progress = Progress(options)
        engine = try Self.run(options, progress, columns: output)
    }

    private static let promptFlags =
        (ParsedOptions.samplingFlags + ParsedOptions.stopFlags).map(\.name)
        + ["samples", "chat", "system"]

    /// Opens the model and settles what is done with each record.
    private static func run(
        _ options: ParsedOptions, _ progress: Progress, columns folder: String
    ) throws(ToolError) -> DatasetRun {
        var parameters = try options.sampling()
        parameters.window = try options.window()
        let samples = try count("samples", options, most: DatasetRecord.mostSamples) ?? 1
        guard samples == 1 || parameters.temperature != 0 else {
            throw .usage("without draws all samples are the same: --samples needs a temperature")
        }
        let batch = try count("batch", options, most: 4096) ?? 1
        guard batch == 1 || options["storage"] != WeightStorage.mapped.rawValue else {
            throw .usage("--batch needs packed weights, not --storage mapped")
        }
        let alternatives = try count("alternatives", options, most: 1_000_000)
        let observation = try Observation(options)
        let metrics = try ShownMetric.recorded(options["metrics"])
        if options.contains("system"), !options.contains("chat") {
            throw .usage("--system goes with --chat")
        }
        // Says at once what is wrong with a level or a language.
        _ = try Fold(options, isFoldable: true, path: nil)
        var modelOptions = try options.modelOptions()
        modelOptions.threads = try count("threads", options, most: 4096)
        let model = try Run.load(try options.modelFiles(), modelOptions, progress)
        var run = DatasetRun(model, parameters: parameters)
        run.samples = samples
        run.batch = batch
        run.addBOS = options.contains("bos")
        run.hasTraces = !options.contains("summary-only")
        if options.contains("chat") {
            run.preparePrompt = { try Input.chat($0, options) }
        }
        run.prepareSession = { session in
            for metric in metrics { metric.attach(to: &session) }
            if let alternatives { session.attach(AlternativesObserver(count: alternatives)) }
            try observation.attach(to: &session)
        }
        if options.contains("fold") {
            run.fold = { trace, record in
                var path: String?
                if case .source = record.body { path = record.id.description }
                let fold = try Fold(options, isFoldable: true, path: path)
                return try fold.map { SyntaxFoldWriter().object(of: try $0.report(of: trace)) }
            }
        }
        if options.contains("columns") {
            run.keepColumns = { trace, id, sample in
                try ColumnFiles.write(trace, id, sample: sample, in: folder)
            }
            run.isLeftOut = { observation.isRow($0) }
        }
        return run
    }

    private static func count(
        _ name: String, _ options: ParsedOptions, most: Int
    ) throws(ToolError) -> Int? {
        guard let count = try options.number(name, as: Int.self) else { return nil }
        guard (1...most).contains(count) else {
            throw .usage("--\(name) takes a number from 1 to \(most), not \(count)")
        }
        return count
    }

    /// Works on all records that are left.
    func run() throws(ToolError) {
        let counts: DatasetRun.Counts
        let total: Int?
        if output == "-" {
            total = nil
            counts = try Self.reporting { () throws(DatasetError) in try stream() }
        } else {
            let survey = try survey()
            total = survey.samples
            counts = try Self.reporting { () throws(DatasetError) in
                try write(survey)
            }
        }
        progress.clear()
        var parts = ["\(counts.samples) \(counts.samples == 1 ? "sample" : "samples") written"]
        if counts.errors > 0 { parts.append("\(counts.errors) of them with an error") }
        if counts.malformed > 0 {
            parts.append(
                "\(counts.malformed) \(counts.malformed == 1 ? "line is no record" : "lines are no records")"
            )
        }
        if !options.contains("quiet") || counts.isCancelled {
            Terminal.write("run: " + parts.joined(separator: ", ") + "\n", to: 2)
        }
        if counts.isCancelled {
            throw .run(
                total == nil
                    ? "ended before the last record"
                    : "ended before the last record; the same command goes on")
        }
    }

    /// What the input holds, with its faults told before any work is done.
    private func survey() throws(ToolError) -> DatasetSurvey {
        let survey: DatasetSurvey
        progress.show("reading the input")
        defer { progress.clear() }
        do throws(FileError) {
            survey = try DatasetSurvey(of: input, samples: engine.samples, shard: shard)
        } catch {
            throw .input("\(error)")
        }
        progress.clear()
        for complaint in survey.complaints { complain(complaint) }
        if survey.malformed > survey.complaints.count {
            complain("and \(survey.malformed - survey.complaints.count) lines more")
        }
        return survey
    }

    private func complain(_ text: String) {
        progress.clear()
        Terminal.write("run: \(TerminalText.visible(text))\n", to: 2)
    }

    /// Lines to standard output, as they are done.
    private func stream() throws(DatasetError) -> DatasetRun.Counts {
        let reader = try Self.open(input)
        return try engine.run(reader, shard: shard, complain: complain) { lines, _ in
            Terminal.write(String(decoding: lines, as: UTF8.self))
        }
    }

    /// Lines to the folder, from where an earlier run was ended.
    private func write(_ survey: DatasetSurvey) throws(DatasetError) -> DatasetRun.Counts {
        let manifest = try DatasetManifest(
            of: engine, survey: survey, isScored: input.isScored, shards: shard.count,
            options: Self.settings(options))
        let log = try manifest.open(shard, in: output)
        var told = DatasetProgress(done: log.lineCount, of: survey.samples)
        if log.lineCount > 0 {
            complain("goes on behind \(log.lineCount) of \(survey.samples) samples")
        }
        progress.show(told.text)
        return try engine.run(
            try Self.open(input), shard: shard, skipping: log.lineCount
        ) { lines, count throws(DatasetError) in
            do throws(FileError) {
                try log.append(lines)
            } catch {
                throw .file(error)
            }
            told.add(count)
            if progress.isShown {
                progress.show(told.text)
            } else if !options.contains("quiet"), let line = told.line() {
                Terminal.write("run: \(line)\n", to: 2)
            }
        }
    }

    private static func open(_ input: DatasetInput) throws(DatasetError) -> DatasetReader {
        do throws(FileError) {
            return try DatasetReader(input)
        } catch {
            throw .file(error)
        }
    }

    /// The options that decide what records hold and that a trace's header does not tell.
    private static func settings(_ options: ParsedOptions) -> [(name: String, value: String)] {
        let names =
            ["metrics", "alternatives", "columns", "chat", "system", "cache"]
            + Observation.flags.map(\.name) + Fold.flags.map(\.name).filter { $0 != "grammars" }
        return names.compactMap { name in options[name].map { (name, $0) } }
    }

    /// Names a fault of a run as the tool does.
    static func reporting<Result>(
        _ body: () throws(DatasetError) -> Result
    ) throws(ToolError) -> Result {
        do throws(DatasetError) {
            return try body()
        } catch {
            switch error {
            case .otherRun, .incomplete: throw .input("\(error)")
            case .file, .model, .setting: throw .run("\(error)")
            }
        }
    }
}
