import TokenScope

/// How fast one tokenizer loads, encodes and decodes.
struct TokenizerSpeed {
    private let path: String
    private let folder: FileFolder?
    private let clock: BenchClock
    private let texts: [String]
    private let tokenizer: any Tokenizer
    private let ids: [[Int]]

    /// Reads the texts; what is not UTF-8 is passed over.
    ///
    /// - Parameters:
    ///   - path: a model folder, a `tokenizer.json`, a `tokenizer.model` or a GGUF file.
    ///   - folder: what to take instead of a folder on disk.
    ///   - texts: the files whose text is encoded, one by one.
    ///   - clock: what measures.
    /// - Throws: what reading the files throws.
    init(path: String, folder: FileFolder?, texts: [String], clock: BenchClock) throws {
        self.path = path
        self.folder = folder
        self.clock = clock
        var contents: [String] = []
        for file in texts {
            let bytes = try FileContents.open(file)
            if let text = String(validating: bytes.copy(0..<bytes.byteCount), as: UTF8.self) {
                contents.append(text)
            }
        }
        self.texts = contents
        let tokenizer = try Self.open(path, folder)
        self.tokenizer = tokenizer
        ids = contents.map { tokenizer.encode(text: $0) }
    }

    private static func open(_ path: String, _ folder: FileFolder?) throws -> any Tokenizer {
        if let folder { return try AutoTokenizer.from(folder) }
        if path.hasSuffix(".json") {
            return try AutoTokenizer.from(tokenizerFile: try FileContents.open(path))
        }
        if path.hasSuffix(".model") {
            return try AutoTokenizer.from(sentencePieceModel: try FileContents.open(path))
        }
        if path.hasSuffix(".gguf") {
            return try AutoTokenizer.from(gguf: try GGUFModel(path: path).metadata)
        }
        return try AutoTokenizer.from(try FileFolder(directory: path))
    }

    private var byteCount: Int { texts.reduce(0) { $0 + $1.utf8.count } }

    var bytesPerToken: Double { Double(byteCount) / Double(ids.reduce(0) { $0 + $1.count }) }

    /// Seconds to read the vocabulary.
    func load() throws -> Double {
        try clock.time { _ = try Self.open(path, folder) }
    }

    /// Megabytes of text a second from text to ids, by a tokenizer that has seen the texts or, if it
    /// is fresh, nothing at all.
    func encode(isFresh: Bool) throws -> Double {
        let tokenizer = isFresh ? try Self.open(path, folder) : tokenizer
        var count = 0
        let seconds = clock.time {
            for text in texts { count += tokenizer.encode(text: text).count }
        }
        precondition(count == ids.reduce(0) { $0 + $1.count }, "the ids changed")
        return Double(byteCount) / seconds / 1e6
    }

    /// Megabytes of text a second from ids to text.
    func decode() throws -> Double {
        var count = 0
        let seconds = clock.time {
            for list in ids { count += tokenizer.decode(tokens: list).utf8.count }
        }
        return Double(count) / seconds / 1e6
    }
}
