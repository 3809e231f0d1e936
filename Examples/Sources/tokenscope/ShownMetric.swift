import TokenScope

/// A metric that `--metric` names: one that every run records, or one recorded on request.
struct ShownMetric: Sendable {
    let name: String
    /// How its values turn into colours; nil where only a chart shows it.
    let scale: HeatScale?
    private let attachment: @Sendable (inout DecodingSession) -> Void

    /// Those that need no scale of colours.
    private static let further: [ShownMetric] = [
        ShownMetric("running_perplexity") { _ in },
        ShownMetric("varentropy") { $0.attach(VarentropyObserver()) },
        ShownMetric("nucleus_size_0.9") { $0.attach(NucleusObserver(mass: 0.9)) },
        ShownMetric("kl_to_previous") { $0.attach(StepDivergenceObserver()) },
        ShownMetric("sampling_probability") { $0.attach(SamplingObserver()) },
        ShownMetric("sampling_log_ratio") { $0.attach(SamplingObserver()) },
        ShownMetric("sampling_nucleus_size") { $0.attach(SamplingObserver()) },
        ShownMetric("token_seconds") { $0.attach(TimingObserver()) },
    ]

    /// The names of those that only a chart shows, for the help.
    static var furtherNames: String { further.map(\.name).joined(separator: ", ") }

    /// Those that `run --metrics` records; time is no function of a record.
    private static let recorded = further.filter {
        !["running_perplexity", "token_seconds"].contains($0.name)
    }

    /// Their names.
    static var recordedNames: [String] { recorded.map(\.name) }

    /// The metrics of names apart by commas.
    static func recorded(_ names: String?) throws(ToolError) -> [ShownMetric] {
        var metrics: [ShownMetric] = []
        for name in (names ?? "").split(separator: ",") {
            guard let metric = recorded.first(where: { $0.name == name }) else {
                throw .usage(
                    "--metrics takes names out of \(recordedNames.joined(separator: ", ")), not "
                        + "\"\(name)\"")
            }
            // Some are recorded by one observer.
            let isThere = metrics.contains {
                $0.name == metric.name
                    || $0.name.hasPrefix("sampling_") && metric.name.hasPrefix("sampling_")
            }
            if !isThere { metrics.append(metric) }
        }
        return metrics
    }

    private init(_ name: String, _ attachment: @escaping @Sendable (inout DecodingSession) -> Void)
    {
        self.name = name
        self.attachment = attachment
        scale = nil
    }

    private init(_ scale: HeatScale) {
        name = scale.name
        self.scale = scale
        attachment = { _ in }
    }

    /// The metric that the options name, surprisal where they name none; `observed` are the names that
    /// are recorded because of other options.
    init(
        _ options: ParsedOptions, format: Format, observed: [String] = []
    ) throws(ToolError) {
        let name = options["metric"] ?? "surprisal"
        let known =
            HeatScale.standard.map(ShownMetric.init) + Self.further
            + observed.map { ShownMetric($0) { _ in } }
        guard let metric = known.first(where: { $0.name == name }) else {
            let names = known.map(\.name).joined(separator: ", ")
            throw .usage("--metric takes one of \(names), not \"\(name)\"")
        }
        guard metric.scale != nil || format != .heat else {
            throw .usage("--metric \(name) has no colours; --format chart or svg shows it")
        }
        self = metric
    }

    /// Has a session record the metric, besides those that every run records.
    func attach(to session: inout DecodingSession) {
        attachment(&session)
    }
}
