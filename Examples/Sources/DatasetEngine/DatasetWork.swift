import ScopeDecoding
import ScopeMetrics
import TokenScope

/// One sample of a record, ready to be decoded.
struct DatasetSample {
    enum State {
        case session(DecodingSession)
        case failed(String)
    }

    let record: DatasetRecord
    let number: Int
    /// The samples of its record.
    let count: Int
    let state: State
}

/// The samples of a part of the records, one at a time: those of one record share the pass over its prompt.
struct DatasetWork {
    private let run: DatasetRun
    private let reader: DatasetReader
    private let shard: Shard
    private var toSkip: Int
    private var names = RecordNames()
    private var waiting: [DatasetSample] = []
    private(set) var records = 0
    private(set) var repeated = 0
    private(set) var malformed = 0
    private(set) var isAtEnd = false

    init(run: DatasetRun, reader: DatasetReader, shard: Shard, toSkip: Int) {
        self.run = run
        self.reader = reader
        self.shard = shard
        self.toSkip = toSkip
    }

    mutating func next(complain: (String) -> Void) throws(DatasetError) -> DatasetSample? {
        while waiting.isEmpty, !isAtEnd, !Task.isCancelled {
            let reader = reader
            let item = try DatasetError.wrappingFiles { () throws(FileError) in
                try reader.next()
            }
            switch item {
            case nil: isAtEnd = true
            case .malformed(_, let reason):
                malformed += 1
                complain(reason)
            case .record(let record):
                defer { records += 1 }
                if !names.add(record.id) {
                    repeated += 1
                    if repeated == 1 { complain(RecordNames.complaint(record, at: reader.place)) }
                }
                guard shard.holds(records) else { continue }
                let count = count(of: record)
                if toSkip >= count {
                    toSkip -= count
                    continue
                }
                waiting = try begin(record, count: count).reversed()
            }
        }
        return waiting.popLast()
    }

    private func count(of record: DatasetRecord) -> Int {
        guard case .prompt = record.body else { return 1 }
        return record.samples ?? run.samples
    }

    /// The samples of a record that are still to be written.
    private mutating func begin(
        _ record: DatasetRecord, count: Int
    ) throws(DatasetError) -> [DatasetSample] {
        let first = toSkip
        toSkip = 0
        func samples(_ state: (Int) -> DatasetSample.State) -> [DatasetSample] {
            (first..<count).map {
                DatasetSample(record: record, number: $0, count: count, state: state($0))
            }
        }
        do {
            let sessions = try sessions(of: record, count: count)
            return samples { .session(sessions[$0]) }
        } catch let failure as DecodingFailure {
            if failure.isFatal { throw .model(failure) }
            return samples { _ in .failed("\(failure)") }
        } catch {
            return samples { _ in .failed("\(error)") }
        }
    }

    private func sessions(of record: DatasetRecord, count: Int) throws -> [DecodingSession] {
        var session: DecodingSession
        switch record.body {
        case .unreadable(let reason): throw UnreadableRecord(description: reason)
        case .source(let text):
            session = try run.model.scoringSession(
                of: text, window: run.parameters.window, addBOS: run.addBOS)
        case .prompt(let prompt):
            var parameters = record.settings.applied(to: run.parameters)
            parameters.seed = DatasetRun.seed(of: record.id, seed: parameters.seed)
            session = try DecodingSession(
                run.model, prompt: try run.preparePrompt(prompt), parameters: parameters,
                addBOS: run.addBOS)
            session.attachStandardMetrics()
            if parameters.window != nil { session.attach(ContextLengthObserver()) }
        }
        try run.prepareSession(&session)
        return count == 1 ? [session] : try session.samples(count)
    }
}

/// A file that cannot be measured.
private struct UnreadableRecord: Error, CustomStringConvertible {
    let description: String
}
