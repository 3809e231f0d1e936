internal import ScopeFiles
internal import ScopeTrace

/// What `tokenizer.model` holds: SentencePiece's `ModelProto`, as far as tokens depend on it; or the
/// same as the metadata of a GGUF file tell it.
struct SentencePieceModel {
    /// A token.
    struct Piece {
        var spelling: [UInt8] = []
        var score: Float = 0
        var kind = PieceKind.normal
        let position: Int
    }

    /// What a token is for; the numbers are the format's.
    enum PieceKind: Int {
        case normal = 1
        case unknown = 2
        case control = 3
        case userDefined = 4
        case unused = 5
        case byte = 6
    }

    /// How the model was trained; the numbers are the format's.
    enum Algorithm: Int {
        case unigram = 1
        case bytePair = 2
        case word = 3
        case character = 4
    }

    let file: String
    /// What the file calls the list of pieces.
    var listName = "pieces"
    var pieces: [Piece] = []
    var algorithm = Algorithm.unigram
    var fallsBackToBytes = false
    var bos = 1
    var eos = 2
    var addsBlank = true
    /// Whether special tokens begin and end a text, if the model itself says so.
    var addsBOS: Bool?
    var addsEOS: Bool?
    /// Tokens that the file gives a role.
    var markers: [Int: TokenRole] = [:]
    /// The tokens for filling in the middle that the file names.
    var fillInTheMiddleTokens: FillInTheMiddleTokens?
    /// Whether pieces may be user-defined or unused.
    ///
    /// `tokenizer.model` leaves open where in the pipeline user-defined pieces are looked for.
    var allowsAllKinds = false

    init(file: String) {
        self.file = file
    }

    /// Reads a file and refuses what would change tokens and is not understood.
    init(_ contents: FileContents) throws(TokenizerError) {
        file = contents.name
        var message = ProtobufMessage(contents)
        // Blanks are folded unless the file says otherwise.
        var foldsBlanks: Bool?
        while let field = try message.next() {
            switch field.number {
            case 1:
                let range = try message.range(field, "pieces")
                pieces.append(
                    try Self.piece(
                        ProtobufMessage(contents, range, name: "pieces[\(pieces.count)]"),
                        at: field.position))
            case 2:
                let range = try message.range(field, "trainer_spec")
                try readTrainer(ProtobufMessage(contents, range, name: "trainer_spec"))
            case 3:
                let range = try message.range(field, "normalizer_spec")
                foldsBlanks = try readNormalizer(
                    ProtobufMessage(contents, range, name: "normalizer_spec"))
            default: break
            }
        }
        guard !pieces.isEmpty else { throw message.malformed("holds no pieces", at: 0) }
        if foldsBlanks ?? true {
            throw unsupported("normalizer_spec.remove_extra_whitespaces", "folding blanks")
        }
    }

    func unsupported(_ field: String, _ construct: String) -> TokenizerError {
        .unsupportedTokenizer(file: file, field: field, construct: construct)
    }

    private static func piece(
        _ message: consuming ProtobufMessage, at position: Int
    ) throws(TokenizerError) -> Piece {
        var piece = Piece(position: position)
        while let field = try message.next() {
            switch field.number {
            case 1: piece.spelling = try message.utf8(field, "piece")
            case 2: piece.score = try message.float(field, "score")
            case 3:
                let number = try message.int(field, "type")
                guard let kind = PieceKind(rawValue: number) else {
                    throw message.malformed("there is no type \(number)", at: field.position)
                }
                piece.kind = kind
            default: break
            }
        }
        guard (1...AddedToken.longestContent).contains(piece.spelling.count) else {
            throw message.malformed(
                "must have 1 to \(AddedToken.longestContent) bytes", at: position)
        }
        return piece
    }

    private mutating func readTrainer(
        _ message: consuming ProtobufMessage
    ) throws(TokenizerError) {
        while let field = try message.next() {
            switch field.number {
            case 3:
                let number = try message.int(field, "model_type")
                guard let known = Algorithm(rawValue: number) else {
                    throw message.malformed("there is no model_type \(number)", at: field.position)
                }
                algorithm = known
            case 24 where try message.bool(field, "treat_whitespace_as_suffix"):
                throw unsupported("trainer_spec.treat_whitespace_as_suffix", "blanks after words")
            case 35: fallsBackToBytes = try message.bool(field, "byte_fallback")
            case 41: bos = try message.int(field, "bos_id")
            case 42: eos = try message.int(field, "eos_id")
            default: break
            }
        }
    }

    /// Returns whether blanks are folded.
    private mutating func readNormalizer(
        _ message: consuming ProtobufMessage
    ) throws(TokenizerError) -> Bool {
        var foldsBlanks = true
        while let field = try message.next() {
            switch field.number {
            case 2 where try !message.range(field, "precompiled_charsmap").isEmpty:
                throw unsupported(
                    "normalizer_spec.precompiled_charsmap", "a table of replacements")
            case 3: addsBlank = try message.bool(field, "add_dummy_prefix")
            case 4: foldsBlanks = try message.bool(field, "remove_extra_whitespaces")
            case 5 where try !message.bool(field, "escape_whitespaces"):
                throw unsupported("normalizer_spec.escape_whitespaces", "blanks as they are")
            default: break
            }
        }
        return foldsBlanks
    }
}
