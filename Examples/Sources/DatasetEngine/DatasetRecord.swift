public import ScopeDecoding
public import ScopeFiles

/// One record of a data set: what is to be continued or measured.
public struct DatasetRecord: Sendable {
    /// What names a record: a text, or a whole number that stays one in the output.
    public enum ID: Hashable, Sendable, CustomStringConvertible {
        /// A text.
        case text(String)
        /// A whole number.
        case number(Int)

        /// The text, or the number in decimal digits.
        public var description: String {
            switch self {
            case .text(let text): text
            case .number(let number): "\(number)"
            }
        }
    }

    /// What is done with it.
    public enum Body: Sendable {
        /// A text to be continued.
        case prompt(String)
        /// A text to be measured.
        case source(String)
        /// A file that cannot be measured, and why.
        case unreadable(String)
    }

    /// The member that the input names it by, which the output uses, too: `id` or `task_id`.
    public var key = "id"
    /// Its name.
    public var id: ID
    /// What is done with it.
    public var body: Body
    /// The samples that it asks for itself.
    public var samples: Int?
    /// The settings that it brings itself.
    public var settings = RecordSettings()

    /// Makes a record.
    public init(id: ID, body: Body) {
        self.id = id
        self.body = body
    }

    /// Reads a record of a line of JSON.
    ///
    /// - Parameters:
    ///   - line: The line.
    ///   - file: What faults call the place, such as `prompts.jsonl:3`.
    /// - Throws: `FileError.malformed` that names the member.
    public init(_ line: [UInt8], file: String) throws(FileError) {
        let root = try JSONDocument(bytes: line, file: file).root
        let key = root["id"] == nil && root["task_id"] != nil ? "task_id" : "id"
        let name = try root.required(key)
        let prompt = try root.required("prompt")
        if name.kind == .number {
            id = .number(try name.int())
        } else {
            id = .text(try name.string())
        }
        body = .prompt(try prompt.string())
        self.key = key
        if let count = root["samples"] {
            let number = try count.int()
            guard (1...Self.mostSamples).contains(number) else {
                throw count.mismatch("a number from 1 to \(Self.mostSamples)")
            }
            samples = number
        }
        settings = try RecordSettings(root)
    }

    /// More would be a slip of the finger.
    public static let mostSamples = 10_000
}

/// Settings of a record that stand in the place of the run's.
public struct RecordSettings: Hashable, Sendable {
    private var numbers: [String: Double] = [:]
    private var counts: [String: Int] = [:]
    private var seed: UInt64?
    private var stop: [String]?

    private static let numberNames = [
        "temperature", "top_p", "min_p", "repetition_penalty", "frequency_penalty",
        "presence_penalty",
    ]
    private static let countNames = ["max_tokens", "top_k"]

    /// Makes settings that change nothing.
    public init() {}

    init(_ root: JSONValue) throws(FileError) {
        for name in Self.numberNames {
            if let value = root[name], !value.isNull { numbers[name] = try value.double() }
        }
        for name in Self.countNames {
            guard let value = root[name], !value.isNull else { continue }
            let count = try value.int()
            guard count >= 0 else { throw value.mismatch("a whole number of at least 0") }
            counts[name] = count
        }
        if let value = root["seed"], !value.isNull { seed = try value.uint64() }
        guard let value = root["stop"], !value.isNull else { return }
        if value.kind == .string {
            stop = [try value.string()]
        } else {
            var texts: [String] = []
            for element in try value.elements() { texts.append(try element.string()) }
            stop = texts
        }
    }

    /// The settings of a record: those of the run but for what it brings itself.
    ///
    /// - Parameter run: The run's.
    /// - Returns: The record's.
    public func applied(to run: GenerateParameters) -> GenerateParameters {
        var parameters = run
        for (name, value) in numbers {
            switch name {
            case "temperature": parameters.temperature = value
            case "top_p": parameters.topP = value
            case "min_p": parameters.minP = value
            case "repetition_penalty": parameters.repetitionPenalty = value
            case "frequency_penalty": parameters.frequencyPenalty = value
            default: parameters.presencePenalty = value
            }
        }
        if let count = counts["max_tokens"] { parameters.maxTokens = count }
        if let count = counts["top_k"] { parameters.topK = count }
        if let seed { parameters.seed = seed }
        if let stop { parameters.stopStrings = stop }
        return parameters
    }
}
