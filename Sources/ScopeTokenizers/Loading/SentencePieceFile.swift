internal import ScopeFiles

/// Builds a tokenizer from `tokenizer.model`.
///
/// The pipeline is the one that conversions of such files to `tokenizer.json` have: a mark before
/// each stretch of text, marks for blanks, and the names of control tokens found in the text.
struct SentencePieceFile {
    private static let mark = Array("\u{2581}".utf8)

    let model: SentencePieceModel
    let configuration: FileField?

    init(_ model: SentencePieceModel) {
        self.model = model
        configuration = nil
    }

    init(_ contents: FileContents, configuration: FileContents?) throws(TokenizerError) {
        model = try SentencePieceModel(contents)
        self.configuration = try configuration.map { file throws(TokenizerError) in
            try FileField(root: file)
        }
    }

    func tokenizer() throws(TokenizerError) -> PreTrainedTokenizer {
        let vocabulary = try vocabulary()
        let blanks = Normalizer.Step.replace(.literal([UInt8(ascii: " ")]), with: Self.mark)
        let normalizer = Normalizer(
            steps: model.addsBlank ? [.prepend(Self.mark), blanks] : [blanks])
        let strip = SpellingDecoder.Strip(character: [UInt8(ascii: " ")], count: 1)
        let decoder = SpellingDecoder(
            steps: [.replace(.literal(Self.mark), with: [UInt8(ascii: " ")])],
            fallsBackToBytes: true, strip: model.addsBlank ? strip : nil)
        let bos = try token("bos_token", orID: model.bos, in: vocabulary)
        let eos = try token("eos_token", orID: model.eos, in: vocabulary)
        var tokenizer = PreTrainedTokenizer(
            added: AddedVocabulary(addedTokens(), normalizer: normalizer), normalizer: normalizer,
            preTokenizer: PreTokenizer(steps: []), model: try tokenModel(vocabulary),
            postProcessor: try postProcessor(bos: bos, eos: eos), decoder: .spelling(decoder),
            bos: bos, eos: eos, markers: model.markers)
        if let tokens = model.fillInTheMiddleTokens {
            tokenizer.fillInTheMiddleTokens = tokens
            return tokenizer
        }
        tokenizer.fillInTheMiddleTokens = try FillInTheMiddleTokens(
            FillInTheMiddleTokens.configuredNames
        ) { (name) throws(TokenizerError) in
            guard let content = try TokenizerFile.configuredToken(configuration?[name]) else {
                return nil
            }
            return vocabulary.id(ofSpelling: content)
        }
        return tokenizer
    }

    private func vocabulary() throws(TokenizerError) -> Vocabulary {
        var vocabulary = Vocabulary(capacity: model.pieces.count, spellsBytes: false)
        for (id, piece) in model.pieces.enumerated() {
            // An unused piece is in no text.
            if piece.kind == .unused, model.allowsAllKinds { continue }
            guard vocabulary.insert(spelling: piece.spelling, id: id) else {
                throw malformed(id, "the token is there twice")
            }
            switch piece.kind {
            case .userDefined, .unused:
                guard model.allowsAllKinds else {
                    throw model.unsupported(
                        "\(model.listName)[\(id)].type", "a piece of this type")
                }
            case .byte:
                guard SpellingDecoder(fallsBackToBytes: true).byte(ofText: piece.spelling) != nil
                else { throw malformed(id, "does not name a byte") }
            case .normal, .unknown, .control: break
            }
        }
        return vocabulary
    }

    private func malformed(_ id: Int, _ reason: String) -> TokenizerError {
        .file(
            .malformed(
                file: model.file, field: "\(model.listName)[\(id)]",
                position: model.pieces[id].position,
                reason: reason))
    }

    private func addedTokens() -> [AddedToken] {
        model.pieces.enumerated().compactMap { id, piece in
            switch piece.kind {
            case .control, .unknown:
                return AddedToken(id: id, content: piece.spelling, isSpecial: true)
            case .userDefined:
                return userDefined(id, piece.spelling)
            case .normal, .byte, .unused: return nil
            }
        }
    }

    /// A user-defined piece, which stands for blanks as well as for the marks of blanks.
    ///
    /// SentencePiece looks for it in normalised text. Where a mark goes before each stretch, the
    /// name would get one too, so there it is looked for in the text itself.
    private func userDefined(_ id: Int, _ spelling: [UInt8]) -> AddedToken {
        guard model.addsBlank else {
            return AddedToken(id: id, content: spelling, isNormalized: true)
        }
        var name = NormalizedText(bytes: spelling, origin: .lost)
        name.replace(.literal(Self.mark), with: [UInt8(ascii: " ")])
        return AddedToken(id: id, content: name.bytes)
    }

    /// The token that the configuration names, or the one that the model numbers.
    private func token(
        _ name: String, orID id: Int, in vocabulary: Vocabulary
    ) throws(TokenizerError) -> Int? {
        if let content = try TokenizerFile.configuredToken(configuration?[name]) {
            return vocabulary.id(ofSpelling: content)
        }
        return vocabulary.contains(id) ? id : nil
    }

    /// Llama's classes put BOS before a text unless told otherwise; no other is implied.
    private func postProcessor(bos: Int?, eos: Int?) throws(TokenizerError) -> PostProcessor {
        let defaultBOS = model.addsBOS ?? (model.algorithm == .bytePair)
        let addsBOS =
            try configuration?.flag("add_bos_token", default: defaultBOS) ?? defaultBOS
        let addsEOS = try configuration?.flag("add_eos_token") ?? model.addsEOS ?? false
        let before = addsBOS ? [bos].compactMap(\.self) : []
        let after = addsEOS ? [eos].compactMap(\.self) : []
        return before.isEmpty && after.isEmpty ? .none : .template(before: before, after: after)
    }

    private func tokenModel(_ vocabulary: Vocabulary) throws(TokenizerError) -> TokenModel {
        guard let unknown = model.pieces.firstIndex(where: { $0.kind == .unknown }) else {
            throw model.unsupported(
                model.listName, "a model without a token for unknown characters")
        }
        switch model.algorithm {
        case .bytePair:
            var rules = UnknownCharacters(unknownToken: UInt32(unknown), isFused: true)
            if model.fallsBackToBytes {
                rules.byteTokens = UnknownCharacters.byteTokens(in: vocabulary)
            }
            try checkUnused()
            let pairs = BytePairModel(
                vocabulary: vocabulary, merges: merges(vocabulary), ignoresMerges: false)
            return .characterPair(CharacterPairModel(pairs: pairs, unknown: rules))
        case .unigram:
            if let unused = model.pieces.firstIndex(where: { $0.kind == .unused }) {
                throw model.unsupported("\(model.listName)[\(unused)]", "an unused piece")
            }
            return .unigram(
                UnigramModel(
                    vocabulary: vocabulary, scores: model.pieces.map { Double($0.score) },
                    unknownToken: unknown, fallsBackToBytes: model.fallsBackToBytes))
        case .word, .character:
            throw model.unsupported("trainer_spec.model_type", "a model of this type")
        }
    }

    /// Refuses unused pieces that others are made of.
    ///
    /// SentencePiece merges them and parts them again, which no merge table does. Padding is part
    /// of nothing.
    private func checkUnused() throws(TokenizerError) {
        var unused: Set<ArraySlice<UInt8>> = []
        for piece in model.pieces where piece.kind == .unused { unused.insert(piece.spelling[...]) }
        guard !unused.isEmpty else { return }
        for (id, piece) in model.pieces.enumerated() where piece.kind == .normal {
            for cut in piece.spelling.indices.dropFirst()
            where unused.contains(piece.spelling[..<cut])
                || unused.contains(piece.spelling[cut...])
            {
                throw model.unsupported(
                    "\(model.listName)[\(id)]", "a piece made of an unused one")
            }
        }
    }

    /// Any two pieces whose spellings make up a third may merge, by the score of that one; the
    /// leftmost first where scores are equal.
    private func merges(_ vocabulary: Vocabulary) -> MergeTable {
        let ranked = model.pieces.indices.filter { model.pieces[$0].kind == .normal }
            .sorted { (-model.pieces[$0].score, $0) < (-model.pieces[$1].score, $1) }
        var found: [(product: Int, parts: [(left: Int, right: Int)])] = []
        var count = 0
        for id in ranked {
            let spelling = model.pieces[id].spelling
            var parts: [(left: Int, right: Int)] = []
            for cut in spelling.indices.dropFirst() where spelling[cut] & 0xC0 != 0x80 {
                if let left = vocabulary.id(of: spelling.span, 0..<cut), isNormal(left),
                    let right = vocabulary.id(of: spelling.span, cut..<spelling.count),
                    isNormal(right)
                {
                    parts.append((left, right))
                }
            }
            count += parts.count
            if !parts.isEmpty { found.append((id, parts)) }
        }
        var table = MergeTable(capacity: count)
        for (product, parts) in found {
            table.beginRank(product: product)
            for part in parts { table.append(left: part.left, right: part.right) }
        }
        return table
    }

    private func isNormal(_ id: Int) -> Bool { model.pieces[id].kind == .normal }
}
