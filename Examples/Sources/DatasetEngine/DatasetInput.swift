public import ScopeFiles

/// Where records come from.
public enum DatasetInput: Sendable {
    /// JSON Lines: a file, or "-" for standard input, which can be read once.
    case lines(String)
    /// The source files of a folder, each measured as it stands.
    case folder(String)

    /// What is there at a path: a folder of sources, or a file of lines.
    ///
    /// - Parameter path: The path, or "-".
    public init(_ path: String) {
        let isFolder = path != "-" && (try? FileFolder(directory: path)) != nil
        self = isFolder ? .folder(path) : .lines(path)
    }

    /// Whether its texts are measured and not continued.
    public var isScored: Bool {
        if case .folder = self { true } else { false }
    }
}

/// The records of an input in their order, one at a time.
public final class DatasetReader {
    /// What comes next.
    public enum Item: Sendable {
        /// A record.
        case record(DatasetRecord)
        /// A line that is none, with its number, and why.
        case malformed(line: Int, reason: String)
    }

    /// Where the last item stands, such as `prompts.jsonl:3`, or the file's path.
    public private(set) var place = ""

    private let input: DatasetInput
    private let lines: LineReader?
    private var files: ArraySlice<(path: String, language: String)> = []
    /// The digest of what was read so far, where it is asked for.
    private var digest: SHA256?

    /// Opens an input.
    ///
    /// - Parameters:
    ///   - input: The input.
    ///   - isDigested: Whether ``finishDigest()`` will be called.
    /// - Throws: `FileError`.
    public init(_ input: DatasetInput, isDigested: Bool = false) throws(FileError) {
        self.input = input
        digest = isDigested ? SHA256() : nil
        switch input {
        case .lines(let path): lines = try LineReader(path)
        case .folder(let path):
            lines = nil
            files = SourceWalk.files(below: path)[...]
        }
    }

    /// The next record or the next line that is none; nil at the end.
    ///
    /// - Returns: What comes next.
    /// - Throws: `FileError` where the system cannot read on.
    /// - Complexity: O(bytes of the record).
    public func next() throws(FileError) -> Item? {
        switch input {
        case .folder(let folder):
            guard let file = files.popFirst() else { return nil }
            place = file.path
            return .record(record(of: file.path, in: folder))
        case .lines(let path):
            while let line = try lines?.next() {
                update(line.bytes)
                update([10])
                if line.isBlank { continue }
                place = "\(path):\(line.number)"
                guard !line.isTooLong else {
                    return .malformed(
                        line: line.number, reason: "\(place): has more than 64 MiB")
                }
                do throws(FileError) {
                    return .record(try DatasetRecord(line.bytes, file: place))
                } catch {
                    return .malformed(line: line.number, reason: "\(error)")
                }
            }
            return nil
        }
    }

    private func record(of path: String, in folder: String) -> DatasetRecord {
        let body: DatasetRecord.Body
        do throws(FileError) {
            let contents = try FileContents.open(folder + "/" + path, name: path)
            let bytes = contents.copy(0..<contents.byteCount)
            update(Array("\(path)\u{0}\(bytes.count)\u{0}".utf8))
            update(bytes)
            body =
                String(validating: bytes, as: UTF8.self).map { .source($0) }
                ?? .unreadable("\(path): is not valid UTF-8")
        } catch {
            body = .unreadable("\(error)")
        }
        return DatasetRecord(id: .text(path), body: body)
    }

    private func update(_ bytes: [UInt8]) {
        digest?.update(bytes.span)
    }

    /// The digest of all that was read.
    ///
    /// - Returns: 64 hexadecimal digits; none where no digest was asked for.
    public func finishDigest() -> String {
        defer { digest = nil }
        return digest?.finish() ?? ""
    }
}

/// What an input holds, found by reading it once from end to end.
public struct DatasetSurvey: Sendable {
    /// Records that can be worked on.
    public var records = 0
    /// Samples of all of them.
    public var samples = 0
    /// Lines that are no records.
    public var malformed = 0
    /// What is wrong with the first of them.
    public var complaints: [String] = []
    /// Records whose id an earlier one has.
    public var repeated = 0
    /// Where the first of them is, and its id.
    public var firstRepetition: String?
    /// A digest of the bytes.
    public var digest = ""

    /// Reads an input.
    ///
    /// - Parameters:
    ///   - input: The input; not standard input, which can be read once.
    ///   - samples: The samples of a record that does not say itself.
    ///   - shard: The part of the records that is counted.
    /// - Throws: `FileError`.
    /// - Complexity: O(bytes); one record is in memory at a time, and a number for each.
    public init(
        of input: DatasetInput, samples: Int, shard: Shard = .whole
    ) throws(FileError) {
        let reader = try DatasetReader(input, isDigested: true)
        var names = RecordNames()
        while let item = try reader.next() {
            switch item {
            case .malformed(_, let reason):
                malformed += 1
                if complaints.count < 10 { complaints.append(reason) }
            case .record(let record):
                if !names.add(record.id) {
                    repeated += 1
                    firstRepetition =
                        firstRepetition ?? RecordNames.complaint(record, at: reader.place)
                }
                if shard.holds(records) { self.samples += record.samples ?? samples }
                records += 1
            }
        }
        digest = reader.finishDigest()
    }
}

/// A part of the records of an input: those whose number, from 0, leaves the part's own when divided by the
/// number of parts.
public struct Shard: Hashable, Sendable {
    /// The part, from 0.
    public let index: Int
    /// The number of parts.
    public let count: Int

    /// All records.
    public static let whole = Shard(uncheckedIndex: 0, count: 1)

    private init(uncheckedIndex index: Int, count: Int) {
        self.index = index
        self.count = count
    }

    /// Reads a part, such as `2/8`.
    ///
    /// - Parameter text: The part, from 0, and the number of parts.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1],
            (1...99_999).contains(count), (0..<count).contains(index)
        else { return nil }
        self.init(uncheckedIndex: index, count: count)
    }

    /// Whether a record belongs to it.
    public func holds(_ record: Int) -> Bool { record % count == index }

    /// The name of its file.
    public var fileName: String {
        if count == 1 { return "records.jsonl" }
        func padded(_ number: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: 5 - digits.count) + digits
        }
        return "records-\(padded(index))-of-\(padded(count)).jsonl"
    }
}
