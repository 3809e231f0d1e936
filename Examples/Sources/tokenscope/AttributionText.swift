import TokenScope

/// A text whose predictions are explained: its tokens, and how scores are shown over them.
struct AttributionText {
    let ids: [Int]
    private(set) var trace: TokenTrace
    private let model: ModelContext
    private let source: String

    init(_ source: String, _ model: ModelContext, addBOS: Bool) {
        let encoding = model.tokenizer.encoding(of: source)
        var all = encoding
        if addBOS, let bos = model.configuration.bosTokenID ?? model.tokenizer.bosTokenId {
            all = Encoding(ids: [bos] + encoding.ids, sourceSpans: [nil] + encoding.sourceSpans)
        }
        ids = all.ids
        trace = TokenTrace(of: all, by: model.tokenizer)
        self.model = model
        self.source = source
    }

    /// The target that a word names.
    func target(
        _ word: String, against contrast: String?
    ) throws(AttributionFailure) -> AttributionTarget {
        guard !ids.isEmpty else { throw .invalidSetting(name: "the text", reason: "is empty") }
        var target = AttributionTarget(try index(word))
        if word == "next" { target.id = try nextID() }
        if let contrast { target.contrast = try token(contrast) }
        return target
    }

    private func index(_ word: String) throws(AttributionFailure) -> TokenIndex {
        if word == "last" { return TokenIndex(ids.count - 1) }
        if word == "next" { return TokenIndex(ids.count) }
        if let number = Int(word), number >= 0 { return TokenIndex(number) }
        let parts = word.split(separator: ":").map { Int($0) }
        guard parts.count == 2, let line = parts[0], let column = parts[1], line > 0, column > 0
        else {
            throw .invalidSetting(
                name: "--target", reason: "takes last, next, a number or LINE:COLUMN")
        }
        var offset = 0
        let lines = source.utf8.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard line <= lines.count, column <= lines[line - 1].count + 1 else {
            throw .invalidSetting(name: "--target", reason: "lies outside the text: \(word)")
        }
        for number in 0..<line - 1 { offset += lines[number].count + 1 }
        offset += column - 1
        guard let token = trace.tokens.first(where: { $0.sourceSpan?.contains(offset) == true })
        else {
            throw .invalidSetting(name: "--target", reason: "lies on no token: \(word)")
        }
        return token.index
    }

    /// What the model holds most probable behind the text.
    private func nextID() throws(AttributionFailure) -> Int {
        do throws(DecodingFailure) {
            var session = try DecodingSession(
                model, ids: ids, parameters: .greedy(maxTokens: 1))
            while let token = try session.next() {
                if token.origin == .sampled { return token.id }
            }
        } catch {
            throw .invalidSetting(name: "--target next", reason: "\(error)")
        }
        throw .invalidSetting(name: "--target next", reason: "the model's context is full")
    }

    /// The one token that a spelling stands for.
    private func token(_ spelling: String) throws(AttributionFailure) -> Int {
        let ids = model.tokenizer.encode(text: spelling)
        guard ids.count == 1 else {
            throw .invalidSetting(
                name: "--against", reason: "takes one token; \"\(spelling)\" is \(ids.count)")
        }
        return ids[0]
    }

    /// Writes an attribution over the text, and how faithful it is where that was measured.
    func write(
        _ attribution: Attribution, _ report: FaithfulnessReport?, as format: Format,
        fold: Fold? = nil
    ) throws(ToolError) {
        if format == .json {
            let text =
                if let report {
                    try JSONText.text(
                        of: MeasuredAttribution(attribution: attribution, faithfulness: report),
                        as: .faithfulness)
                } else { try JSONText.text(of: attribution, as: .attribution) }
            Terminal.write(try fold?.document(text, of: scored(by: attribution)) ?? text)
            return
        }
        try write(attribution, as: format)
        if let report { Terminal.write(FaithfulnessText.text(of: report)) }
        if let fold {
            let name = MetricKey<Double>.score.name
            Terminal.write(
                try fold.table(
                    of: scored(by: attribution), metrics: [name],
                    summed: attribution.isSigned ? [name] : []))
        }
    }

    /// The text with the scores as a metric.
    private func scored(by attribution: Attribution) -> TokenTrace {
        var scored = trace
        for (token, score) in attribution.scores.enumerated() where token < scored.tokens.count {
            scored.record(at: TokenIndex(token)) { $0[.score] = score }
        }
        return scored
    }

    /// An attribution and a report on it, as JSON has them.
    private struct MeasuredAttribution: Codable {
        let attribution: Attribution
        let faithfulness: FaithfulnessReport
    }

    /// Writes where each token of the text came from.
    func write(_ rows: [Attribution], as format: Format) throws(ToolError) {
        switch format {
        case .json:
            Terminal.write(try JSONText.text(of: rows, named: "attributions", as: .attributions))
        case .svg: Terminal.write(SVGWriter().attributionMatrix(rows, of: trace))
        default:
            let sources = rows.map { row in
                leading(row, 3).map { "\(piece(ids[$0])) (\($0))" }
            }
            Terminal.write(
                TextTable([
                    .init("token", rows.map { "\($0.target)" }),
                    .init("text", rows.map { piece($0.targetID) }, isText: true),
                    .init(
                        "came most from", sources.map { $0.joined(separator: ", ") }, isText: true),
                ]).text)
        }
    }

    /// Writes an attribution over the text.
    private func write(_ attribution: Attribution, as format: Format) throws(ToolError) {
        var shown = scored(by: attribution)
        if format == .table {
            Terminal.write(TableView().text(of: shown))
        } else {
            let hottest = attribution.scores.map(abs).max() ?? 0
            let scale = HeatScale(
                MetricKey<Double>.share.name, unit: .none, cold: 0, hot: hottest > 0 ? hottest : 1)
            for (token, score) in attribution.scores.enumerated() {
                shown.record(at: TokenIndex(token)) { $0[.share] = abs(score) }
            }
            if format == .html { return Terminal.write(page(of: attribution, over: shown)) }
            if format == .svg {
                Terminal.write(
                    SVGWriter().text(
                        of: shown, scale: scale,
                        title: "\(attribution.method): where token "
                            + "\(attribution.target.rawValue) came from"))
                return
            }
            Terminal.write(
                HeatView.text(
                    of: shown, scale: scale, depth: Terminal.colorDepth, colorsPrompt: true))
        }
        Terminal.write(summary(attribution) + "\n")
    }

    /// A page that opens at the token that was explained.
    private func page(of attribution: Attribution, over scored: TokenTrace) -> String {
        let tokenizer = model.tokenizer
        var shown = scored
        if attribution.target.rawValue == shown.tokens.count {
            // What the model would write next stands behind the text.
            shown.append(
                id: attribution.targetID,
                bytes: tokenizer.bytes(of: attribution.targetID).map(Array.init) ?? [],
                origin: .sampled)
        }
        var report = HTMLReport(
            title: "Where token \(attribution.target.rawValue) came from, by \(attribution.method)"
        ) { tokenizer.bytes(of: $0) }
        report.add(shown, name: "text", attributions: [attribution])
        report.start = HTMLReport.Start(
            token: attribution.target, attribution: attribution.method)
        return report.html()
    }

    /// One line on what was explained and which tokens come first.
    private func summary(_ attribution: Attribution) -> String {
        let first = leading(attribution, 5).map { place in
            let score = attribution.scores[place]
            let sign = attribution.isSigned && score < 0 ? "-" : ""
            return "\(sign)\(piece(ids[place])) (token \(place))"
        }
        return "\(attribution.method): token \(attribution.target.rawValue) "
            + "\(piece(attribution.targetID)) came most from " + first.joined(separator: ", ")
    }

    /// The tokens with the largest scores, the largest first.
    private func leading(_ attribution: Attribution, _ count: Int) -> [Int] {
        let order = attribution.scores.indices.sorted {
            abs(attribution.scores[$0]) > abs(attribution.scores[$1])
        }
        return Array(order.prefix(count))
    }

    private func piece(_ id: Int) -> String {
        TerminalText.quoted(
            String(decoding: model.tokenizer.bytes(of: id) ?? [], as: UTF8.self), width: 24)
    }
}

extension MetricKey where Value == Double {
    fileprivate static let score = MetricKey("score", unit: .none)
    fileprivate static let share = MetricKey("share", unit: .none)
}
