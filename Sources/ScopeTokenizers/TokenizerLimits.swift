/// As much as the readers of tokenizers and templates take: beyond it a file is refused by an error.
///
/// `SECURITY.md` has the table of all limits.
public enum TokenizerLimits {
    /// Ids are below this, a hundred times any published vocabulary.
    public static let tokenID = 67_108_864

    /// Ids are also below four times the number of entries and this many more, as tables have a row an id.
    public static let unusedIDs = 65_536

    /// Bytes of an added token's name, and of a token that is found in texts.
    public static let addedTokenByteCount = 1_024

    /// Bytes of a piece of a unigram model.
    public static let pieceByteCount = 1_024

    /// Steps of a normalizer, of a pre-tokenizer and of a decoder.
    public static let stepCount = 32

    /// How many bytes the replacements of a normalizer may make of one.
    public static let normalizedGrowth = 4_096

    /// Groups and classes of an expression inside each other, so that none exhausts the stack.
    public static let regexDepth = 64

    /// A repeat count of an expression, as in Oniguruma.
    public static let regexRepeat = 100_000

    /// Instructions of an expression's program; a match takes at most so many steps a character.
    public static let regexInstructionCount = 10_000

    /// States of an expression's table; an expression that needs more runs without one.
    public static let regexStateCount = 2_048

    /// Cells of an expression's table of states.
    public static let regexTableCells = 262_144

    /// Steps that are spent on making the table of states.
    public static let regexTableWork = 1_000_000

    /// Bounds of the character classes of an expression.
    public static let regexIntervalCount = 4_096

    /// Character classes of an expression.
    public static let regexSetCount = 256

    /// Cells of the table of an expression's character classes.
    public static let regexSetCells = 1_048_576

    /// Bytes of a chat template.
    public static let templateByteCount = 1_048_576

    /// Blocks of a template inside each other.
    public static let templateNesting = 48

    /// Operations of one expression of a template inside each other.
    public static let templateExpressionDepth = 200

    /// Units of work that rendering takes, 16 a step and one a byte or element that is looked at.
    public static let templateWork = 67_108_864

    /// Units of work that each message adds.
    public static let templateWorkPerMessage = 65_536

    /// Bytes of the text that rendering makes, and of every string on the way.
    public static let templateTextByteCount = 16_777_216

    /// Statements, expressions and macro calls inside each other while rendering.
    public static let templateCallDepth = 200

    /// Lists and dictionaries inside each other.
    public static let templateValueDepth = 200

    /// Numbers of a range, as in the reference's sandbox.
    public static let templateRangeCount = 100_000
}
