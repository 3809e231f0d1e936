import ScopeFiles
public import ScopeTrace

/// Writes folds over syntax as JSON, for programs: units by level, each with what was measured over it.
///
/// Lines follow those of ``JSONLinesWriter``, which ``JSONLinesReader`` passes over; in a JSON object the same
/// stands in the member `syntax`. The article *Folds as JSON* has the members.
public struct SyntaxFoldWriter: Sendable {
    /// Which of several samples the lines are of, nil where there is one alone.
    public let sample: Int?

    /// Makes a writer.
    ///
    /// - Parameter sample: Which of several samples the lines are of, nil where there is one alone.
    public init(sample: Int? = nil) {
        self.sample = sample
    }

    /// The folds as JSON Lines: of each level its units, one a line, and a line on the whole.
    ///
    /// - Parameter report: The report.
    /// - Returns: The lines, each ended by a line break.
    /// - Complexity: O(levels × units × metrics).
    public func lines(of report: SyntaxReport) -> String {
        var text = ""
        for fold in report.folds {
            for place in fold.units.indices {
                text += line { writer in
                    writer.member("sample", sample)
                    writer.member("fold", fold.level.rawValue)
                    writer.writeMembers(of: fold, unit: place)
                }
            }
            text += line { writer in
                writer.member("sample", sample)
                writer.member("fold", fold.level.rawValue)
                writer.member("units", fold.units.count)
                writer.writeWhole(of: report)
            }
        }
        return text
    }

    /// The folds as one JSON object, without a line break.
    ///
    /// - Parameter report: The report.
    /// - Returns: The object.
    /// - Complexity: O(levels × units × metrics).
    public func object(of report: SyntaxReport) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("folds")
            writer.array { writer in
                for fold in report.folds {
                    writer.object { writer in
                        writer.member("level", fold.level.rawValue)
                        writer.key("units")
                        writer.array { writer in
                            for place in fold.units.indices {
                                writer.object { $0.writeMembers(of: fold, unit: place) }
                            }
                        }
                    }
                }
            }
            writer.writeWhole(of: report)
        }
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    /// A JSON object that another writer has made, with the folds as its last member `syntax`.
    ///
    /// - Parameters:
    ///   - document: A JSON object that has members.
    ///   - report: The report.
    /// - Returns: The object, ended by a line break.
    public func document(_ document: String, adding report: SyntaxReport) -> String {
        guard let end = document.lastIndex(of: "}") else { return document }
        return document[..<end] + ",\n\"syntax\":" + object(of: report) + "}\n"
    }

    private func line(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        writer.object { body(&$0) }
        return String(decoding: writer.finish(), as: UTF8.self) + "\n"
    }
}

extension JSONWriter {
    fileprivate mutating func writeMembers(of fold: SyntaxFold, unit place: Int) {
        let unit = fold.units[place]
        member("unit", place)
        member("name", unit.name)
        if let label = unit.label { member("label", label) }
        member("region", unit.region)
        if let span = unit.span {
            member("start", span.lowerBound)
            member("end", span.upperBound)
        }
        member("line", unit.line)
        member("parent", unit.parent)
        key("metrics")
        object { writer in
            for column in fold.columns where column.total[place].count > 0 {
                writer.key(column.name)
                writer.object { writer in
                    writer.writeMembers(of: column.total[place])
                    writer.member(finite: "own_sum", column.own[place].sum)
                    writer.member(finite: "own_weight", column.own[place].weight)
                    if let mean = column.geometricMean(of: column.total[place]) {
                        writer.member("geometric_mean", mean)
                    }
                    if !fold.quantiles.isEmpty, place < column.quantiles.count {
                        writer.member("quantiles", column.quantiles[place])
                    }
                    if place < column.intervals.count, let interval = column.intervals[place] {
                        writer.member("interval", [interval.lower, interval.upper])
                    }
                }
            }
        }
    }

    fileprivate mutating func writeWhole(of report: SyntaxReport) {
        key("regions")
        array { writer in
            for region in report.regions {
                writer.object { writer in
                    writer.member("region", region.number)
                    writer.member("language", region.tree.language)
                    writer.member("bytes", region.byteCount)
                    writer.member("error_share", region.errorShare)
                }
            }
        }
        for (name, totals) in [("whole", report.whole), ("outside", report.outside)] {
            key(name)
            object { writer in
                for total in totals where total.statistic.weight > 0 {
                    writer.key(total.name)
                    writer.object { $0.writeMembers(of: total.statistic) }
                }
            }
        }
    }

    private mutating func writeMembers(of statistic: SyntaxStatistic) {
        member("count", statistic.count)
        member("weight", statistic.weight)
        if let mean = statistic.mean { member("mean", mean) }
        member(finite: "sum", statistic.sum)
        if let least = statistic.minimum { member("minimum", least) }
        if let greatest = statistic.maximum { member("maximum", greatest) }
    }

    /// A sum in which infinities of both signs met is none.
    private mutating func member(finite name: String, _ value: Double) {
        if !value.isNaN { member(name, value) }
    }
}
