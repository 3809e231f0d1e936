/// What rendering a template may cost: a hostile template ends with an error, in about a second.
struct TemplateLimits: Sendable {
    /// Units of work: 16 for each step, one for each byte or element that is looked at.
    var work = TokenizerLimits.templateWork

    /// The text, and every string on the way, in bytes.
    var bytes = TokenizerLimits.templateTextByteCount

    /// Statements, expressions and macro calls inside each other: an optimised build needs less
    /// than 400 KiB of stack for it, a debug build less than 2 MiB.
    var depth = TokenizerLimits.templateCallDepth

    /// Lists and dictionaries inside each other.
    static let valueDepth = TokenizerLimits.templateValueDepth

    /// What each message of a conversation adds to the work allowed: some templates of the field
    /// walk over all messages for each of them.
    static let workForMessage = TokenizerLimits.templateWorkPerMessage

    /// What one step costs.
    static let step = 16

    /// The longest range that a template may ask for, as in the reference's sandbox.
    static let rangeCount = TokenizerLimits.templateRangeCount
}
