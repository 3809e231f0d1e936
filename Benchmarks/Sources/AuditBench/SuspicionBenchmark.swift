import TokenScope

/// How well lines with a defect are told from lines without.
///
/// Pieces are functions of held-out files with what stands before them. In each one line is changed; what is
/// ranked are the lines of that function that could have been changed.
struct SuspicionBenchmark {
    /// A line of a changed function.
    struct Row {
        let features: [Double]
        let isChanged: Bool
        /// The file.
        let group: Int
        /// The number of the mutant.
        let mutant: Int
    }

    let context: ModelContext
    let grammar: Grammar
    let seed: UInt64
    private(set) var rows: [Row] = []
    private(set) var kinds: [CodeMutation.Kind] = []
    private(set) var groupCount = 0

    init(context: ModelContext, grammar: Grammar, seed: UInt64) {
        self.context = context
        self.grammar = grammar
        self.seed = seed
    }

    /// Changes functions of the files and measures them.
    mutating func run(on files: [String], mutants: Int) throws {
        var numbers = SeededNumbers(seed: seed)
        var pieces: [[Piece]] = []
        for file in files {
            let contents = try FileContents.open(file)
            let own = try Piece.pieces(
                of: contents.copy(0..<contents.byteCount), group: pieces.count, by: grammar)
            if own.isEmpty { continue }
            pieces.append(own)
        }
        groupCount = pieces.count
        // Functions of all files in turn, so that no long file counts for most, each as often as it must.
        var round = 0
        while kinds.count < mutants, round < 60 {
            for place in pieces.indices where kinds.count < mutants {
                guard round < 3 * pieces[place].count else { continue }
                let piece = pieces[place][round % pieces[place].count]
                let counts = Dictionary(grouping: kinds) { $0 }.mapValues(\.count)
                guard
                    let mutant = try Mutant(piece, by: grammar, counts: counts, &numbers)
                else { continue }
                try add(mutant)
                if kinds.count.isMultiple(of: 20) {
                    Environment.note("\(kinds.count) of \(mutants) mutants")
                }
            }
            round += 1
        }
    }

    private mutating func add(_ mutant: Mutant) throws {
        var session = try context.scoringSession(
            of: String(decoding: mutant.source.text, as: UTF8.self))
        session.attachSuspicionMetrics()
        while try session.next() != nil {}
        let trace = session.trace
        let scores = SuspicionDetector().scores(of: trace, over: mutant.source)
        let own = scores.compactMap { score -> Row? in
            let start = Mutant.lineStart(of: score.span.lowerBound, in: mutant.source.text)
            guard mutant.candidateLines.contains(start) else { return nil }
            return Row(
                features: score.features.values, isChanged: start == mutant.line,
                group: mutant.piece.group, mutant: kinds.count)
        }
        // A line whose code is all strings has no score.
        guard own.contains(where: \.isChanged), own.count >= 3 else { return }
        rows += own
        kinds.append(mutant.mutation.kind)
    }

    /// The single metrics that the combination is measured against.
    static let singles = [
        "surprisal.mean", "surprisal.max", "entropy.mean", "entropy.max", "closeness.mean",
        "closeness.max", "rank.max", "overruled.mean", "overruled.max", "lead.mean", "lead.max",
        "excess.mean", "excess.max", "standardised.max", "leaf.max", "change.before",
        "change.neighbours", "change.after", "length",
    ]

    /// The logarithm of the odds of every row, by weights that were fitted on the files of the other
    /// half.
    private func crossFitted() -> [Double] {
        let halves = [0, 1].map { half in fitted { $0.group % 2 != half } }
        return rows.map { halves[$0.group % 2].logOdds(of: $0.features) }
    }

    private func fitted(on isIncluded: (Row) -> Bool) -> LogisticRegression {
        let chosen = rows.filter(isIncluded)
        return LogisticRegression(
            fitting: chosen.map(\.features), to: chosen.map(\.isChanged), penalty: 30)
    }

    private func scores(_ values: [Double], of kind: CodeMutation.Kind? = nil) -> DetectionScores {
        DetectionScores(
            zip(rows, values).compactMap { row, value in
                guard kind == nil || kinds[row.mutant] == kind else { return nil }
                return DetectionScores.Case(
                    score: value, isPositive: row.isChanged, group: row.group)
            })
    }

    /// The share of mutants whose changed line is among the three highest of its function.
    private func topThree(_ values: [Double], multiplicities: [Int]) -> Double? {
        var (hits, all) = (0.0, 0.0)
        var start = 0
        while start < rows.count {
            var end = start
            while end < rows.count, rows[end].mutant == rows[start].mutant { end += 1 }
            let weight = Double(multiplicities[rows[start].group])
            if let own = (start..<end).first(where: { rows[$0].isChanged }) {
                let above = (start..<end).count { values[$0] > values[own] }
                let equal = (start..<end).count { $0 != own && values[$0] == values[own] }
                // Among equal ones by chance.
                let places = Double(max(0, min(equal + 1, 3 - above)))
                hits += weight * places / Double(equal + 1)
                all += weight
            }
            start = end
        }
        return all > 0 ? hits / all : nil
    }

    private func interval(_ measure: ([Int]) -> Double?) -> BootstrapEstimate? {
        BootstrapEstimate(groups: groupCount, seed: seed, measure)
    }

    /// The tables in Markdown.
    func table() -> String {
        let combined = crossFitted()
        let places = SuspicionFeatures.names
        var subjects: [(name: String, values: [Double])] = [("combination", combined)]
        for name in Self.singles {
            guard let place = places.firstIndex(of: name) else { continue }
            subjects.append((name, rows.map { $0.features[place] }))
        }
        let measured = subjects.map { subject in
            (subject.name, subject.values, scores(subject.values))
        }
        let sorted = measured.sorted { ($0.2.area() ?? 0) > ($1.2.area() ?? 0) }
        var lines = [
            "\(kinds.count) mutants in \(groupCount) files, \(rows.count) lines, seed \(seed); "
                + "weights fitted on one half of the files and tested on the other, both ways.",
            "", "| line score | AUROC | top 3 of a function |", "|---|---:|---:|",
        ]
        for (name, values, scores) in sorted {
            let area = interval { scores.area(multiplicities: $0) }
            let top = interval { topThree(values, multiplicities: $0) }
            lines.append("| \(name) | \(TableCell.cell(area)) | \(TableCell.cell(top)) |")
        }
        if let best = sorted.first(where: { $0.0 != "combination" && $0.0 != "length" }) {
            let own = scores(combined)
            let gain = interval { counts in
                guard let first = own.area(multiplicities: counts),
                    let second = best.2.area(multiplicities: counts)
                else { return nil }
                return first - second
            }
            lines += ["", "Gain over \(best.0): \(TableCell.cell(gain))."]
        }
        return (lines + kindTable(combined) + limitTable(combined)).joined(separator: "\n")
    }

    private func kindTable(_ combined: [Double]) -> [String] {
        var lines = ["", "| change | mutants | AUROC |", "|---|---:|---:|"]
        for kind in CodeMutation.Kind.allCases {
            let own = scores(combined, of: kind)
            let area = interval { own.area(multiplicities: $0) }
            let number = kinds.count { $0 == kind }
            lines.append("| \(kind.rawValue) | \(number) | \(TableCell.cell(area)) |")
        }
        return lines
    }

    private func limitTable(_ combined: [Double]) -> [String] {
        let own = scores(combined)
        var lines = ["", "| false alarms, lines | found | score |", "|---:|---:|---:|"]
        for share in [0.01, 0.02, 0.05, 0.1] {
            let limit = own.limit(forFalseAlarms: share)
            let (found, false_) = own.rates(at: limit)
            let score = LogisticRegression(intercept: limit, weights: []).probability(of: [])
            lines.append(
                "| \(TableCell.percent(false_)) | \(TableCell.percent(found)) | \(TableCell.digits(score, 3)) |"
            )
        }
        return lines
    }

    /// The weights fitted on all files, with the limits of 5 % and 1 % of false alarms.
    var weights: String {
        let own = scores(crossFitted())
        func score(_ share: Double) -> Double {
            LogisticRegression(intercept: own.limit(forFalseAlarms: share), weights: [])
                .probability(of: [])
        }
        return SuspicionModel(
            regression: fitted { _ in true }, noteLimit: score(0.05), warningLimit: score(0.01),
            modelFingerprint: context.identity.fingerprint, language: "python"
        ).text
    }

    /// All rows as a table for other programs.
    var cells: String {
        var lines = ["group,mutant,kind,changed," + SuspicionFeatures.names.joined(separator: ",")]
        for row in rows {
            lines.append(
                "\(row.group),\(row.mutant),\(kinds[row.mutant].rawValue),\(row.isChanged ? 1 : 0),"
                    + row.features.map { "\($0)" }.joined(separator: ","))
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
