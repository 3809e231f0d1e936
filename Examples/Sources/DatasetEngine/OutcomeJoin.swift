import ScopeFiles
public import ScopeReports
public import ScopeTrace

/// Joins records with the results of their tests.
public struct OutcomeJoin: Sendable {
    /// The samples that have both, as a report takes them.
    public private(set) var samples: [OutcomeSample] = []
    /// Samples with an error instead of a text.
    public private(set) var errors = 0
    /// Samples that no result is of.
    public private(set) var withoutResult = 0
    /// Results that no sample is of.
    public private(set) var withoutSample = 0
    /// Why categories of a sample are missing, where they are; the first reason.
    public private(set) var complaint: String?

    /// The files of records at a path: a file, or of a folder what was joined, else all parts.
    ///
    /// - Parameter path: The path.
    /// - Returns: The files.
    /// - Throws: ``DatasetError`` for a folder that has none.
    public static func files(at path: String) throws(DatasetError) -> [String] {
        guard let folder = try? FileFolder(directory: path) else { return [path] }
        // One that a later version wrote may mean something else.
        _ = try DatasetManifest(of: path)
        if folder.contains(Shard.whole.fileName) { return ["\(path)/\(Shard.whole.fileName)"] }
        let parts = folder.fileNames.filter {
            $0.hasPrefix("records-") && $0.hasSuffix(".jsonl")
        }
        guard !parts.isEmpty else {
            throw .incomplete(folder: path, reason: "has no records: tokenscope run makes them")
        }
        return parts.map { "\(path)/\($0)" }
    }

    /// Reads records, one at a time, and keeps a few numbers of each.
    ///
    /// - Parameters:
    ///   - files: The files of records.
    ///   - results: The results.
    ///   - categories: The metrics of a trace over the categories of its syntax; nil for none.
    /// - Throws: ``DatasetError/file(_:)`` that names the file, the line and the member.
    /// - Complexity: O(bytes).
    public init(
        _ files: [String], with results: TestResults,
        categories: ((TokenTrace) throws -> [String: [String: OutcomeSample.Total]])? = nil
    ) throws(DatasetError) {
        var found = 0
        for file in files {
            do throws(FileError) {
                let reader = try LineReader(file)
                // A part that is being written may end in the middle of a line.
                while let line = try reader.next(), line.isEnded {
                    if line.isBlank { continue }
                    let place = "\(file):\(line.number)"
                    let root = try JSONDocument(bytes: line.bytes, file: place).root
                    let task = try Self.task(of: root)
                    let number = try root.required("sample").int()
                    let passed = results[task, number]
                    if passed != nil { found += 1 }
                    if root["error"] != nil {
                        errors += 1
                        continue
                    }
                    guard let passed else {
                        withoutResult += 1
                        continue
                    }
                    samples.append(
                        OutcomeSample(
                            task: task, isPassing: passed, values: try Self.values(of: root),
                            categories: totals(of: root, at: place, by: categories)))
                }
            } catch {
                throw .file(error)
            }
        }
        withoutSample = max(0, results.count - found)
    }

    private static func task(of root: JSONValue) throws(FileError) -> String {
        let name: JSONValue
        if let member = root["task_id"] {
            name = member
        } else {
            name = try root.required("id")
        }
        return name.kind == .number ? "\(try name.int())" : try name.string()
    }

    private static func values(of root: JSONValue) throws(FileError) -> [String: Double] {
        var values: [String: Double] = [:]
        // Infinite means are texts in JSON, and have no place in means of means.
        for (key, value) in try root.required("means").members() where value.kind == .number {
            values[key.string] = try value.double()
        }
        if let count = root["completion_tokens"] {
            values["completion_tokens"] = Double(try count.int())
        }
        return values
    }

    private mutating func totals(
        of root: JSONValue, at place: String,
        by categories: ((TokenTrace) throws -> [String: [String: OutcomeSample.Total]])?
    ) -> [String: [String: OutcomeSample.Total]] {
        guard let categories else { return [:] }
        guard let trace = root["trace"] else {
            complaint = complaint ?? "records of --summary-only have no tokens to fold over syntax"
            return [:]
        }
        do {
            let contents = FileContents(copying: Array(trace.lexeme.utf8), name: place)
            guard let recorded = try RecordedTrace.all(in: contents).first else { return [:] }
            return try categories(recorded.trace)
        } catch {
            complaint = complaint ?? "\(error)"
            return [:]
        }
    }
}
