internal import ScopeFiles

extension SentencePieceModel {
    /// Takes a model of SentencePiece from a GGUF file's metadata.
    ///
    /// - Parameters:
    ///   - fields: the metadata.
    ///   - algorithm: what the file's `tokenizer.ggml.model` says.
    /// - Throws: ``TokenizerError`` naming the key.
    init(_ fields: GGUFFields, _ algorithm: Algorithm) throws(TokenizerError) {
        let list = try GGUFTokenList(fields)
        self.init(file: fields.file)
        self.algorithm = algorithm
        listName = GGUFTokenList.key
        allowsAllKinds = true
        let scores = try list.scores()
        let positions = list.array.value.position
        pieces.reserveCapacity(list.count)
        try list.forEach { id, spelling throws(TokenizerError) in
            let kind = list.kinds[id]
            guard (1...AddedToken.longestContent).contains(spelling.count) || kind == .unused
            else {
                throw list.malformed(id, "must have 1 to \(AddedToken.longestContent) bytes")
            }
            var piece = Piece(position: positions)
            piece.spelling = Array(spelling)
            piece.score = Float(scores[id])
            piece.kind = kind
            pieces.append(piece)
        }
        fallsBackToBytes = list.kinds.contains(.byte)
        let isPair = algorithm == .bytePair
        bos = try list.id("bos") ?? (isPair ? 1 : -1)
        eos = try list.id("eos") ?? (isPair ? 2 : 1)
        if !list.kinds.contains(.unknown), let id = try list.id("unknown") {
            // Some converters call it a control token.
            pieces[id].kind = .unknown
        }
        addsBlank = try fields.flag("tokenizer.ggml.add_space_prefix") ?? true
        addsBOS = try fields.flag("tokenizer.ggml.add_bos_token") ?? isPair
        addsEOS = try fields.flag("tokenizer.ggml.add_eos_token") ?? !isPair
        markers = try list.markers()
        fillInTheMiddleTokens = try list.fillInTheMiddleTokens()
        try Self.refuseNormalization(fields)
    }

    private static func refuseNormalization(_ fields: GGUFFields) throws(TokenizerError) {
        let folds = "tokenizer.ggml.remove_extra_whitespaces"
        if try fields.flag(folds) ?? false { throw fields.unsupported(folds, "folding blanks") }
        let table = "tokenizer.ggml.precompiled_charsmap"
        if let array = try fields.array(ifPresent: table), array.count > 0 {
            throw fields.unsupported(table, "a table of replacements")
        }
    }
}
