import ScopeAudit
import ScopeTrace
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct SecretSignalsTests {
    private typealias Token = SecretSignals.Token

    private func signals(_ text: String, _ tokens: [SecretSignals.Token]) -> SecretSignals {
        SecretSignals(characters: Array(text.utf8), tokens: tokens)
    }

    private func near(_ value: Double?, _ other: Double) -> Bool {
        value.map { abs($0 - other) < 1e-9 } ?? false
    }

    @Test func formulasMeetACaseByHand() {
        let tokens = [(0.5, 0.2, 1.0), (0.25, -0.1, 2), (0.8, 0.7, 3), (0.4, 0, 4)].map {
            Token(surprisal: -log($0.0), advantage: $0.1, entropy: $0.2)
        }
        let found = signals("aab1", tokens)
        #expect(near(found["probability"], 1.95 / 4))
        // The later half is 0.8 and 0.4: mean 0.6, deviation 0.2.
        #expect(near(found["settled"], 0.4))
        #expect(near(found["advantage"], 0.2))
        // Shares 1/2, 1/4, 1/4: half of ln 2 and half of ln 4. Four of sixteen hexadecimal digits.
        let entropy = 0.5 * log(2.0) + 0.5 * log(4.0)
        #expect(near(SecretSignals.characterEntropy(of: Array("aab1".utf8)), entropy))
        #expect(near(found["entropy.ratio"], 0.75))
        // 0.5 · 0.25 · 0.8 · 0.4 = 0.04.
        #expect(near(found["surprisal"], -log(0.04) / 4))
        #expect(near(found["contrast"], entropy + log(0.04) / 4))
        #expect(near(found["entropy.token"], 2.5))
        #expect(found["nothing"] == nil)
        #expect(found.values.count == SecretSignals.names.count)
    }

    @Test(arguments: [
        // The alphabet bounds long strings, the length short ones.
        ("0123456789", 10.0, 10), ("0123456789abcdef0123456789abcdef", 16, 16),
        ("0123456789ABCDEFabcdef", 22, 22), ("xyz", 3, 3), ("Ab", 2, 2), ("a-b", 3, 3),
    ])
    func theRatioIsOfWhatLengthAndAlphabetAllow(text: String, letters: Double, most: Int) {
        let bytes = Array(text.utf8)
        #expect(near(SecretSignals.entropyRatio(of: bytes), log(letters) / log(Double(most))))
    }

    @Test func repetitionHasALowRatioAndNothingHasNone() {
        #expect(near(SecretSignals.entropyRatio(of: Array("abababab".utf8)), log(2.0) / log(8.0)))
        #expect(SecretSignals.entropyRatio(of: Array("aaaa".utf8)) == 0)
        #expect(SecretSignals.entropyRatio(of: Array("a".utf8)) == 0)
        #expect(SecretSignals.entropyRatio(of: [UInt8]()) == 0)
        #expect(SecretSignals.characterEntropy(of: [UInt8]()) == 0)
    }

    @Test func oneTokenIsSettledAtItsProbability() {
        let found = signals("x", [Token(surprisal: log(4), advantage: 0, entropy: 0)])
        #expect(near(found["settled"], 0.25) && near(found["probability"], 0.25))
        // Of three tokens the later half is two: 0 and 1.
        let three = [.infinity, .infinity, 0].map {
            Token(surprisal: $0, advantage: 0, entropy: 0)
        }
        #expect(near(signals("xyz", three)["settled"], 0.5 - 0.5))
    }

    @Test func pairsTellWordsFromStringsDrawnAtRandom() throws {
        func pairs(_ text: String) throws -> Double {
            let token = Token(surprisal: 1, advantage: 0, entropy: 1)
            return try #require(signals(text, [token])["pairs"])
        }
        var numbers = SeededNumbers(seed: 7)
        let letters = Array(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8)
        let words = [
            "application/json", "configuration", "SOME_CONSTANT_NAME", "test_read_lines",
            "requests.exceptions", "BaseHTTPRequestHandler",
        ]
        let dearest = try words.map(pairs).max() ?? 0
        for _ in 0..<50 {
            let text = (0..<24).map { _ in letters[numbers.below(letters.count)] }
            #expect(try pairs(String(decoding: text, as: UTF8.self)) > dearest)
        }
        // A pair of digits costs the pair of classes and ln 10.
        #expect(try pairs("77777777") > log(10))
    }

    @Test func lessSurpriseIsMoreSuspicious() {
        let model = SecretModel.tinyPython
        var last = 1.0
        for surprisal in [0.01, 0.1, 0.5, 1, 2, 4, 8] {
            // What goes with a surprisal when a model is sure of something and wrong or right about it.
            let tokens = (0..<12).map { _ in
                Token(
                    surprisal: surprisal, advantage: 2 * exp(-surprisal) - 1,
                    entropy: min(5, surprisal))
            }
            let score = model.score(signals("7Hq2vXk9LmZp4TbW8sRd6JnY", tokens))
            #expect(score < last)
            last = score
        }
        #expect(last < 0.5)
    }

    @Test func theBuiltInWeightsCanBeRead() throws {
        let model = SecretModel.tinyPython
        #expect(model.regression.weights.contains { $0 != 0 })
        #expect(
            0 < model.noteLimit && model.noteLimit < model.warningLimit && model.warningLimit < 1)
        #expect(try SecretModel(text: model.text, file: "again") == model)
    }

    @Test(arguments: [
        "", "intercept 1\n", "intercept one\n", "surprisal.mean 1\n", "probability 1 2\n",
        "probability inf\n",
    ])
    func weightsThatAreNoneAreRefusedByName(text: String) {
        #expect {
            _ = try SecretModel(text: text, file: "secrets.txt")
        } throws: { "\($0)".hasPrefix("secrets.txt") }
    }
}
