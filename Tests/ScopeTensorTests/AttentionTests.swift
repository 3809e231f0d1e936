import ScopeTensor
import Testing

@Suite struct AttentionTests {
    @Test(arguments: KernelLevel.supported)
    func `scores agree with double precision`(_ level: KernelLevel) {
        var random = RandomNumbers(seed: 31)
        for width in [1, 3, 16, 17, 64, 80, 128, 130] {
            for rows in [0, 1, 2, 3, 4, 5, 33] {
                let query = random.values(width)
                let keys = random.values(width * rows)
                var scores = [Float](repeating: .nan, count: rows)
                var target = scores.mutableSpan
                HostAlgebra(level: level).dotRows(
                    query.span, keys.span, scale: 0.125, into: &target)
                for row in 0..<rows {
                    var (sum, size) = (0.0, 0.0)
                    for i in 0..<width {
                        let product = Double(query[i]) * Double(keys[row * width + i])
                        sum += product
                        size += abs(product)
                    }
                    #expect(abs(Double(scores[row]) - 0.125 * sum) <= 0.125 * 1e-6 * size)
                }
            }
        }
    }

    @Test(arguments: KernelLevel.supported)
    func `a score has the same bits among other keys`(_ level: KernelLevel) {
        var random = RandomNumbers(seed: 32)
        let algebra = HostAlgebra(level: level)
        for width in [5, 64, 70] {
            let (query, keys) = (random.values(width), random.values(width * 9))
            var together = [Float](repeating: 0, count: 9)
            var target = together.mutableSpan
            algebra.dotRows(query.span, keys.span, scale: 0.3, into: &target)
            for row in 0..<9 {
                var alone: [Float] = [0]
                var target = alone.mutableSpan
                let key = Array(keys[(row * width)..<((row + 1) * width)])
                algebra.dotRows(query.span, key.span, scale: 0.3, into: &target)
                #expect(alone[0].bitPattern == together[row].bitPattern)
            }
        }
    }

    @Test(arguments: KernelLevel.supported)
    func `the mix of values agrees, however it is split`(_ level: KernelLevel) {
        var random = RandomNumbers(seed: 33)
        let algebra = HostAlgebra(level: level)
        for width in [1, 3, 16, 17, 64, 80, 128, 130, 256] {
            let rows = 37
            let (weights, values) = (random.values(rows), random.values(rows * width))
            let start = random.values(width)
            var whole = start
            var target = whole.mutableSpan
            algebra.addWeightedRows(weights.span, values.span, to: &target)
            for i in 0..<width {
                var (sum, size) = (Double(start[i]), abs(Double(start[i])))
                for row in 0..<rows {
                    let product = Double(weights[row]) * Double(values[row * width + i])
                    sum += product
                    size += abs(product)
                }
                #expect(abs(Double(whole[i]) - sum) <= 1e-6 * size)
            }
            var parts = start
            for range in [0..<16, 16..<16, 16..<32, 32..<37] {
                var target = parts.mutableSpan
                algebra.addWeightedRows(
                    weights.span.extracting(range),
                    values.span.extracting(range.lowerBound * width..<range.upperBound * width),
                    to: &target)
            }
            #expect(parts.map(\.bitPattern) == whole.map(\.bitPattern))
        }
    }

    @Test(arguments: KernelLevel.supported)
    func `softmax agrees with double precision`(_ level: KernelLevel) {
        var random = RandomNumbers(seed: 34)
        for count in [1, 2, 15, 16, 17, 63, 64, 65, 1000] {
            for range: ClosedRange<Float> in [-1...1, -50...50, 900...1100] {
                let scores = random.values(count, in: range)
                var (fast, exact) = (scores, scores.map { Double($0) })
                var target = fast.mutableSpan
                HostAlgebra(level: level).softmax(&target)
                var reference = exact.mutableSpan
                ScalarAlgebra<Double>().softmax(&reference)
                let largest = Double(scores.max() ?? 0)
                let wrong = scores.indices.filter { i in
                    // The exponent's argument is a rounded difference of floats.
                    let relative = 4e-7 + 6e-8 * (largest - Double(scores[i]))
                    return abs(Double(fast[i]) - exact[i]) > relative * exact[i] + 1e-37
                }
                #expect(wrong.isEmpty)
                #expect(abs(fast.reduce(0.0) { $0 + Double($1) } - 1) < 1e-6)
            }
        }
    }

    @Test(arguments: KernelLevel.supported)
    func `softmax treats the infinite as impossible, NaN as contagious`(_ level: KernelLevel) {
        for count in [3, 16, 40] {
            var scores = [Float](repeating: -.infinity, count: count)
            scores[1] = 2
            scores[2] = 2
            var target = scores.mutableSpan
            HostAlgebra(level: level).softmax(&target)
            #expect(scores[1] == 0.5 && scores[2] == 0.5)
            #expect(scores.reduce(0, +) == 1)

            var nothing = [Float](repeating: -.infinity, count: count)
            target = nothing.mutableSpan
            HostAlgebra(level: level).softmax(&target)
            #expect(nothing.allSatisfy { $0.isNaN })

            var broken = [Float](repeating: 1, count: count)
            broken[count - 1] = .nan
            target = broken.mutableSpan
            HostAlgebra(level: level).softmax(&target)
            #expect(broken.allSatisfy { $0.isNaN })
        }
    }
}
