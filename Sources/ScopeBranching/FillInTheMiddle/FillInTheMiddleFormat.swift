public import ScopeTokenizers

/// In which order a model is shown what stands before and after a gap (Bavarian et al., 2022).
public enum FillInTheMiddleOrder: String, Hashable, Codable, Sendable, CaseIterable {
    /// Prefix, suffix, then the middle (PSM).
    case prefixFirst
    /// Suffix, prefix, then the middle (SPM): the model goes on where the prefix ends.
    case suffixFirst
}

/// How a model is asked to fill a gap: which tokens stand where.
///
/// ```swift
/// let format = try FillInTheMiddleFormat(for: model.tokenizer)
/// let prompt = try format.prompt(prefix: "def add(a, b):\n    ", suffix: "\n", model.tokenizer)
/// ```
public struct FillInTheMiddleFormat: Hashable, Sendable {
    /// A part of the prompt.
    public enum Part: Hashable, Sendable {
        /// A token of its own.
        case token(Int)
        /// The text before the gap.
        case prefix
        /// The text after the gap.
        case suffix
    }

    /// Whose format it is, for the record.
    public var name: String
    /// The parts in the prompt's order; the model writes after the last one.
    public var parts: [Part]
    /// The tokens that end the middle, besides the model's own end of text.
    public var stopTokenIDs: Set<Int>

    /// Describes a format of your own.
    ///
    /// - Parameters:
    ///   - name: Whose format it is.
    ///   - parts: The parts in the prompt's order, prefix and suffix once each.
    ///   - stopTokenIDs: The tokens that end the middle.
    public init(name: String, parts: [Part], stopTokenIDs: Set<Int> = []) {
        precondition(
            parts.count { $0 == .prefix } == 1 && parts.count { $0 == .suffix } == 1,
            "prefix and suffix stand in a prompt once each")
        self.name = name
        self.parts = parts
        self.stopTokenIDs = stopTokenIDs
    }

    /// The format of a model's family, as its vocabulary and files tell.
    ///
    /// A family is known by the spelling of its tokens (see ``FillInTheMiddleFamily``); tokens that
    /// `tokenizer_config.json` or a GGUF file name as such are taken where no family is known.
    ///
    /// - Parameters:
    ///   - tokenizer: The model's tokenizer.
    ///   - order: The order; nil for the family's own.
    /// - Throws: ``BranchingFailure/noFillInTheMiddle(reason:)`` for a vocabulary without such tokens, or
    ///   a family without that order.
    public init(
        for tokenizer: any Tokenizer, order: FillInTheMiddleOrder? = nil
    ) throws(BranchingFailure) {
        let named = tokenizer.fillInTheMiddleTokens
        // A vocabulary may hold the tokens of several families; its files then say which it uses.
        let known = FillInTheMiddleFamily.all.lazy.compactMap { family in
            family.tokens(of: tokenizer).map { (family, $0) }
        }.first { named == nil || $0.1.prefix == named?.prefix }
        let unnamed = named.map { (FillInTheMiddleFamily.unnamed, $0) }
        guard let (family, tokens) = known ?? unnamed else {
            throw .noFillInTheMiddle(
                reason: "the vocabulary has no tokens for it: none of any known family, and its "
                    + "files name none")
        }
        let wanted = order ?? family.order
        guard let parts = family.parts(wanted, tokens, tokenizer) else {
            throw .noFillInTheMiddle(
                reason: "the format of \(family.name) has no order that begins with the "
                    + (wanted == .prefixFirst ? "prefix" : "suffix"))
        }
        let stops = family.stops.compactMap { tokenizer.convertTokenToId($0) }
        self.init(
            name: family.name, parts: parts,
            stopTokenIDs: Set(stops + [named?.end].compactMap(\.self)))
    }
}
