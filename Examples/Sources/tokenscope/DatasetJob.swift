import DatasetEngine
import TokenScope

/// A run over a data set: what the command line asks for, and how it is told of.
struct DatasetJob {
    private let path: String
    private let input: DatasetInput
    private let output: String
    private let shard: Shard
    private let settings: DatasetSettings
    private let isQuiet: Bool
    private let progress: Progress

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
        self.path = path
        self.output = output
        isQuiet = options.contains("quiet")
        progress = Progress(options)
        settings = try DatasetSettings(options)
    }

    private static let promptFlags =
        (ParsedOptions.samplingFlags + ParsedOptions.stopFlags).map(\.name)
        + ["samples", "chat", "system"]

    /// Works on all records that are left.
    func run() throws(ToolError) {
        let counts: DatasetRun.Counts
        let isStream = output == "-"
        if isStream {
            let reader = try open()
            counts = try stream(reader, try settings.engine(columns: output, progress))
        } else {
            // What is wrong with the input is said before a large model is read.
            let survey = try survey()
            counts = try write(survey, try settings.engine(columns: output, progress))
        }
        progress.clear()
        if !isQuiet || counts.isCancelled {
            Terminal.write("run: " + Self.words(for: counts) + "\n", to: 2)
        }
        if counts.isCancelled {
            throw .run(
                isStream
                    ? "ended before the last record"
                    : "ended before the last record; the same command goes on")
        }
        try refuseNothing(records: counts.records, malformed: counts.malformed)
    }

    private static func words(for counts: DatasetRun.Counts) -> String {
        func number(_ count: Int, _ one: String, _ several: String) -> String {
            "\(count) \(count == 1 ? one : several)"
        }
        var parts = ["\(number(counts.samples, "sample", "samples")) written"]
        if counts.errors > 0 { parts.append("\(counts.errors) of them with an error") }
        if counts.repeated > 0 {
            parts.append(
                number(counts.repeated, "record has", "records have")
                    + " the id of an earlier one, and its draws")
        }
        if counts.malformed > 0 {
            parts.append(number(counts.malformed, "line is no record", "lines are no records"))
        }
        return parts.joined(separator: ", ")
    }

    /// An input without a record is the wrong one.
    private func refuseNothing(records: Int, malformed: Int) throws(ToolError) {
        // A part that a mapper hands over may be empty.
        guard records == 0, malformed > 0 || path != "-" else { return }
        if input.isScored {
            throw .input("\(path): holds no source file whose language is known")
        }
        throw .input(
            malformed == 0
                ? "\(path): holds no record, as it is empty"
                : "\(path): holds no record; one is an object with \"id\" and \"prompt\" on a line")
    }

    /// What the input holds, with its faults told before any work is done.
    private func survey() throws(ToolError) -> DatasetSurvey {
        let survey: DatasetSurvey
        progress.show("reading the input")
        defer { progress.clear() }
        do throws(FileError) {
            survey = try DatasetSurvey(of: input, samples: settings.samples, shard: shard)
        } catch {
            throw .input("\(error)")
        }
        progress.clear()
        for complaint in survey.complaints { complain(complaint) }
        if survey.malformed > survey.complaints.count {
            complain("and \(survey.malformed - survey.complaints.count) lines more")
        }
        try refuseNothing(records: survey.records, malformed: survey.malformed)
        if let first = survey.firstRepetition {
            let more = survey.repeated == 1 ? "" : ", and \(survey.repeated - 1) more ids are"
            throw .input(
                "\(first)\(more): an id tells samples and their draws apart (\"samples\" asks for "
                    + "several of one)")
        }
        return survey
    }

    private func complain(_ text: String) {
        progress.clear()
        Terminal.write("run: \(TerminalText.visible(text))\n", to: 2)
    }

    private func open() throws(ToolError) -> DatasetReader {
        do throws(FileError) {
            return try DatasetReader(input)
        } catch {
            throw .input("\(error)")
        }
    }

    /// Lines to standard output, as they are done.
    private func stream(
        _ reader: DatasetReader, _ engine: DatasetRun
    ) throws(ToolError) -> DatasetRun.Counts {
        try Self.reporting { () throws(DatasetError) in
            try engine.run(reader, shard: shard, complain: complain) { lines, _ in
                Terminal.write(String(decoding: lines, as: UTF8.self))
            }
        }
    }

    /// Lines to the folder, from where an earlier run was ended.
    private func write(
        _ survey: DatasetSurvey, _ engine: DatasetRun
    ) throws(ToolError) -> DatasetRun.Counts {
        let reader = try open()
        return try Self.reporting { () throws(DatasetError) in
            let manifest = try DatasetManifest(
                of: engine, survey: survey, isScored: input.isScored, shards: shard.count,
                options: settings.named)
            let log = try manifest.open(shard, in: output)
            var told = DatasetProgress(done: log.lineCount, of: survey.samples)
            if log.lineCount > 0 {
                complain("goes on behind \(log.lineCount) of \(survey.samples) samples")
            }
            progress.show(told.text)
            return try engine.run(
                reader, shard: shard, skipping: log.lineCount
            ) { lines, count throws(DatasetError) in
                do throws(FileError) {
                    try log.append(lines)
                } catch {
                    throw .file(error)
                }
                told.add(count)
                if progress.isShown {
                    progress.show(told.text)
                } else if !isQuiet, let line = told.line() {
                    Terminal.write("run: \(line)\n", to: 2)
                }
            }
        }
    }

    /// Names a fault of a run as the tool does.
    static func reporting<Result>(
        _ body: () throws(DatasetError) -> Result
    ) throws(ToolError) -> Result {
        do throws(DatasetError) {
            return try body()
        } catch .model(.invalidSetting(let name, let reason)) {
            throw .input("\(name) \(reason)")
        } catch {
            switch error {
            case .file(.unwritable), .model, .setting: throw .run("\(error)")
            case .otherRun, .incomplete, .file: throw .input("\(error)")
            }
        }
    }
}
