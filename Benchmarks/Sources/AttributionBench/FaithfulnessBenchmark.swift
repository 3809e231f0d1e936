import CBenchSupport
import TokenScope

/// Faithfulness of several methods over source files.
///
/// What is explained is the token that the model holds most probable behind some tokens of a file, so
/// that all measures watch one probability. Standard errors are those of means over files, as cases of
/// one file are not independent.
struct FaithfulnessBenchmark {
    let context: ModelContext
    let cases: Int
    let length: Int
    let methods: [BenchedMethod]
    /// For each method and file the mean of every measure over the file's cases.
    private var files: [[[Measure: Double]]]
    private var caseCount = 0

    init(context: ModelContext, cases: Int, length: Int, methods: [BenchedMethod]) {
        self.context = context
        self.cases = cases
        self.length = length
        self.methods = methods
        files = methods.map { _ in [] }
    }

    /// What the table shows.
    enum Measure: String, CaseIterable {
        case area
        case overChance = "over chance"
        case zScore = "z"
        case comprehensiveness = "compr."
        case sufficiency = "suff."
        case percentile = "LOO %"
        case kendall = "LOO τ"
        case unexplained = "unexpl."
        case sensitivity = "sens."
        case seconds = "s"
    }

    /// Measures the cases of a file; files that are too short are left out.
    mutating func add(_ path: String) throws {
        let file = try FileContents.open(path)
        let source = String(decoding: file.copy(0..<file.byteCount), as: UTF8.self)
        let ids = context.tokenizer.encode(text: source)
        guard ids.count >= cases * length else {
            Environment.note("too short: \(path)")
            return
        }
        Environment.note("\(files.first?.count ?? 0) \(path)")
        var sums = methods.map { _ in [Measure: [Double]]() }
        for number in 0..<cases {
            // Pieces of the file at even distances.
            let start = (ids.count - length) * (2 * number + 1) / (2 * cases)
            let text = try AttributedText(Array(ids[start..<start + length]), in: context)
            let token = TokenIndex(length)
            let target = AttributionTarget(token, id: try text.prediction(of: token))
            var settings = FaithfulnessSettings()
            settings.seed = UInt64(number)
            settings.sensitivitySamples = 2
            let reference = try FaithfulnessReference(for: target, in: text, settings)
            for (place, var method) in methods.enumerated() {
                // Chance is drawn anew for each case: its scores do not depend on the text.
                if method.method is RandomAttribution {
                    method.method = RandomAttribution(seed: UInt64(caseCount))
                }
                let before = tscope_bench_cpu_seconds()
                let attribution = try method.method.attribute(target, in: text)
                let seconds = tscope_bench_cpu_seconds() - before
                var report = try reference.report(on: attribution)
                if method.isQuick {
                    report.sensitivity = try reference.sensitivity(of: method.method)
                }
                var values: [Measure: Double] = [
                    .area: report.ablation.area,
                    .overChance: report.ablation.area - report.chance.mean,
                    .zScore: report.chance.zScore,
                    .comprehensiveness: report.erasure.meanComprehensiveness,
                    .sufficiency: report.erasure.meanSufficiency,
                    .percentile: report.agreement.percentile,
                    .kendall: report.agreement.kendall,
                    .unexplained: report.infidelity.unexplained, .seconds: seconds,
                ]
                values[.sensitivity] = report.sensitivity
                for (measure, value) in values { sums[place][measure, default: []].append(value) }
            }
            caseCount += 1
        }
        for place in methods.indices {
            files[place].append(
                sums[place].mapValues { $0.reduce(0, +) / Double($0.count) })
        }
    }

    /// The table in Markdown, the methods with the largest area first.
    var table: String {
        let order = methods.indices.sorted { mean($0, .area) > mean($1, .area) }
        var lines = [
            "\(caseCount) cases of \(length) tokens in \(files.first?.count ?? 0) files.", "",
            "| method | " + Measure.allCases.map(\.rawValue).joined(separator: " | ")
                + " | beats chance |",
            "|---|" + Measure.allCases.map { _ in "---:|" }.joined() + "---|",
        ]
        for place in order {
            let cells = Measure.allCases.map { measure -> String in
                guard files[place].contains(where: { $0[measure] != nil }) else { return "–" }
                let digits = measure == .percentile ? 1 : measure == .seconds ? 3 : 2
                let value = mean(place, measure).rounded(to: digits)
                guard measure != .seconds else { return value }
                return value + " ± " + error(place, measure).rounded(to: digits)
            }
            let beats = mean(place, .overChance) > 2 * error(place, .overChance)
            lines.append(
                "| \(methods[place].label) | " + cells.joined(separator: " | ")
                    + " | \(beats ? "yes" : "**no**") |")
        }
        return lines.joined(separator: "\n")
    }

    private func values(_ place: Int, _ measure: Measure) -> [Double] {
        files[place].compactMap { $0[measure] }
    }

    private func mean(_ place: Int, _ measure: Measure) -> Double {
        let values = values(place, measure)
        return values.reduce(0, +) / Double(max(values.count, 1))
    }

    /// The standard error of the mean over files.
    private func error(_ place: Int, _ measure: Measure) -> Double {
        let values = values(place, measure)
        guard values.count > 1 else { return .infinity }
        let mean = mean(place, measure)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
    }
}

extension Double {
    /// A number with a fixed count of digits behind the point.
    fileprivate func rounded(to digits: Int) -> String {
        guard isFinite else { return "–" }
        let scale = (0..<digits).reduce(1.0) { value, _ in value * 10 }
        let whole = Int((magnitude * scale).rounded())
        let rest = String(whole % Int(scale))
        let sign = self < 0 && whole > 0 ? "−" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        return "\(sign)\(whole / Int(scale))."
            + String(repeating: "0", count: digits - rest.count) + rest
    }
}
