/// As much as the readers of grammars' queries and of sources take.
///
/// A grammar itself is code that runs in the process and has no limits; `SECURITY.md` has the table of all
/// limits.
public enum SyntaxLimits {
    /// Bytes of a source, as the parser counts them in 32 bits.
    public static let sourceByteCount = 2_147_483_647

    /// Bytes of a file of queries; those of editors stay below 100 kB.
    public static let queryFileByteCount = 1_048_576

    /// Bytes of a query, with all that its file inherits from.
    public static let queryByteCount = 8_388_608

    /// Patterns of a query inside each other, as the runtime reads them by recursion.
    public static let queryDepth = 256

    /// Steps of a query at most, counted from above, as the runtime has 16 bits for their numbers.
    public static let queryStepCount = 65_000

    /// Matches of a query that may be in progress at once, as the runtime compares each with all others.
    public static let queryMatchCount = 256

    /// Bytes of an expression of a query; a longer one matches nothing.
    public static let expressionByteCount = 4_096

    /// Groups and classes of an expression of a query; one that has more matches nothing.
    public static let expressionGroupCount = 128

    /// Files of queries that inherit from each other.
    public static let queryInheritance = 8

    /// Seconds that a parse may take unless ``Grammar/timeLimit`` says otherwise.
    public static let parseSeconds = 10
}
