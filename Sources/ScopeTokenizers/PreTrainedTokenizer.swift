internal import ScopeTrace

/// A tokenizer put together from the parts that a file names.
///
/// Text passes through them in the order of the reference implementation: added tokens that are
/// looked for in the raw text, normalizer, added tokens in the normalised text, pre-tokenizer,
/// model, post-processor.
struct PreTrainedTokenizer: Sendable {
    let added: AddedVocabulary
    let normalizer: Normalizer
    let preTokenizer: PreTokenizer
    let model: TokenModel
    let postProcessor: PostProcessor
    let decoder: Decoder
    let roles: TokenRoles
    let bosTokenId: Int?
    let eosTokenId: Int?
    let vocabularySize: Int
    var fillInTheMiddleTokens: FillInTheMiddleTokens?

    private let scratches = ScratchPool()
    /// The text of each token if the decoder works on spellings.
    private let decoded: DecodedVocabulary?

    init(
        added: AddedVocabulary, normalizer: Normalizer, preTokenizer: PreTokenizer,
        model: TokenModel, postProcessor: PostProcessor, decoder: Decoder, bos: Int?, eos: Int?,
        markers: [Int: TokenRole] = [:]
    ) {
        self.added = added
        self.normalizer = normalizer
        self.preTokenizer = preTokenizer
        self.model = model
        self.postProcessor = postProcessor
        self.decoder = decoder
        roles = TokenRoles(added.tokens, bos: bos, eos: eos, markers: markers)
        bosTokenId = bos
        eosTokenId = eos
        let vocabulary = model.vocabulary
        vocabularySize = added.tokens.reduce(vocabulary.idLimit) { max($0, $1.id + 1) }
        guard case .spelling(let rules) = decoder else {
            decoded = nil
            return
        }
        decoded = DecodedVocabulary(rules, size: vocabularySize) { id in
            if let token = added.token(id) { return (token.spelling, token.isSkipped) }
            guard vocabulary.contains(id) else { return nil }
            var spelling: [UInt8] = []
            vocabulary.appendBytes(of: id, to: &spelling)
            return (spelling, false)
        }
    }

    private func tokens(
        of text: String, addSpecialTokens: Bool, keepsSpans: Bool
    ) -> TokenSink {
        var sink = TokenSink(keepsSpans: keepsSpans)
        var scratch = scratches.take()
        let source = Array(text.utf8)
        for part in added.parts(of: source, isNormalized: false) {
            if let token = part.token {
                sink.append(token, source: part.range)
                continue
            }
            var stretch = NormalizedText(
                bytes: Array(source[part.range]),
                origin: keepsSpans ? .shifted(by: part.range.lowerBound) : .lost,
                startLength: part.range.lowerBound == 0 ? 1 : 0)
            normalizer.normalize(&stretch)
            append(stretch, scratch: &scratch, to: &sink)
        }
        scratches.give(back: scratch)
        if addSpecialTokens { postProcessor.process(&sink) }
        return sink
    }

    private func append(
        _ stretch: NormalizedText, scratch: inout BytePairScratch, to sink: inout TokenSink
    ) {
        for part in added.parts(of: stretch.bytes, isNormalized: true) {
            if let token = part.token {
                sink.origin = stretch.origin
                sink.append(token, part.range)
                continue
            }
            var text =
                part.range.count == stretch.bytes.count ? stretch : stretch.part(part.range)
            let words = preTokenizer.words(of: &text)
            sink.origin = text.origin
            let bytes = text.bytes.span
            model.encode(bytes, words, scratch: &scratch, into: &sink)
        }
    }
}

extension PreTrainedTokenizer: Tokenizer {
    func encode(text: String, addSpecialTokens: Bool) -> [Int] {
        tokens(of: text, addSpecialTokens: addSpecialTokens, keepsSpans: false).ids
    }

    func encoding(of text: String, addSpecialTokens: Bool) -> Encoding {
        let sink = tokens(of: text, addSpecialTokens: addSpecialTokens, keepsSpans: true)
        return Encoding(ids: sink.ids, sourceSpans: sink.spans)
    }

    func decode(tokens: [Int], skipSpecialTokens: Bool) -> String {
        if let decoded {
            return decoded.text(of: tokens, skipSpecialTokens: skipSpecialTokens)
        }
        let vocabulary = model.vocabulary
        var bytes: [UInt8] = []
        for id in tokens {
            if let token = added.token(id) {
                if skipSpecialTokens, token.isSkipped { continue }
                bytes += ByteAlphabet.decodedBytes(of: token.spelling)
            } else if vocabulary.contains(id) {
                vocabulary.appendBytes(of: id, to: &bytes)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    func bytes(of id: Int) -> [UInt8]? {
        if let decoded { return decoded.bytes(of: id) }
        if let token = added.token(id) { return ByteAlphabet.decodedBytes(of: token.spelling) }
        guard model.vocabulary.contains(id) else { return nil }
        var bytes: [UInt8] = []
        model.vocabulary.appendBytes(of: id, to: &bytes)
        return bytes
    }

    func makeDetokenizer() -> any StreamingDetokenizer {
        if let decoded { return SpellingDetokenizer(decoded) }
        return ContextFreeDetokenizer(tokenizer: self)
    }

    func role(of id: Int) -> TokenRole {
        roles[id]
    }

    func convertTokenToId(_ token: String) -> Int? {
        let spelling = Array(token.utf8)
        return added.id(ofContent: spelling) ?? model.vocabulary.id(ofSpelling: spelling)
    }

    func convertIdToToken(_ id: Int) -> String? {
        if let token = added.token(id) { return String(decoding: token.content, as: UTF8.self) }
        return model.vocabulary.spelling(of: id)
    }
}
