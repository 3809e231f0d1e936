import ScopeTensor
import ScopeTransformer
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Norms that are held at a row, by hand.
@Suite struct FrozenNormTests {
    @Test func sharesAndDirectionsAreThoseWorkedOutByHand() {
        // The row (1, 3) has mean 2 and deviation 1; factors 2 and 4.
        let norm = FrozenNorm(factors: [2, 4], shift: [0.5, -0.5], isCentred: true)
        #expect(norm([1, 3]) == [-1.5, 3.5])
        #expect(norm.share(of: [1, 0]) == [1, -2])
        #expect(norm.share(of: [0, 3]) == [-3, 6])
        // (2·1, 4·2) less their mean.
        #expect(norm.pulledBack([1, 2]) == [-3, 3])
        let plain = FrozenNorm(factors: [2, 4])
        #expect(plain([1, 3]) == [2, 12])
        #expect(plain.pulledBack([1, 2]) == [2, 8])
    }

    /// The map is the model's norm at the row, and a direction pulled back measures parts as the
    /// direction measures their shares.
    @Test(arguments: GoldenModel.all)
    func itIsTheNormAtTheRow(_ golden: GoldenModel) throws {
        let model = try golden.load(ScalarAlgebra<Double>())
        let width = model.configuration.hiddenSize
        let row = (0..<width).map { Double(($0 * 37) % 17) / 4 - 1.5 }
        let norm = try #require(model.frozenNorm(.final, at: row))
        var logits = Tensor<Double>(rows: 0, columns: model.configuration.vocabularySize)
        model.readOut(Tensor(vector: row), into: &logits)
        if let cap = model.configuration.logitSoftCap {
            for place in logits.storage.indices {
                let part = logits.storage[place] / cap
                logits.storage[place] = cap * atanh(part)
            }
        }
        for token in [0, 7, model.configuration.vocabularySize - 1] {
            let head = try model.headDirection(of: token)
            let normalized = norm(row)
            let logit = zip(normalized, head.values).reduce(head.bias) { $0 + $1.0 * $1.1 }
            #expect(abs(logit - logits[0, token]) <= 1e-9 * (1 + abs(logit)))
            let part = row.map { $0 * $0 - 0.5 }
            let direct = zip(norm.share(of: part), head.values).reduce(0) { $0 + $1.0 * $1.1 }
            let pulled = zip(part, norm.pulledBack(head.values)).reduce(0) { $0 + $1.0 * $1.1 }
            #expect(abs(direct - pulled) <= 1e-9 * (1 + abs(direct)))
        }
        #expect(throws: ModelFailure.self) { try model.headDirection(of: -1) }
    }
}
