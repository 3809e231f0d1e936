import TokenScope

/// How far the model's first choices can be trusted, by category of syntax, before and after calibration that
/// was fitted on the other half of the files.
struct CalibrationBenchmark {
    let context: ModelContext
    let grammar: Grammar
    let seed: UInt64
    /// Tokens of a file that are read, about: long files would count for most.
    private static let byteLimit = 12_000
    /// By file, the predictions by category.
    private var files: [[String: [Prediction]]] = []

    init(context: ModelContext, grammar: Grammar, seed: UInt64) {
        self.context = context
        self.grammar = grammar
        self.seed = seed
    }

    /// Measures a file, or its beginning up to a line's end.
    mutating func add(_ path: String) throws {
        let contents = try FileContents.open(path)
        var bytes = contents.copy(0..<contents.byteCount)
        if bytes.count > Self.byteLimit {
            let end = bytes[..<Self.byteLimit].lastIndex(of: UInt8(ascii: "\n")) ?? 0
            bytes = Array(bytes[...end])
        }
        guard let text = String(validating: bytes, as: UTF8.self), bytes.count > 1000 else {
            return
        }
        Environment.note("\(files.count) \(path)")
        var session = try context.scoringSession(of: text)
        session.attach(AlternativesObserver(count: 1))
        while try session.next() != nil {}
        let source = try SyntaxSource(bytes, by: grammar)
        files.append(CategoryCalibration.predictions(of: session.trace, over: source))
    }

    private typealias Fit = @Sendable ([Prediction]) -> CalibrationMap

    private static let methods: [(name: String, fit: Fit?)] = [
        ("as it is", nil), ("temperature", { CalibrationMap.fittedTemperature($0) }),
        ("Platt", { CalibrationMap.fittedPlatt($0) }),
        ("isotonic", { CalibrationMap.fittedIsotonic($0) }),
    ]

    private func joined(_ isIncluded: (Int) -> Bool) -> [String: [Prediction]] {
        var result: [String: [Prediction]] = [:]
        for (place, file) in files.enumerated() where isIncluded(place) {
            result.merge(file) { $0 + $1 }
        }
        return result
    }

    /// By method, of each file the predictions by category, calibrated on the other half.
    private func calibrated() -> [[[String: [Prediction]]]] {
        let training = [joined { $0 % 2 == 1 }, joined { $0 % 2 == 0 }]
        return Self.methods.map { method in
            guard let fit = method.fit else { return files }
            let halves = training.map { CategoryCalibration(fitting: $0, by: fit) }
            return files.enumerated().map { place, file in
                var result = file
                for (category, own) in file {
                    result[category] = halves[place % 2][category].calibrated(own)
                }
                return result
            }
        }
    }

    /// The tables in Markdown.
    func table() -> String {
        let results = calibrated()
        let counts = joined { _ in true }.mapValues(\.count)
        let categories = counts.keys.filter { (counts[$0] ?? 0) >= 500 }.sorted()
        var lines = [
            "\(files.count) files, \(counts.values.reduce(0, +)) tokens, seed \(seed); fitted on one half of "
                + "the files and tested on the other, both ways.",
            "",
            "| category | tokens | right | "
                + Self.methods.map { "ECE \($0.name)" }.joined(separator: " | ")
                + " | skill as it is | skill isotonic |",
            "|---|---:|---:|" + Self.methods.map { _ in "---:|" }.joined() + "---:|---:|",
        ]
        for category in ["all"] + categories {
            let own = results.map { files in
                files.map { file in
                    category == "all"
                        ? file.keys.sorted().flatMap { file[$0] ?? [] } : file[category] ?? []
                }
            }
            guard let whole = Calibration(own[0].flatMap(\.self)) else { continue }
            var cells = [
                category, "\(whole.count)", TableCell.percent(whole.accuracy),
            ]
            for method in own { cells.append(interval(method) { $0.expectedError }) }
            cells.append(interval(own[0]) { $0.brierSkill })
            cells.append(interval(own[3]) { $0.brierSkill })
            lines.append("| " + cells.joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n")
    }

    private func interval(
        _ files: [[Prediction]], _ measure: (Calibration) -> Double?
    ) -> String {
        TableCell.cell(
            BootstrapEstimate(groups: files.count, replicates: 200, seed: seed) { counts in
                let drawn = zip(files, counts).flatMap { file, count in
                    (0..<count).flatMap { _ in file }
                }
                return Calibration(drawn).flatMap(measure)
            })
    }

    /// The reliability diagram of all tokens, as the model says and after isotonic calibration.
    var diagram: String {
        let results = calibrated()
        let curves = [0, 3].map { place in
            let all = results[place].flatMap { file in
                file.keys.sorted().flatMap { file[$0] ?? [] }
            }
            return ReliabilityCurve(
                name: Self.methods[place].name,
                points: Calibration(all)?.bins.compactMap { bin in
                    guard let confidence = bin.confidence, let accuracy = bin.accuracy else {
                        return nil
                    }
                    return .init(confidence: confidence, accuracy: accuracy, count: bin.count)
                } ?? [])
        }
        return SVGWriter().reliability(
            curves, title: "First choices of \(context.identity.name) on held-out files")
    }
}
