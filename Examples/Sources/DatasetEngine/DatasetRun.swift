public import ScopeDecoding
import ScopeFiles
import ScopeMetrics
import ScopeReports
public import ScopeTrace
import TokenScope

/// A model at work on the records of a data set, one after the other or several in one pass.
///
/// What becomes of a record depends on the record, the model and the settings alone: its draws have a seed of
/// their own (``seed(of:)``), and sessions of a batch write what they write alone. So it does not matter
/// which process does which records, in which order, and how often it was ended in between.
public struct DatasetRun: Sendable {
    /// The model.
    public let model: ModelContext
    /// How tokens are drawn, where a record does not say otherwise.
    public var parameters: GenerateParameters
    /// The samples of a record that does not say itself; a source has one.
    public var samples = 1
    /// Samples that go through the model together.
    public var batch = 1
    /// Whether the model's BOS token goes first.
    public var addBOS = false
    /// Whether records hold the tokens with what was measured of them.
    public var hasTraces = true
    /// What is made of a prompt before it is read, such as a chat template's text.
    public var preparePrompt: @Sendable (String) throws -> String = { $0 }
    /// Attaches what is observed beside the standard metrics.
    public var prepareSession: @Sendable (inout DecodingSession) throws -> Void = { _ in }
    /// Folds a trace over the syntax of its code, as one JSON object; nil where it is not folded.
    public var fold: (@Sendable (TokenTrace, DatasetRecord) throws -> String?)?
    /// Which metrics are left out of records, as they are written elsewhere.
    public var isLeftOut: @Sendable (String) -> Bool = { _ in false }
    /// Keeps the columns of a sample's trace elsewhere, before its record is written.
    public var keepColumns: (@Sendable (TokenTrace, DatasetRecord.ID, Int) throws -> Void)?

    /// Makes a run.
    ///
    /// - Parameters:
    ///   - model: The model.
    ///   - parameters: How tokens are drawn.
    public init(_ model: ModelContext, parameters: GenerateParameters) {
        self.model = model
        self.parameters = parameters
    }

    /// What a run came to.
    public struct Counts: Hashable, Sendable {
        /// Samples that were written.
        public var samples = 0
        /// Samples of them that have an error instead of a text.
        public var errors = 0
        /// Records of the input, those of other parts and those of earlier runs among them.
        public var records = 0
        /// Records whose id an earlier one has.
        public var repeated = 0
        /// Lines of the input that were no records.
        public var malformed = 0
        /// Whether the task was cancelled before the end.
        public var isCancelled = false
    }

    /// The seed of the first sample of a record: the first 13 hexadecimal digits of the SHA-256 digest of
    /// `SEED:ID`, with the run's seed, or the record's own, in decimal digits.
    ///
    /// Sample `k` has `GenerateParameters.seed(ofSample:)` of it.
    ///
    /// - Parameters:
    ///   - id: The record's name.
    ///   - seed: The run's seed, or the record's own.
    /// - Returns: A number below 2⁵², which every reader of JSON reads exactly.
    public static func seed(of id: DatasetRecord.ID, seed: UInt64) -> UInt64 {
        var digest = SHA256()
        let name = Array("\(seed):\(id)".utf8)
        digest.update(name.span)
        return UInt64(digest.finish().prefix(13), radix: 16) ?? 0
    }

    /// Works on records to the end, or until the task is cancelled.
    ///
    /// - Parameters:
    ///   - reader: The records.
    ///   - shard: Which of them.
    ///   - done: Samples that an earlier run has written, which are passed over.
    ///   - complain: Is told of each line that is no record, and of the first id that comes again.
    ///   - emit: Is given lines in the order of the input, each ended by a line break, and how many.
    /// - Returns: What it came to.
    /// - Throws: ``DatasetError``; what is wrong with one record becomes a line with `error`.
    public func run(
        _ reader: DatasetReader, shard: Shard = .whole, skipping done: Int = 0,
        complain: (String) -> Void = { _ in },
        emit: ([UInt8], Int) throws(DatasetError) -> Void
    ) throws(DatasetError) -> Counts {
        var work = DatasetWork(run: self, reader: reader, shard: shard, toSkip: done)
        var counts = Counts()
        var lanes: [(slot: Int, sample: DatasetSample)] = []
        var batch = DecodingBatch([])
        var finished: [Int: [UInt8]] = [:]
        var (started, written) = (0, 0)
        // Short texts wait for a long one that began before them, a few of them.
        let most = self.batch == 1 ? 1 : 4 * self.batch
        while !Task.isCancelled {
            while lanes.count < self.batch, started - written < most {
                guard let sample = try work.next(complain: complain) else { break }
                switch sample.state {
                case .session(let session):
                    batch.sessions.append(session)
                    lanes.append((started, sample))
                case .failed(let reason):
                    finished[started] = line(of: sample, error: reason)
                    counts.errors += 1
                }
                started += 1
            }
            if Task.isCancelled { break }
            for (lane, outcome) in batch.next().enumerated().reversed() {
                if outcome.isToken { continue }
                let (slot, sample) = lanes.remove(at: lane)
                let session = batch.sessions.remove(at: lane)
                if session.stopReason == .cancelled { continue }
                if case .failed(let failure) = outcome {
                    if failure.isFatal { throw .model(failure) }
                    finished[slot] = line(of: sample, error: "\(failure)")
                    counts.errors += 1
                } else {
                    finished[slot] = try line(of: sample, trace: session.trace)
                }
            }
            var lines: [UInt8] = []
            let first = written
            while let line = finished.removeValue(forKey: written) {
                lines += line
                written += 1
            }
            if written > first { try emit(lines, written - first) }
            if lanes.isEmpty, written == started, work.isAtEnd { break }
        }
        counts.samples = written
        counts.records = work.records
        counts.repeated = work.repeated
        counts.malformed = work.malformed
        counts.isCancelled = Task.isCancelled && !(work.isAtEnd && written == started)
        return counts
    }
}

extension DecodingFailure {
    /// Whether it says something of the model, and not of one text.
    var isFatal: Bool {
        if case .model(.file) = self { true } else { false }
    }
}
