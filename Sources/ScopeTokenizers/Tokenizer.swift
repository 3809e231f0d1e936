public import ScopeTrace

/// Turns text into token ids and back.
///
/// Nothing is hidden: no token is added unless `addSpecialTokens` asks for it, and truncation and
/// padding that a tokenizer file may hold are not applied. Ids are those of the reference
/// implementation, the Python package `tokenizers`. A tokenizer is immutable and may be used from
/// several threads at once.
public protocol Tokenizer: Sendable {
    /// One more than the largest id; ids below it may be unused.
    var vocabularySize: Int { get }

    /// The beginning-of-sequence token that the configuration names, if the vocabulary has it.
    var bosTokenId: Int? { get }

    /// The end-of-sequence token that the configuration names, if the vocabulary has it.
    ///
    /// A model may end on further tokens, which its generation configuration lists.
    var eosTokenId: Int? { get }

    /// The tokens for filling in the middle that the files name as such; nil where they name none.
    ///
    /// Most vocabularies have such tokens and do not say what they are for.
    var fillInTheMiddleTokens: FillInTheMiddleTokens? { get }

    /// Encodes a text.
    ///
    /// - Parameters:
    ///   - text: any text; names of added tokens in it become those tokens.
    ///   - addSpecialTokens: whether to add what the file's post-processor adds, such as BOS.
    /// - Returns: the ids.
    /// - Complexity: O(n log n) in the bytes of the longest word, linear in the text.
    func encode(text: String, addSpecialTokens: Bool) -> [Int]

    /// Encodes a text and keeps where in it each token lies.
    ///
    /// - Parameters:
    ///   - text: see ``encode(text:addSpecialTokens:)``.
    ///   - addSpecialTokens: see ``encode(text:addSpecialTokens:)``.
    /// - Returns: the same ids, with their spans.
    func encoding(of text: String, addSpecialTokens: Bool) -> Encoding

    /// Decodes ids into a text.
    ///
    /// Ids outside the vocabulary are ignored. Bytes that are not valid UTF-8, such as half of a
    /// character, become U+FFFD, one for each maximal part; in a run of byte tokens such as
    /// `<0xE6>` one for each of them.
    ///
    /// - Parameters:
    ///   - tokens: the ids.
    ///   - skipSpecialTokens: whether to leave out added tokens that the file calls special.
    /// - Returns: the text.
    func decode(tokens: [Int], skipSpecialTokens: Bool) -> String

    /// The bytes that a token adds to a decoded text, or nil outside the vocabulary.
    ///
    /// At the beginning of a text some vocabularies leave a blank out: what a token adds to a
    /// particular text is what ``makeDetokenizer()`` gives.
    func bytes(of id: Int) -> [UInt8]?

    /// Begins to decode a sequence token by token.
    func makeDetokenizer() -> any StreamingDetokenizer

    /// What a token is for; ids outside the vocabulary count as text.
    ///
    /// A token that both begins and ends sequences, as in GPT-2, is an `eos`.
    func role(of id: Int) -> TokenRole

    /// The id of a token in the vocabulary's own spelling, such as `Ġthe`.
    func convertTokenToId(_ token: String) -> Int?

    /// A token in the vocabulary's own spelling.
    func convertIdToToken(_ id: Int) -> String?
}

extension Tokenizer {
    /// None.
    public var fillInTheMiddleTokens: FillInTheMiddleTokens? { nil }

    /// Decodes each token to ``bytes(of:)``, wherever it stands.
    public func makeDetokenizer() -> any StreamingDetokenizer {
        ContextFreeDetokenizer(tokenizer: self)
    }

    /// Encodes a text without added tokens.
    ///
    /// - Parameter text: any text; names of added tokens in it become those tokens.
    /// - Returns: the ids.
    public func encode(text: String) -> [Int] {
        encode(text: text, addSpecialTokens: false)
    }

    /// Encodes a text without added tokens and keeps where in it each token lies.
    ///
    /// - Parameter text: any text; names of added tokens in it become those tokens.
    /// - Returns: the ids with their spans.
    public func encoding(of text: String) -> Encoding {
        encoding(of: text, addSpecialTokens: false)
    }

    /// Decodes ids into a text, special tokens included.
    ///
    /// - Parameter tokens: the ids.
    /// - Returns: the text.
    public func decode(tokens: [Int]) -> String {
        decode(tokens: tokens, skipSpecialTokens: false)
    }

    /// The same as ``Tokenizer/decode(tokens:skipSpecialTokens:)``.
    ///
    /// - Parameters:
    ///   - tokenIds: the ids.
    ///   - skipSpecialTokens: whether to leave out added tokens that the file calls special.
    /// - Returns: the text.
    public func decode(tokenIds: [Int], skipSpecialTokens: Bool = false) -> String {
        decode(tokens: tokenIds, skipSpecialTokens: skipSpecialTokens)
    }
}
