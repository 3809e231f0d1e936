/// What characters cost by their neighbours alone, whatever any model holds of them.
///
/// A Markov chain of first order over classes of characters: each letter is one, all digits are one and all other
/// characters are one, within which each character is equally likely. Its costs were counted over the words of
/// Python's standard library (`Benchmarks/audit/letter_pairs.py`), each different word once. Names and
/// words cost about 2.5 nats a character, strings drawn at random about 4 to 6.
enum LetterPairs {
    static let classCount = 54
    static let digit = 52
    static let other = 53

    /// What a character costs within its class: ln 10 for a digit, ln 32 for a sign of ASCII.
    private static let costWithin = (digit: 2.302585092994046, other: 3.4657359027997265)

    static func letterClass(of byte: UInt8) -> Int {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte - UInt8(ascii: "a"))
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): 26 + Int(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit
        default: other
        }
    }

    /// The cost of a pair of classes, in nats.
    static func cost(_ before: Int, _ after: Int) -> Double {
        let place = before * classCount + after
        return costs.indices.contains(place) ? costs[place] : 0
    }

    /// The mean cost of a character, in nats; the first one counts as behind a sign.
    ///
    /// - Parameter text: Bytes of ASCII.
    /// - Returns: The mean; 0 for no bytes.
    /// - Complexity: O(bytes).
    static func meanCost(of text: some Collection<UInt8>) -> Double {
        guard !text.isEmpty else { return 0 }
        var before = other
        var sum = 0.0
        for byte in text {
            let after = letterClass(of: byte)
            sum += cost(before, after)
            if after == digit { sum += costWithin.digit }
            if after == other { sum += costWithin.other }
            before = after
        }
        return sum / Double(text.count)
    }

    /// By pair, in nats: quarters counted from "0".
    private static let costs: [Double] = table.utf8.filter { $0 >= UInt8(ascii: "0") }
        .map { Double($0 - UInt8(ascii: "0")) / 4 }
}
