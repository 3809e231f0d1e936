/// A construct in which a model was less sure than elsewhere in the same text, with the reasons.
public struct SyntaxHotSpot: Hashable, Codable, Sendable {
    /// What kind of construct is looked for.
    public enum Kind: String, CaseIterable, Hashable, Codable, Sendable {
        /// A function, class or the like.
        case definition
        /// A call.
        case call
        /// A number, string or other literal.
        case literal
        /// A statement.
        case statement
    }

    /// Something that makes it one.
    public enum Reason: Hashable, Codable, Sendable {
        /// The mean surprisal of its tokens, in nats, and that of the whole text.
        case surprisal(mean: Double, whole: Double)
        /// A token that the model found improbable: its text, its surprisal in nats, and its line.
        case token(text: String, surprisal: Double, line: Int)
        /// The mean entropy of its predictions, in nats, and that of the whole text.
        case entropy(mean: Double, whole: Double)
        /// The mean lead of the first choice over the second, and that of the whole text.
        case margin(mean: Double, whole: Double)
        /// The share of its tokens that were not the model's first choice.
        case overruled(share: Double)
        /// Text that fits no rule of the grammar, in bytes.
        case errors(bytes: Int)
    }

    /// What kind of construct it is.
    public var kind: Kind
    /// The construct.
    public var unit: SyntaxUnit
    /// Its text up to the first line end, cut to a readable length.
    public var text: String
    /// How it ranks: its mean surprisal in nats, drawn toward that of the text where it has few tokens.
    public var score: Double
    /// Why, the strongest first.
    public var reasons: [Reason]

    /// Makes a hot spot.
    public init(kind: Kind, unit: SyntaxUnit, text: String, score: Double, reasons: [Reason]) {
        self.kind = kind
        self.unit = unit
        self.text = text
        self.score = score
        self.reasons = reasons
    }
}

extension SyntaxHotSpot.Reason: CustomStringConvertible {
    /// The reason in words.
    public var description: String {
        func short(_ value: Double) -> String { SyntaxText.fixed(value) }
        switch self {
        case .surprisal(let mean, let whole):
            return "surprisal \(short(mean)) nats a token, \(short(whole)) in the whole text"
        case .token(let text, let surprisal, let line):
            return "\"\(text)\" in line \(line) cost \(short(surprisal)) nats"
        case .entropy(let mean, let whole):
            return "entropy \(short(mean)) nats, \(short(whole)) in the whole text"
        case .margin(let mean, let whole):
            return "lead of the first choice \(short(mean)), \(short(whole)) in the whole text"
        case .overruled(let share):
            return "\(short(share * 100)) % of the tokens were not the first choice"
        case .errors(let bytes): return "\(bytes) bytes fit no rule of the grammar"
        }
    }
}

/// Numbers as words of a reason.
enum SyntaxText {
    /// With two digits after the point.
    static func fixed(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
        let hundredths = Int((abs(value) * 100).rounded())
        let digits = String(hundredths % 100)
        return (value < 0 && hundredths > 0 ? "-" : "") + "\(hundredths / 100)."
            + (digits.count == 1 ? "0" : "") + digits
    }
}
