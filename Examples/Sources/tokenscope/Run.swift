import ScopeAttribution
import TokenScope

/// One decoding run: the model, the options of its output, and the output itself.
struct Run {
    private let model: ModelContext
    private let format: Format
    private let metric: ShownMetric
    private let picture: Picture
    private let knockedOut: Set<HeadPlace>
    private let alternatives: Int
    private let observation: Observation
    private let progress: Progress
    private let output: Output
    private let source: String?
    private let fold: Fold?
    private let language: String?
    private let isFenced: Bool
    private let folding: CodeFolding

    init(_ options: ParsedOptions) throws(ToolError) {
        let format = try Format(options)
        let observation = try Observation(options)
        let metric = try ShownMetric(options, format: format, observed: observation.chartedNames)
        // A page is for looking round in, and alternatives cost next to nothing.
        let alternatives =
            try options.number("alternatives", as: Int.self) ?? (format == .html ? 8 : 0)
        guard alternatives >= 0 else { throw .usage("--alternatives takes at least 0") }
        self.format = format
        picture = try Picture(options, format: format)
        var heads: Set<HeadPlace> = []
        if let text = options["knock-out"] {
            guard let list = HeadPlace.list(text[...]) else {
                throw .usage("--knock-out takes heads as in 3.0,3.1 (layer.head), not \"\(text)\"")
            }
            heads = list
        }
        knockedOut = heads
        self.metric = metric
        self.alternatives = alternatives
        self.observation = observation
        progress = Progress(options)
        output = try Output(options, format: format)
        source = options.operands.first
        // The operand of `generate` is no file.
        let isFile = source.map { CodeLanguage.ofFile($0) != nil } ?? false
        fold = try Fold(
            options, isFoldable: [.heat, .table, .json, .jsonl].contains(format),
            showsSyntaxAnyway: format == .html, path: isFile ? source : nil)
        language = options["language"] ?? source.flatMap { CodeLanguage.ofFile($0)?.name }
        isFenced = options.contains("fences")
        folding = try CodeFolding(options, path: isFile ? source : nil)
        let (files, modelOptions) = (try options.modelFiles(), try options.modelOptions())
        model = try Self.load(files, modelOptions, progress)
    }

    /// Opens a model, saying so.
    static func load(
        _ files: ModelFiles, _ options: ModelOptions, _ progress: Progress
    ) throws(ToolError) -> ModelContext {
        progress.show("loading \(files.name)")
        defer { progress.clear() }
        do {
            return try loadModel(from: files, options: options) { share in
                progress.show("loading \(files.name) \(Int(share * 100)) %")
            }
        } catch .model(.cancelled) {
            throw .run("ended while \(files.name) was loaded")
        } catch {
            throw .input("\(error)")
        }
    }

    /// What is wrong with a text, and what to do about one that is too long.
    static func explained(_ failure: DecodingFailure) -> String {
        guard case .model(.contextExceeded(_, let limit)) = failure else { return "\(failure)" }
        return "\(failure); --window \(limit) reads it in windows"
    }

    /// Decodes a session, or several samples of it, to the end, writing as it goes.
    mutating func decode(
        samples: Int? = nil,
        _ begin: (ModelContext) throws(DecodingFailure) -> DecodingSession
    ) throws(ToolError) {
        var session: DecodingSession
        do throws(DecodingFailure) {
            session = try begin(model)
        } catch {
            throw .input(Self.explained(error))
        }
        session.edits = try edits()
        session.attachStandardMetrics()
        metric.attach(to: &session)
        if session.parameters.window != nil { session.attach(ContextLengthObserver()) }
        if alternatives > 0 { session.attach(AlternativesObserver(count: alternatives)) }
        if observation.tensorPath != nil, samples ?? 1 > 1 {
            throw .usage("--tensors holds the rows of one sample")
        }
        try observation.attach(to: &session)
        let progress = progress
        session.prefillProgress = { done, total in
            progress.show("reading the prompt: \(done) of \(total) tokens")
        }
        guard fold == nil || format != .json || samples ?? 1 == 1 else {
            throw .usage("--fold with --format json takes one sample; jsonl takes several")
        }
        guard ![.svg, .sarif].contains(format) || samples ?? 1 == 1 else {
            throw .usage("--format \(format.rawValue) takes one sample")
        }
        var finished: TokenTrace?
        var pages: [TokenTrace] = []
        var folded: [TokenTrace] = []
        do throws(DecodingFailure) {
            if let samples, format == .html {
                pages = try traces(of: try session.samples(samples))
            } else if let samples, format != .svg {
                folded = try write(try session.samples(samples))
            } else {
                try write(&session)
                finished = session.trace
            }
        } catch .observationBudgetExceeded(let estimate, let budget) {
            let failure = DecodingFailure.observationBudgetExceeded(
                estimate: estimate, budget: budget)
            throw .input("\(failure); --budget allows more")
        } catch {
            progress.clear()
            throw .run("\(error)")
        }
        if let fold { try write(fold, ofSamples: folded) }
        if !pages.isEmpty { try output.write(report(of: pages)) }
        guard let finished else { return }
        if let fold, [.heat, .table].contains(format) {
            Terminal.write(try fold.table(of: finished))
        }
        if let fold, format == .jsonl { Terminal.write(try fold.lines(of: finished)) }
        if let fold, format == .json {
            Terminal.write(try fold.document(text(of: finished), of: finished))
        }
        if format == .svg {
            try output.write(
                try picture.text(of: finished, metric: metric, tokenizer: model.tokenizer))
        } else if format == .html {
            try output.write(report(of: [finished]))
        } else if format == .sarif {
            try output.write(try HotSpotLog.text(of: finished, path: source))
        }
        try observation.writeTensors(of: finished)
    }

    /// The heads that are knocked out, layer by layer.
    private func edits() throws(ToolError) -> [Intervention<Float>] {
        let layers = Dictionary(grouping: knockedOut, by: \.layer)
        let edits = layers.sorted { $0.key < $1.key }.map { layer, heads in
            Intervention<Float>.knockOut(Set(heads.map(\.head)), layers: .layers([layer]))
        }
        for edit in edits {
            do {
                try edit.check(model.configuration)
            } catch {
                throw .usage("--knock-out: \(error)")
            }
        }
        return edits
    }

    private func write(_ session: inout DecodingSession) throws(DecodingFailure) {
        switch format {
        case .heat: try writeHeat(&session)
        case .jsonl: try writeLines(&session)
        case .svg, .html, .sarif:
            while try session.next() != nil {}
            progress.clear()
        case .json, .csv, .table, .chart:
            while try session.next() != nil {}
            progress.clear()
            // A fold is a part of the object, so it is written when that is known.
            if fold == nil || format != .json { Terminal.write(text(of: session.trace)) }
        }
    }

    /// A whole trace in the format.
    private func text(of trace: TokenTrace) -> String {
        format.text(of: trace, metric: metric.name, leavingOut: observation.isInTensors)
    }

    /// Writes samples one after the other; those that a cancellation keeps from beginning are left out.
    private func write(_ samples: [DecodingSession]) throws(DecodingFailure) -> [TokenTrace] {
        var traces: [TokenTrace] = []
        var all: [TokenTrace] = []
        for (number, var sample) in samples.enumerated() where number == 0 || !Task.isCancelled {
            switch format {
            case .heat, .chart, .svg, .html, .sarif:
                progress.clear()
                let seed = sample.parameters.seed
                Terminal.write(
                    (number == 0 ? "" : "\n")
                        + "sample \(number) of \(samples.count), seed \(seed)\n")
                try write(&sample)
            case .jsonl:
                try writeLines(&sample, number: number)
            case .json, .csv, .table:
                progress.show("sample \(number) of \(samples.count)")
                while try sample.next() != nil {}
                traces.append(sample.trace)
            }
            if fold != nil { all.append(sample.trace) }
        }
        progress.clear()
        Terminal.write(format.text(ofSamples: traces))
        return all
    }

    /// Writes the folds of samples, behind all of them.
    private func write(_ fold: Fold, ofSamples traces: [TokenTrace]) throws(ToolError) {
        for (number, trace) in traces.enumerated() {
            if format == .jsonl {
                Terminal.write(try fold.lines(of: trace, sample: number))
            } else {
                Terminal.write("\nsample \(number):" + (try fold.table(of: trace)))
            }
        }
    }

    /// Samples one after the other, those left out that a cancellation keeps from beginning.
    private func traces(of samples: [DecodingSession]) throws(DecodingFailure) -> [TokenTrace] {
        var traces: [TokenTrace] = []
        for (number, var sample) in samples.enumerated() where number == 0 || !Task.isCancelled {
            progress.show("sample \(number) of \(samples.count)")
            while try sample.next() != nil {}
            traces.append(sample.trace)
        }
        progress.clear()
        return traces
    }

    /// A page of traces of the model.
    private func report(of traces: [TokenTrace]) -> String {
        let tokenizer = model.tokenizer
        let first = traces.first?.generatedText.isEmpty == false ? "written by" : "read by"
        // Code of no language that is known is not taken for one.
        let knowsLanguage = language != nil || isFenced
        var report = HTMLReport(
            title: "\(Output.title(of: traces.first)) \(first) \(model.identity.name)",
            language: language
        ) { tokenizer.bytes(of: $0) }
        for (number, trace) in traces.enumerated() {
            report.add(
                trace, name: traces.count == 1 ? "text" : "sample \(number)",
                syntax: knowsLanguage ? PageSyntax.of(trace, folding) : nil)
        }
        return report.html()
    }

    private func writeLines(
        _ session: inout DecodingSession, number: Int? = nil
    ) throws(DecodingFailure) {
        let writer = JSONLinesWriter(sample: number, leavingOut: observation.isInTensors)
        Terminal.write(writer.header(of: session.trace) + "\n")
        while let token = try session.next() {
            progress.clear()
            Terminal.write(writer.line(for: token.index, in: session.trace) + "\n")
            let changes = session.takeAmendments()
            if let line = writer.line(for: changes, after: token.index, in: session.trace) {
                Terminal.write(line + "\n")
            }
        }
        progress.clear()
        Terminal.write(writer.footer(of: session.trace) + "\n")
    }

    private func writeHeat(_ session: inout DecodingSession) throws(DecodingFailure) {
        let depth = Terminal.colorDepth
        // Where nothing is drawn, the text that was given is what the colours are for.
        let scoring = session.parameters.maxTokens == 0
        let scale = metric.scale ?? .surprisal
        var view = HeatView(scale: scale, depth: depth, colorsPrompt: scoring)
        if depth != .plain { Terminal.write(view.legend() + "\n") }
        while let token = try session.next() {
            progress.clear()
            let column = session.trace.metrics.column(named: scale.name)
            let value = column?[token.index.rawValue]?.number
            Terminal.write(view.render(token, value: value))
        }
        progress.clear()
        Terminal.write(view.finish())
        if depth != .plain { Terminal.write(view.summary() + "\n") }
        Terminal.write(Self.ending(session.trace) + "\n")
    }

    /// One line on how it ended and how likely it all was.
    private static func ending(_ trace: TokenTrace) -> String {
        var parts = ["\(trace.tokens.count) tokens"]
        let drawn = trace.tokens.count { $0.origin == .sampled }
        if drawn > 0 { parts.append("\(drawn) written") }
        if let reason = trace.stopReason, reason != .length || drawn > 0 {
            parts.append("ended by \(reason.rawValue)")
        }
        for entry in trace.summary.entries {
            let rounded = (entry.value * 1000).rounded() / 1000
            parts.append("\(entry.name.split(separator: "_").joined(separator: " ")) \(rounded)")
        }
        return parts.joined(separator: ", ")
    }

    /// Says on standard error whether the text of `ids` gives the same ids again.
    func reportReencoding(of ids: [Int]) {
        var detokenizer = model.tokenizer.makeDetokenizer()
        let bytes = ids.flatMap { detokenizer.append($0) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            Terminal.write("encoded again: the ids do not end in whole characters\n", to: 2)
            return
        }
        let again = model.tokenizer.encode(text: text)
        if again == ids {
            Terminal.write("encoded again: the same \(ids.count) ids\n", to: 2)
        } else {
            let place = zip(again, ids).enumerated().first { $0.element.0 != $0.element.1 }
            let first = place?.offset ?? min(again.count, ids.count)
            Terminal.write(
                "encoded again: \(again.count) ids instead of \(ids.count), "
                    + "the first difference at token \(first)\n", to: 2)
        }
    }
}
