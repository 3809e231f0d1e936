internal import ScopeFiles
internal import ScopeTrace

/// The tokens of a GGUF file with their kinds, and the tokens that have a key of their own.
struct GGUFTokenList {
    static let key = "tokenizer.ggml.tokens"

    let fields: GGUFFields
    let array: GGUFArray
    let kinds: [SentencePieceModel.PieceKind]
    /// The ids of tokens without a spelling.
    private var empty: Set<Int> = []

    init(_ fields: GGUFFields) throws(TokenizerError) {
        self.fields = fields
        let array = try fields.array(Self.key)
        self.array = array
        guard array.kind == .string, array.count > 0 else {
            throw .file(
                array.value.error(array.count == 0 ? "is empty" : "must hold strings"))
        }
        guard let types = try fields.array(ifPresent: "tokenizer.ggml.token_type") else {
            kinds = Array(repeating: .normal, count: array.count)
            try findEmpty()
            return
        }
        let numbers = try fields.read { () throws(FileError) in try types.ints() }
        guard numbers.count == array.count else {
            throw .file(
                types.value.error(
                    "has \(numbers.count) elements, there are \(array.count) tokens"))
        }
        var kinds: [SentencePieceModel.PieceKind] = []
        kinds.reserveCapacity(numbers.count)
        for (id, number) in numbers.enumerated() {
            // Zero is "undefined", which says nothing.
            guard let kind = SentencePieceModel.PieceKind(rawValue: number == 0 ? 1 : number)
            else { throw .file(types.error(id, "there is no type \(number)")) }
            kinds.append(kind)
        }
        self.kinds = kinds
        try findEmpty()
    }

    private mutating func findEmpty() throws(TokenizerError) {
        let strings = try fields.read { () throws(FileError) in try array.strings() }
        for (id, spelling) in strings.enumerated() where spelling.isEmpty { empty.insert(id) }
    }

    var count: Int { kinds.count }

    /// The spelling of each token, checked to be UTF-8.
    ///
    /// - Parameter body: takes each id and its spelling.
    /// - Throws: ``TokenizerError``.
    func forEach(
        _ body: (Int, ArraySlice<UInt8>) throws(TokenizerError) -> Void
    ) throws(TokenizerError) {
        let strings = try fields.read { () throws(FileError) in try array.strings() }
        var id = 0
        for spelling in strings {
            guard Self.isUTF8(spelling) else { throw malformed(id, "is not valid UTF-8") }
            try body(id, spelling)
            id += 1
        }
    }

    static func isUTF8(_ bytes: ArraySlice<UInt8>) -> Bool {
        (try? UTF8Span(validating: bytes.span)) != nil
    }

    func malformed(_ id: Int, _ reason: String) -> TokenizerError {
        .file(array.error(id, reason))
    }

    /// The scores, one for each token.
    func scores() throws(TokenizerError) -> [Double] {
        let array = try fields.array("tokenizer.ggml.scores")
        let scores = try fields.read { () throws(FileError) in try array.doubles() }
        guard scores.count == count else {
            throw .file(
                array.value.error("has \(scores.count) elements, there are \(count) tokens"))
        }
        if let index = scores.firstIndex(where: { !$0.isFinite }) {
            throw .file(array.error(index, "must be finite"))
        }
        return scores
    }

    /// The token that a key names, if it names one.
    ///
    /// - Parameter name: what stands between `tokenizer.ggml.` and `_token_id`.
    /// - Returns: the id.
    /// - Throws: ``TokenizerError`` if there is no such token, or it is one that no text leads to.
    func id(_ name: String) throws(TokenizerError) -> Int? {
        let key = "tokenizer.ggml.\(name)_token_id"
        guard let id = try fields.id(key, of: count) else { return nil }
        guard kinds[id] != .unused, !empty.contains(id) else {
            throw .file(
                fields.metadata[key]?.error("is \(id), the number of an unused token")
                    ?? array.error(id, "is unused"))
        }
        return id
    }

    /// The roles that keys give to tokens.
    func markers() throws(TokenizerError) -> [Int: TokenRole] {
        var roles: [Int: TokenRole] = [:]
        // The end of a turn or of a message to a tool.
        for name in ["eot", "eom"] {
            if let id = try id(name) { roles[id] = .template }
        }
        let fillInTheMiddle = [
            "fim_pre", "fim_suf", "fim_mid", "fim_pad", "fim_rep", "fim_sep",
            // Older names.
            "prefix", "suffix", "middle",
        ]
        for name in fillInTheMiddle {
            if let id = try id(name) { roles[id] = .fim }
        }
        return roles
    }

    /// The tokens for filling in the middle that keys name, by their present or their older names.
    func fillInTheMiddleTokens() throws(TokenizerError) -> FillInTheMiddleTokens? {
        let named = { (name: String) throws(TokenizerError) in try id(name) }
        if let tokens = try FillInTheMiddleTokens(
            ("fim_pre", "fim_suf", "fim_mid", "eot"), id: named)
        {
            return tokens
        }
        return try FillInTheMiddleTokens(("prefix", "suffix", "middle", "eot"), id: named)
    }
}
