import ScopeFiles
public import ScopeTrace

/// Writes what tests said of a data set as one JSON object.
///
/// `format` is `tokenscope.outcomes` and `format_version` 1. `tasks`, `samples` and `passing` are counts;
/// `pass_at_k` has the pass rates by number of tries. `metrics` is a list with, of each metric, its `metric`,
/// `passing` and `failing` (each `count` and `mean`), `difference` (failing less passing), `interval` (lower and
/// upper end) and `auroc` as a predictor of failure; `categories` has such a list under each category's name.
/// `calibration` names the `metric`, has `expected_error`, `greatest_error`, `brier_score` and `bins` with `lower`,
/// `upper`, `count`, `confidence` and `accuracy`. `bootstrap` says how intervals were drawn. What could not be
/// computed is null.
public struct OutcomeWriter: Sendable {
    /// What the member `format` says.
    public static let format = "tokenscope.outcomes"

    /// The format's version, in the member `format_version`.
    public static let formatVersion = 1

    /// Makes a writer.
    public init() {}

    /// The report as JSON.
    ///
    /// - Parameter report: The report.
    /// - Returns: The object, ended by a line break.
    /// - Complexity: O(categories × metrics).
    public func json(of report: OutcomeReport) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("format", Self.format)
            writer.member("format_version", Self.formatVersion)
            writer.member("tasks", report.taskCount)
            writer.member("samples", report.sampleCount)
            writer.member("passing", report.passingCount)
            writer.key("pass_at_k")
            writer.object { writer in
                for rate in report.passRates { writer.member("\(rate.tries)", rate.rate) }
            }
            writer.key("metrics")
            writer.write(report.differences)
            writer.key("categories")
            writer.object { writer in
                for category in report.categories {
                    writer.key(category.name)
                    writer.write(category.differences)
                }
            }
            writer.key("calibration")
            if let calibration = report.calibration {
                writer.write(calibration, of: report.options.confidence)
            } else {
                writer.writeNull()
            }
            writer.key("bootstrap")
            writer.object { writer in
                writer.member("replicates", report.options.replicates)
                writer.member("level", report.options.level)
                writer.member("seed", "\(report.options.seed)")
                writer.member("unit", "task")
            }
        }
        return String(decoding: writer.finish(), as: UTF8.self) + "\n"
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ differences: [OutcomeDifference]) {
        array { writer in
            for difference in differences {
                writer.object { writer in
                    writer.member("metric", difference.metric)
                    writer.key("passing")
                    writer.write(difference.passingCount, difference.passingMean)
                    writer.key("failing")
                    writer.write(difference.failingCount, difference.failingMean)
                    writer.member(orNull: "difference", difference.difference)
                    writer.key("interval")
                    if let interval = difference.interval {
                        writer.array { writer in
                            writer.write(interval.lower)
                            writer.write(interval.upper)
                        }
                    } else {
                        writer.writeNull()
                    }
                    writer.member(orNull: "auroc", difference.area)
                }
            }
        }
    }

    private mutating func write(_ count: Int, _ mean: Double?) {
        object { writer in
            writer.member("count", count)
            writer.member(orNull: "mean", mean)
        }
    }

    fileprivate mutating func write(_ calibration: Calibration, of metric: String) {
        object { writer in
            writer.member("metric", metric)
            writer.member("count", calibration.count)
            writer.member("expected_error", calibration.expectedError)
            writer.member("greatest_error", calibration.greatestError)
            writer.member("brier_score", calibration.brierScore)
            writer.key("bins")
            writer.array { writer in
                for bin in calibration.bins {
                    writer.object { writer in
                        writer.member("lower", bin.lower)
                        writer.member("upper", bin.upper)
                        writer.member("count", bin.count)
                        writer.member(orNull: "confidence", bin.confidence)
                        writer.member(orNull: "accuracy", bin.accuracy)
                    }
                }
            }
        }
    }
}
