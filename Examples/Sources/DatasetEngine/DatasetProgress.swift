/// How far a run has come, and when it will be done.
public struct DatasetProgress: Sendable {
    /// Samples that are written, those of earlier runs among them.
    public private(set) var done: Int
    /// Samples in all; nil where the input does not tell.
    public let total: Int?

    private let before: Int
    private let started: Double
    private var lastLine: Double
    private var lastShare = 0

    /// Begins to count.
    ///
    /// - Parameters:
    ///   - done: Samples that earlier runs have written.
    ///   - total: Samples in all; nil where the input does not tell.
    ///   - now: The time, in seconds.
    public init(done: Int = 0, of total: Int?, at now: Double) {
        self.done = done
        self.total = total
        before = done
        started = now
        lastLine = now
    }

    /// Begins to count now.
    public init(done: Int = 0, of total: Int?) {
        self.init(done: done, of: total, at: SteadyClock.seconds)
    }

    /// Counts samples.
    public mutating func add(_ samples: Int) { done += samples }

    /// What there is to say, as `12 of 200 samples, 3.4 a second, 55 s left`.
    ///
    /// - Parameter now: The time, in seconds.
    /// - Returns: The text.
    public func text(at now: Double) -> String {
        let seconds = max(now - started, 1e-9)
        let rate = Double(done - before) / seconds
        var text = total.map { "\(done) of \($0) samples" } ?? "\(done) samples"
        guard done > before else { return text }
        text += ", \(Self.short(rate)) a second"
        if let total, total > done {
            text += ", \(Self.duration(Double(total - done) / rate)) left"
        }
        return text
    }

    /// What there is to say now.
    public var text: String { text(at: SteadyClock.seconds) }

    /// A line for a log, where half a minute has passed since the last one or another tenth is done.
    ///
    /// - Parameter now: The time, in seconds.
    /// - Returns: The line; nil where it is too early for one.
    public mutating func line(at now: Double) -> String? {
        let share = total.map { $0 > 0 ? 10 * done / $0 : 10 } ?? 0
        // Ten lines of a run that takes a second say nothing.
        let isDue = now - lastLine >= 30 || share > lastShare && now - lastLine >= 2
        guard isDue else { return nil }
        (lastLine, lastShare) = (now, share)
        return text(at: now)
    }

    /// A line for a log now.
    public mutating func line() -> String? { line(at: SteadyClock.seconds) }

    /// A duration for people.
    ///
    /// - Parameter seconds: The duration.
    /// - Returns: Such as `1 h 02 min`, `3 min 20 s` or `12 s`.
    public static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "long" }
        let whole = Int(seconds.rounded(.up))
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if whole >= 3600 { return "\(whole / 3600) h \(padded(whole % 3600 / 60)) min" }
        return whole >= 60 ? "\(whole / 60) min \(padded(whole % 60)) s" : "\(whole) s"
    }

    private static func short(_ rate: Double) -> String {
        rate >= 100 ? "\(Int(rate.rounded()))" : "\((rate * 10).rounded() / 10)"
    }
}
