import DatasetEngine
import TokenScope

/// What is done with each record of a data set, read from the command line before anything is opened.
struct DatasetSettings {
    /// The samples of a record that does not say itself.
    let samples: Int

    private let options: ParsedOptions
    private let parameters: GenerateParameters
    private let batch: Int
    private let alternatives: Int?
    private let observation: Observation
    private let metrics: [ShownMetric]
    private let opening: ModelOptions

    init(_ options: ParsedOptions) throws(ToolError) {
        var parameters = try options.sampling()
        parameters.window = try options.window()
        samples = try Self.count("samples", options, most: DatasetRecord.mostSamples) ?? 1
        guard samples == 1 || parameters.temperature != 0 else {
            throw .usage("without draws all samples are the same: --samples needs a temperature")
        }
        batch = try Self.count("batch", options, most: 4096) ?? 1
        guard batch == 1 || options["storage"] != WeightStorage.mapped.rawValue else {
            throw .usage("--batch needs packed weights, not --storage mapped")
        }
        alternatives = try Self.count("alternatives", options, most: 1_000_000)
        observation = try Observation(options)
        metrics = try ShownMetric.recorded(options["metrics"])
        if options.contains("system"), !options.contains("chat") {
            throw .usage("--system goes with --chat")
        }
        // Says at once what is wrong with a level or a language.
        _ = try Fold(options, isFoldable: true, path: nil)
        var opening = try options.modelOptions()
        opening.threads = try Self.count("threads", options, most: 4096)
        self.opening = opening
        self.parameters = parameters
        self.options = options
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

    /// Opens the model, whose columns go to a folder where they are asked for.
    func engine(columns folder: String, _ progress: Progress) throws(ToolError) -> DatasetRun {
        let (options, observation) = (self.options, self.observation)
        let (metrics, alternatives) = (self.metrics, self.alternatives)
        var run = DatasetRun(
            try Run.load(try options.modelFiles(), opening, progress), parameters: parameters)
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

    /// The options that decide what records hold and that a trace's header does not tell.
    var named: [(name: String, value: String)] {
        let names =
            ["metrics", "alternatives", "columns", "chat", "system", "cache"]
            + Observation.flags.map(\.name) + Fold.flags.map(\.name).filter { $0 != "grammars" }
        return names.compactMap { name in options[name].map { (name, $0) } }
    }
}
