/// The tokens that a model's own files name for filling in the middle.
///
/// `tokenizer_config.json` calls them `prefix_token`, `suffix_token`, `middle_token` and `eot_token`; GGUF
/// files have the keys `tokenizer.ggml.fim_pre_token_id`, `fim_suf…` and `fim_mid…`, or the older `prefix…`,
/// `suffix…` and `middle…`. Most files name none of them; their tokens are known by spelling.
public struct FillInTheMiddleTokens: Hashable, Sendable {
    /// The token before the text that stands before the gap.
    public var prefix: Int
    /// The token before the text that stands after the gap.
    public var suffix: Int
    /// The token before what the model writes; nil where there is none.
    public var middle: Int?
    /// The token that the model ends the gap with; nil where the files name none.
    public var end: Int?

    /// Names the tokens.
    public init(prefix: Int, suffix: Int, middle: Int? = nil, end: Int? = nil) {
        self.prefix = prefix
        self.suffix = suffix
        self.middle = middle
        self.end = end
    }

    /// The tokens of the names that a file uses, nil unless it names prefix and suffix.
    init?(
        _ names: (prefix: String, suffix: String, middle: String, end: String),
        id: (String) throws(TokenizerError) -> Int?
    ) throws(TokenizerError) {
        guard let prefix = try id(names.prefix), let suffix = try id(names.suffix) else {
            return nil
        }
        self.init(
            prefix: prefix, suffix: suffix, middle: try id(names.middle), end: try id(names.end))
    }

    /// What `tokenizer_config.json` calls them.
    static let configuredNames = (
        prefix: "prefix_token", suffix: "suffix_token", middle: "middle_token", end: "eot_token"
    )
}
