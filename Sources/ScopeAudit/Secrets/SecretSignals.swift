internal import ScopeTrace

/// The numbers that a string is judged by: what the model held of its tokens, and what its characters look like.
///
/// The four token-level characteristics are those of DESEC (Nie et al., *Decoding Secret Memorization in Code
/// LLMs Through Token-Level Characterization*, arXiv 2410.08858): real secrets' tokens come to rest at high
/// probabilities after some steps (C1), have higher probabilities overall (C2), are further ahead of the
/// alternatives (C3), and made-up secrets give themselves away by the low Shannon entropy of their
/// characters (C4). Of the paper the abstract and summaries of these characteristics were at hand, and not its
/// formulas; what is computed here is defined here.
///
/// With tokens 1…*n* of probability *pᵢ*, and *m* characters:
/// - `probability` (C2): Σ *pᵢ* / *n*.
/// - `settled` (C1): mean less standard deviation of *pᵢ* over the later half, from token ⌊*n*/2⌋ + 1 on.
/// - `advantage` (C3): the mean of *pᵢ* less the probability of the best other token.
/// - `entropy.ratio` (C4): *H* / ln min(*m*, *A*), where *H* is the Shannon entropy of how often each
///   character occurs and *A* the size of the alphabet that the characters are drawn from (digits 10, hexadecimal of one
///   case 16, small and capital letters 26 each, signs 32).
/// - `surprisal`: Σ −ln *pᵢ* / *m*, nats a character.
/// - `contrast`: *H* − `surprisal`, the entropy of the characters against that of the tokens: how many nats a character
///   the model knew of a string beyond what its characters say of themselves.
/// - `pairs`: the mean cost of a character given the one before, over the words of a corpus of code; no model
///   takes part.
/// - `entropy.token`: the mean entropy of the model's distributions, in nats.
public struct SecretSignals: DetectorFeatures, Hashable {
    /// What a model held of a token.
    public struct Token: Hashable, Sendable {
        /// −ln of its probability, in nats.
        public var surprisal: Double
        /// Its probability less that of the best other token, from −1 to 1.
        public var advantage: Double
        /// The entropy of the distribution it was drawn from, in nats.
        public var entropy: Double

        /// Makes a token's numbers.
        public init(surprisal: Double, advantage: Double, entropy: Double) {
            self.surprisal = surprisal
            self.advantage = advantage
            self.entropy = entropy
        }
    }

    /// The names, in the order of ``values``.
    public static let names = [
        "probability", "settled", "advantage", "entropy.ratio", "surprisal", "contrast", "pairs",
        "entropy.token",
    ]

    /// The numbers.
    public let values: [Double]

    /// The number with a name, nil for a name that is none.
    public subscript(name: String) -> Double? {
        Self.names.firstIndex(of: name).map { values[$0] }
    }

    /// Measures a string.
    ///
    /// - Parameters:
    ///   - characters: The string's bytes, each a character; not empty.
    ///   - tokens: Its tokens; not empty.
    /// - Complexity: O(bytes + tokens).
    public init(characters: some Collection<UInt8>, tokens: [Token]) {
        precondition(!characters.isEmpty && !tokens.isEmpty, "a string has characters and tokens")
        let count = Double(tokens.count)
        let probabilities = tokens.map { ElementaryFunctions.exp(-$0.surprisal) }
        let late = probabilities[(tokens.count / 2)...]
        let lateMean = late.reduce(0, +) / Double(late.count)
        let squares = late.reduce(0) { $0 + ($1 - lateMean) * ($1 - lateMean) }
        let length = Double(characters.count)
        let entropy = Self.characterEntropy(of: characters)
        let surprisal = tokens.reduce(0) { $0 + $1.surprisal } / length
        values = [
            probabilities.reduce(0, +) / count,
            lateMean - (squares / Double(late.count)).squareRoot(),
            tokens.reduce(0) { $0 + $1.advantage } / count,
            Self.entropyRatio(of: characters), surprisal, entropy - surprisal,
            LetterPairs.meanCost(of: characters), tokens.reduce(0) { $0 + $1.entropy } / count,
        ]
    }

    /// The Shannon entropy of how often each character occurs, in nats.
    ///
    /// - Parameter characters: Bytes; 0 for none.
    /// - Returns: From 0 to ln of the number of characters.
    public static func characterEntropy(of characters: some Collection<UInt8>) -> Double {
        var counts = [Int](repeating: 0, count: 256)
        for byte in characters { counts[Int(byte)] += 1 }
        let all = Double(characters.count)
        return counts.reduce(0) { sum, count in
            guard count > 0 else { return sum }
            let share = Double(count) / all
            return sum - share * ElementaryFunctions.log(share)
        }
    }

    /// ``characterEntropy(of:)`` as a share of the most that the length and the alphabet allow.
    ///
    /// - Parameter characters: Bytes.
    /// - Returns: From 0 to 1; 0 for fewer than two characters.
    public static func entropyRatio(of characters: some Collection<UInt8>) -> Double {
        let most = ElementaryFunctions.log(
            Double(min(characters.count, alphabetSize(of: characters))))
        return most > 0 ? min(1, characterEntropy(of: characters) / most) : 0
    }

    private static func alphabetSize(of characters: some Collection<UInt8>) -> Int {
        var (digits, small, capitals, signs) = (false, false, false, false)
        var isHexadecimal = true
        for byte in characters {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits = true
            case UInt8(ascii: "a")...UInt8(ascii: "z"):
                small = true
                if byte > UInt8(ascii: "f") { isHexadecimal = false }
            case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                capitals = true
                if byte > UInt8(ascii: "F") { isHexadecimal = false }
            default: signs = true
            }
        }
        if digits, isHexadecimal, !signs, small != capitals { return 16 }
        return (digits ? 10 : 0) + (small ? 26 : 0) + (capitals ? 26 : 0) + (signs ? 32 : 0)
    }
}
