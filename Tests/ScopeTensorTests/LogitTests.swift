import ScopeTensor
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct LogitTests {
    private func summary(_ logits: [Float], _ level: KernelLevel) -> LogitSummary? {
        LogitSummary(logits.span, level: level)
    }

    /// The definitions, with the C library's functions and compensated sums.
    private func reference(_ logits: [Float]) -> (logSumExp: Double, entropy: Double) {
        let largest = Double(logits.max() ?? 0)
        var (sum, lost) = (0.0, 0.0)
        for logit in logits {
            let term = exp(Double(logit) - largest) - lost
            let next = sum + term
            lost = (next - sum) - term
            sum = next
        }
        let logSum = log(sum)
        var entropy = 0.0
        for logit in logits where logit > -.infinity {
            let logProbability = Double(logit) - largest - logSum
            entropy -= exp(logProbability) * logProbability
        }
        return (largest + logSum, entropy)
    }

    @Test(arguments: KernelLevel.supported)
    func `entropy and log-sum-exp agree with the C library`(_ level: KernelLevel) throws {
        var random = RandomNumbers(seed: 41)
        for count in [1, 2, 3, 15, 16, 17, 33, 1000, 5003] {
            for range: ClosedRange<Float> in [-0.001...0.001, -8...8, -300...700, 1e4...1.001e4] {
                let logits = random.values(count, in: range)
                let result = try #require(summary(logits, level))
                let expected = reference(logits)
                #expect(abs(result.entropy - expected.entropy) <= 1e-11)
                #expect(
                    abs(result.logSumExp - expected.logSumExp)
                        <= 1e-14 * max(1, abs(expected.logSumExp)))
            }
        }
    }

    @Test(arguments: KernelLevel.supported)
    func `impossible tokens have no part`(_ level: KernelLevel) throws {
        for count in [2, 16, 50] {
            var logits = [Float](repeating: -.infinity, count: count)
            logits[0] = 3
            let certain = try #require(summary(logits, level))
            #expect(certain == summary([3], level))
            #expect(certain.entropy == 0 && certain.logSumExp == 3)
            logits[count - 1] = 3
            let even = try #require(summary(logits, level))
            #expect(abs(even.entropy - log(2)) < 1e-15)
            // So far below the largest that its exponential is no longer a number above zero.
            logits[count - 1] = -2000
            let almost = try #require(summary(logits, level))
            #expect(almost.entropy >= 0 && almost.entropy < 1e-300)
        }
    }

    @Test(arguments: KernelLevel.supported)
    func `what is no distribution is refused`(_ level: KernelLevel) {
        for count in [1, 16, 35] {
            for place in Set([0, count / 2, count - 1]) {
                for value in [Float.nan, .infinity] {
                    var logits = [Float](repeating: 1, count: count)
                    logits[place] = value
                    #expect(summary(logits, level) == nil)
                }
            }
            let nothing = [Float](repeating: -.infinity, count: count)
            #expect(summary(nothing, level) == nil)
        }
        #expect(summary([], level) == nil)
    }

    @Test(arguments: KernelLevel.supported)
    func `the largest logits come in order, ties by index`(_ level: KernelLevel) {
        var random = RandomNumbers(seed: 42)
        for count in [0, 1, 2, 17, 64, 65, 700] {
            for values in 1...3 {
                // Few distinct values, so that ties abound; then many.
                let steps: Float = values == 1 ? 2 : values == 2 ? 7 : 1e6
                let logits = random.values(count, in: -1...1).map { ($0 * steps).rounded() }
                let sorted = logits.indices.sorted {
                    (logits[$0], $1) > (logits[$1], $0)
                }
                for wanted in [0, 1, 2, 5, 64, 1000] {
                    let found = RankedLogit.largest(wanted, of: logits.span, level: level)
                    #expect(found.map(\.index) == Array(sorted.prefix(wanted)))
                    #expect(found.map(\.logit) == sorted.prefix(wanted).map { logits[$0] })
                }
            }
        }
    }
}
