internal import ScopeTokenizers

/// A row of the table of families that fill in the middle: how they spell their tokens, and in which
/// order they were trained.
public struct FillInTheMiddleFamily: Hashable, Sendable {
    /// How a suffix is put first.
    public enum SuffixFirst: Hashable, Sendable {
        /// Prefix token, suffix token, suffix, middle token, prefix: what the middle follows is the
        /// prefix, without a token between them.
        case joined
        /// Suffix token, suffix, prefix token, prefix, and the middle token where there is one.
        case apart
    }

    /// The models that the row is of.
    public let name: String
    /// The token before the prefix; empty where none stands there.
    public let prefix: String
    /// The token before the suffix.
    public let suffix: String
    /// The token before the middle; nil where there is none.
    public let middle: String?
    /// The order that is used unless another is asked for.
    public let order: FillInTheMiddleOrder
    /// How a suffix is put first; nil where it cannot be.
    public let suffixFirst: SuffixFirst?
    /// Whether a prefix can be put first.
    public let hasPrefixFirst: Bool
    /// Tokens between the suffix and the middle's own.
    public let between: [String]
    /// Tokens that end the middle, those that a vocabulary lacks left out.
    public let stops: [String]

    init(
        _ name: String, prefix: String, suffix: String, middle: String?,
        order: FillInTheMiddleOrder = .prefixFirst, suffixFirst: SuffixFirst? = .joined,
        hasPrefixFirst: Bool = true, between: [String] = [], stops: [String] = []
    ) {
        self.name = name
        self.prefix = prefix
        self.suffix = suffix
        self.middle = middle
        self.order = order
        self.suffixFirst = suffixFirst
        self.hasPrefixFirst = hasPrefixFirst
        self.between = between
        self.stops = stops
    }

    /// The known families; of those whose tokens a vocabulary has, the first counts.
    public static let all: [FillInTheMiddleFamily] = [
        FillInTheMiddleFamily(
            "DeepSeek", prefix: "<｜fim▁begin｜>", suffix: "<｜fim▁hole｜>", middle: "<｜fim▁end｜>"),
        FillInTheMiddleFamily(
            "Qwen, CodeGemma, Granite 3, Yi-Coder", prefix: "<|fim_prefix|>",
            suffix: "<|fim_suffix|>", middle: "<|fim_middle|>",
            stops: [
                "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|fim_pad|>",
                "<|repo_name|>", "<|file_sep|>", "<|file_separator|>", "<|endoftext|>",
            ]),
        FillInTheMiddleFamily(
            "StarCoder, StarCoder 2, Granite Code, StableCode, Refact", prefix: "<fim_prefix>",
            suffix: "<fim_suffix>", middle: "<fim_middle>",
            stops: [
                "<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<fim_pad>", "<repo_name>",
                "<file_sep>", "<filename>", "<|endoftext|>",
            ]),
        FillInTheMiddleFamily(
            "SantaCoder", prefix: "<fim-prefix>", suffix: "<fim-suffix>", middle: "<fim-middle>",
            stops: [
                "<fim-prefix>", "<fim-suffix>", "<fim-middle>", "<fim-pad>", "<|endoftext|>",
            ]),
        FillInTheMiddleFamily(
            "Code Llama", prefix: "▁<PRE>", suffix: "▁<SUF>", middle: "▁<MID>", stops: ["▁<EOT>"]),
        FillInTheMiddleFamily(
            "Codestral", prefix: "[PREFIX]", suffix: "[SUFFIX]", middle: nil, order: .suffixFirst,
            suffixFirst: .apart, hasPrefixFirst: false),
        FillInTheMiddleFamily(
            "Seed-Coder", prefix: "<[fim-prefix]>", suffix: "<[fim-suffix]>",
            middle: "<[fim-middle]>", order: .suffixFirst, suffixFirst: .apart),
        FillInTheMiddleFamily(
            "GLM", prefix: "<|code_prefix|>", suffix: "<|code_suffix|>",
            middle: "<|code_middle|>"),
        FillInTheMiddleFamily(
            "CodeGen 2", prefix: "", suffix: "<mask_1>", middle: "<mask_1>", suffixFirst: nil,
            between: ["<|endoftext|>", "<sep>"], stops: ["<eom>"]),
    ]

    /// What is done with tokens that a model's files name and no family spells so.
    static let unnamed = FillInTheMiddleFamily(
        "as the model's files say", prefix: "", suffix: "", middle: nil)

    /// The family's tokens in a vocabulary; nil where it lacks one.
    func tokens(of tokenizer: any Tokenizer) -> FillInTheMiddleTokens? {
        guard let suffix = tokenizer.convertTokenToId(suffix) else { return nil }
        let middle = middle.flatMap { tokenizer.convertTokenToId($0) }
        if self.middle != nil, middle == nil { return nil }
        if between.contains(where: { tokenizer.convertTokenToId($0) == nil }) { return nil }
        guard !prefix.isEmpty else {
            return FillInTheMiddleTokens(prefix: suffix, suffix: suffix, middle: middle)
        }
        guard let prefix = tokenizer.convertTokenToId(prefix) else { return nil }
        return FillInTheMiddleTokens(prefix: prefix, suffix: suffix, middle: middle)
    }

    /// The parts of a prompt in an order; nil where the family has none such.
    func parts(
        _ order: FillInTheMiddleOrder, _ tokens: FillInTheMiddleTokens, _ tokenizer: any Tokenizer
    ) -> [FillInTheMiddleFormat.Part]? {
        let opening: [FillInTheMiddleFormat.Part] =
            hasPrefixToken ? [.token(tokens.prefix)] : []
        let middle = tokens.middle.map { [FillInTheMiddleFormat.Part.token($0)] } ?? []
        let between = between.compactMap { tokenizer.convertTokenToId($0) }
            .map { FillInTheMiddleFormat.Part.token($0) }
        switch (order, suffixFirst) {
        case (.prefixFirst, _):
            guard hasPrefixFirst else { return nil }
            return opening + [.prefix, .token(tokens.suffix), .suffix] + between + middle
        case (.suffixFirst, .joined):
            return opening + [.token(tokens.suffix), .suffix] + middle + [.prefix]
        case (.suffixFirst, .apart):
            return [.token(tokens.suffix), .suffix] + opening + [.prefix] + middle
        case (.suffixFirst, nil): return nil
        }
    }

    private var hasPrefixToken: Bool { !prefix.isEmpty || self == Self.unnamed }
}
