import ScopeTensor
import Testing

/// Factors, caps and slopes against the twin.
@Suite struct LimitTests {
    private static let corners: [Float] = [
        0, -0.0, 1e-30, -1e-30, 1e-3, -1e-3, 3e-3, 49, -51, 1e4, -1e4, 3e38, -.infinity, .infinity,
    ]

    /// Corners and random numbers of a growing size, `count` in all.
    private func values(_ count: Int) -> [Float] {
        var random = RandomNumbers(seed: 71)
        let sizes: [Float] = [1e-3, 1, 30, 300]
        let drawn = sizes.flatMap { random.values(250, in: -$0...$0) }
        return Array((Self.corners + drawn).prefix(count))
    }

    @Test(arguments: KernelLevel.supported, [0.5, 30, 50])
    func `a soft cap keeps small values and bounds large ones`(_ level: KernelLevel, _ cap: Double)
    {
        for count in [0, 1, 15, 16, 17, 1014] {
            let values = values(count)
            var x = Tensor(vector: values)
            HostAlgebra(level: level).softCap(&x, cap: cap)
            var expected = Tensor<Double>(vector: values.map { Double($0) })
            ScalarAlgebra<Double>().softCap(&expected, cap: cap)
            let wrong = values.indices.filter { i in
                // One rounding, to `Float`; below its normal numbers an absolute one.
                let (result, truth) = (Double(x.storage[i]), expected.storage[i])
                return !(abs(result - truth) <= 6e-8 * abs(truth) + 1e-45)
            }
            #expect(wrong.isEmpty, "at \(wrong.map { values[$0] })")
            #expect(x.storage.allSatisfy { abs($0) <= Float(cap) })
            var scores = values
            var target = scores.mutableSpan
            HostAlgebra(level: level).softCap(&target, cap: cap)
            #expect(scores == x.storage)
        }
    }

    @Test(arguments: KernelLevel.supported)
    func `a clamp and a factor are exact`(_ level: KernelLevel) {
        for count in [1, 15, 16, 17, 1014] {
            let values = values(count)
            var (x, twin) = (Tensor(vector: values), Tensor(vector: values))
            HostAlgebra(level: level).clamp(&x, to: 2.5)
            ScalarAlgebra<Float>().clamp(&twin, to: 2.5)
            #expect(x == twin && x.storage == values.map { min(max($0, -2.5), 2.5) })
            x = Tensor(vector: values)
            HostAlgebra(level: level).scale(&x, by: 0.1)
            #expect(x.storage == values.map { $0 * 0.1 })
        }
    }

    @Test(arguments: KernelLevel.supported)
    func `a slope grows with the distance`(_ level: KernelLevel) {
        var random = RandomNumbers(seed: 72)
        for count in [0, 1, 15, 16, 17, 1000] {
            let values = random.values(count, in: -30...30)
            var (scores, expected) = (values, values.map { Double($0) })
            var target = scores.mutableSpan
            HostAlgebra(level: level).addSlope(&target, slope: 0.7, firstDistance: 1 - count)
            var reference = expected.mutableSpan
            ScalarAlgebra<Double>().addSlope(&reference, slope: 0.7, firstDistance: 1 - count)
            for (score, truth) in zip(scores, expected) {
                #expect(abs(Double(score) - truth) <= 3e-7 * (30 + 0.7 * Double(count)))
            }
            #expect(scores.last == values.last)
        }
    }

    @Test(arguments: KernelLevel.supported)
    func `NaN passes through`(_ level: KernelLevel) {
        let algebra = HostAlgebra(level: level)
        var x = Tensor<Float>(vector: [Float](repeating: .nan, count: 17))
        algebra.softCap(&x, cap: 30)
        #expect(x.storage.allSatisfy { $0.isNaN })
        algebra.clamp(&x, to: 1)
        #expect(x.storage.allSatisfy { $0.isNaN })
        for activation in Activation.allCases {
            algebra.activate(&x, with: activation)
            #expect(x.storage.allSatisfy { $0.isNaN })
        }
    }
}
