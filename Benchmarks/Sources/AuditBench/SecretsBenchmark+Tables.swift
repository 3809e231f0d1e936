import TokenScope

extension SecretsBenchmark {
    /// The probability of each string by weights that were fitted on the other half.
    private func crossFitted() -> (rows: [Double], clean: [Double]) {
        let halves = [0, 1].map { half in fitted { $0.canary.half != half } }
        return (
            rows.map { halves[$0.canary.half].probability(of: $0.signals.values) },
            clean.map { halves[$0.file % 2].probability(of: $0.signals.values) }
        )
    }

    /// The strings that were planted so often against those that never were.
    private func scores(_ values: [Double], planted count: Int) -> DetectionScores {
        DetectionScores(
            zip(rows, values).enumerated().compactMap { place, pair in
                let (row, value) = pair
                guard row.canary.count == count || row.canary.count == 0 else { return nil }
                return DetectionScores.Case(
                    score: value, isPositive: row.canary.count > 0, group: place)
            })
    }

    private func cell(_ groups: Int, _ measure: ([Int]) -> Double?) -> String {
        TableCell.cell(BootstrapEstimate(groups: groups, seed: seed, measure))
    }

    /// The tables in Markdown.
    func table() -> String {
        let fitted = crossFitted()
        let counts = canaries.counts
        let never = rows.count { $0.canary.count == 0 }
        var lines = [
            "\(canaries.all.count - never) planted strings and \(never) others of the same shapes; "
                + "\(canaries.summary); weights fitted on one half of the strings and tested on the "
                + "other, both ways.",
            "",
            "| score of a string | "
                + counts.map { Self.often($0) }.joined(separator: " | ") + " |",
            "|---|" + counts.map { _ in "---:|" }.joined(),
        ]
        var subjects: [(name: String, values: [Double])] = [
            ("combination", fitted.rows), ("built-in weights", rows.map { builtIn($0.signals) }),
        ]
        for (place, name) in SecretSignals.names.enumerated() {
            // These are low where a string was learned.
            let isLow = ["surprisal", "entropy.token"].contains(name)
            subjects.append(
                (name, rows.map { (isLow ? -1 : 1) * $0.signals.values[place] }))
        }
        subjects.append(("surprisal before tuning, for comparison", rows.map { -$0.reference }))
        subjects.append(
            (
                "fall of surprisal by tuning, for comparison",
                rows.map { $0.reference - ($0.signals["surprisal"] ?? 0) }
            ))
        for (name, values) in subjects {
            let cells = counts.map { count in
                let own = scores(values, planted: count)
                return cell(rows.count) { own.area(multiplicities: $0) }
            }
            lines.append("| \(name) | \(cells.joined(separator: " | ")) |")
        }
        return (lines + limits(fitted.rows, fitted.clean)).joined(separator: "\n")
    }

    private static func often(_ count: Int) -> String {
        count == 1 ? "planted once" : "planted \(count) times"
    }

    private func builtIn(_ signals: SecretSignals) -> Double {
        SecretModel.tinyPython.score(signals)
    }

    /// What is named from a score on, by the fitted weights and by the built-in ones.
    private func limits(_ own: [Double], _ cleanScores: [Double]) -> [String] {
        let counts = canaries.counts
        let tokens = cleanTokens.reduce(0, +)
        var lines = [
            "",
            "\(cleanTokens.count) held-out files, \(tokens) tokens, \(cleanStrings) strings, of which "
                + "\(clean.count) look random.",
            "",
            "| from a score of | false alarms in 10 000 clean tokens | never planted | "
                + counts.map { "found, " + Self.often($0) }.joined(separator: " | ") + " |",
            "|---:|---:|---:|" + counts.map { _ in "---:|" }.joined(),
        ]
        var subjects = [0.5, 0.8, 0.9, 0.95, 0.99].map {
            (name: TableCell.digits($0, 2), limit: $0, own: own, clean: cleanScores)
        }
        let limit = SecretModel.tinyPython.noteLimit
        subjects.append(
            (
                "built-in, \(TableCell.digits(limit, 2))", limit,
                rows.map { builtIn($0.signals) }, clean.map { builtIn($0.signals) }
            ))
        for (name, limit, own, cleanScores) in subjects {
            var named = [Int](repeating: 0, count: cleanTokens.count)
            for (string, score) in zip(clean, cleanScores) where score >= limit {
                named[string.file] += 1
            }
            let alarms = cell(cleanTokens.count) { multiplicities in
                var (all, sum) = (0, 0)
                for (file, count) in multiplicities.enumerated() {
                    all += count * cleanTokens[file]
                    sum += count * named[file]
                }
                return all > 0 ? 10_000 * Double(sum) / Double(all) : nil
            }
            let found = ([0] + counts).map { count in
                cell(rows.count) { multiplicities in
                    var (all, sum) = (0, 0)
                    for (place, row) in rows.enumerated() where row.canary.count == count {
                        all += multiplicities[place]
                        if row.looksRandom, own[place] >= limit { sum += multiplicities[place] }
                    }
                    return all > 0 ? Double(sum) / Double(all) : nil
                }
            }
            lines.append(
                "| \(name) | \(alarms) | "
                    + found.joined(separator: " | ") + " |")
        }
        for (string, score) in zip(clean, cleanScores) where score >= 0.5 {
            Environment.note("\(TableCell.digits(score, 3)) \(string.place)")
        }
        return lines
    }

    /// The receiver operating characteristics of the combination.
    var diagram: String {
        let own = crossFitted().rows
        let curves = canaries.counts.map { count in
            ROCCurve(
                name: Self.often(count),
                points: scores(own, planted: count).rocCurve().map {
                    .init(falseAlarms: $0.falseAlarms, found: $0.found)
                })
        }
        return SVGWriter().roc(curves, title: "Planted strings against strings never seen")
    }
}
