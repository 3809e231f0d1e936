import TokenScope

/// Reports on the faithfulness of attributions, for people.
enum FaithfulnessText {
    /// One report, a measure a line.
    static func text(of report: FaithfulnessReport) -> String {
        var lines = [
            "faithfulness of \(report.method), watching the probability of id \(report.prediction):",
            line("drop without 5, 10, 20 %", report.ablation.drops.map { number($0) }, "nats"),
            line("area under the drops", [number(report.ablation.area)], "nats"),
            line(
                "against \(report.chance.orderings) orders by chance",
                ["z " + number(report.chance.zScore)], "mean area \(number(report.chance.mean))"),
            line(
                "comprehensiveness", [number(report.erasure.meanComprehensiveness)],
                "more is better"),
            line("sufficiency", [number(report.erasure.meanSufficiency)], "less is better"),
            line(
                "rank of the best token", ["\(report.agreement.rank)"],
                "by the divergence without it"),
            line(
                "Kendall, Spearman",
                [
                    number(report.agreement.kendall), number(report.agreement.spearman),
                ], "with leave-one-out"),
            line(
                "infidelity, unexplained share",
                [number(report.infidelity.unexplained)], "0 all told, 1 nothing"),
        ]
        if let sensitivity = report.sensitivity {
            lines.append(line("sensitivity", [number(sensitivity)], "less is better"))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Several reports side by side, the largest area first.
    static func table(of reports: [FaithfulnessReport]) -> String {
        let head = ["method", "area", "z", "compr.", "suff.", "rank", "Kendall", "unexpl."]
        let rows = reports.sorted { $0.ablation.area > $1.ablation.area }.map { report in
            [
                report.method, number(report.ablation.area), number(report.chance.zScore),
                number(report.erasure.meanComprehensiveness),
                number(report.erasure.meanSufficiency), "\(report.agreement.rank)",
                number(report.agreement.kendall), number(report.infidelity.unexplained),
            ]
        }
        let widths = head.indices.map { column in
            ([head] + rows).reduce(0) { max($0, $1[column].count) }
        }
        return ([head] + rows).map { row in
            row.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - row[column].count)
                return column == 0 ? row[column] + space : space + row[column]
            }.joined(separator: "  ")
        }.joined(separator: "\n") + "\n"
    }

    private static func line(_ what: String, _ values: [String], _ remark: String) -> String {
        let name = "  " + what + String(repeating: " ", count: max(1, 34 - what.count))
        return name + values.joined(separator: " ") + " (\(remark))"
    }

    /// Three digits behind the point.
    private static func number(_ value: Double) -> String {
        let scaled = Int((abs(value) * 1000).rounded())
        let rest = String(scaled % 1000)
        return (value < 0 && scaled > 0 ? "-" : "") + "\(scaled / 1000)."
            + String(repeating: "0", count: 3 - rest.count) + rest
    }
}
