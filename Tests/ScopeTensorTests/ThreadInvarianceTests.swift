import ScopeTensor
import Testing

/// The number of threads changes no bit of any result.
@Suite struct ThreadInvarianceTests {
    private static let counts = [2, 3, 5]

    /// An algebra that shares out even what is small.
    private static func algebra(_ level: KernelLevel, threads: Int) -> HostAlgebra {
        var algebra = HostAlgebra(level: level, threads: threads)
        algebra.leastShare = 1
        return algebra
    }

    /// Compares what one thread gives with what several do.
    private func check(
        _ level: KernelLevel, _ columns: Int, _ comment: String,
        _ body: (HostAlgebra, inout Tensor<Float>) -> Void
    ) {
        var expected = Tensor<Float>(rows: 0, columns: columns)
        body(Self.algebra(level, threads: 1), &expected)
        #expect(!expected.storage.isEmpty)
        for threads in Self.counts {
            var output = Tensor<Float>(rows: 0, columns: columns)
            body(Self.algebra(level, threads: threads), &output)
            #expect(output.bits == expected.bits, "\(threads) threads, \(comment)")
        }
    }

    @Test(arguments: KernelLevel.supported, ElementType.allCases)
    func `of products`(_ level: KernelLevel, _ type: ElementType) {
        var random = RandomNumbers(seed: 91)
        let block = type.elementsPerBlock
        for layout in WeightMatrix.Layout.allCases {
            // Several shares with a rest, long rows among them.
            for (inputs, outputs) in [(65, 150), (4300, 34), (300, 520)] {
                let (inputs, outputs) = (
                    layout == .outputMajor ? (inputs + block - 1) / block * block : inputs,
                    layout == .inputMajor ? (outputs + block - 1) / block * block : outputs
                )
                let weights = random.weights(
                    outputs: outputs, inputs: inputs, type: type, layout: layout)
                let bias = random.tensor(rows: 1, columns: outputs)
                let input = random.tensor(rows: 48, columns: inputs)
                for rows in [1, 2, 5, 48] {
                    let part = Tensor(
                        rows: rows, columns: inputs,
                        values: Array(input.storage[..<(rows * inputs)]))
                    check(level, outputs, "\(rows) rows, \(inputs) to \(outputs), \(layout)") {
                        $0.multiply(part, by: weights, bias: bias, into: &$1)
                    }
                }
            }
        }
    }

    @Test(arguments: KernelLevel.supported)
    func `of look-ups, norms and rotations`(_ level: KernelLevel) {
        var random = RandomNumbers(seed: 92)
        let weights = random.weights(
            outputs: 40, inputs: 70, type: .bfloat16, layout: .outputMajor)
        check(level, 70, "embedding") {
            $0.lookUp([3, 39, 0, 7, 7, 12, 20], in: weights, into: &$1)
        }
        let input = random.tensor(rows: 23, columns: 70)
        let (scale, shift) = (
            random.tensor(rows: 1, columns: 70), random.tensor(rows: 1, columns: 70)
        )
        check(level, 70, "root mean square") {
            $0.rmsNorm(input, weight: scale, epsilon: 1e-5, into: &$1)
        }
        check(level, 70, "layer norm") {
            $0.layerNorm(input, weight: scale, bias: shift, epsilon: 1e-5, into: &$1)
        }
        for pairing in RotaryPairing.allCases {
            let rotation = Rotation(
                cosines: random.tensor(rows: 23, columns: 8),
                sines: random.tensor(rows: 23, columns: 8), pairing: pairing)
            check(level, 70, "rotation") {
                $1 = input
                $0.rotate(&$1, headDimension: 35, by: rotation)
            }
        }
    }

    @Test(arguments: KernelLevel.supported)
    func `of maps over values`(_ level: KernelLevel) {
        var random = RandomNumbers(seed: 93)
        let (x, y) = (
            random.tensor(rows: 11, columns: 37), random.tensor(rows: 11, columns: 37)
        )
        for activation in Activation.allCases {
            check(level, 37, "\(activation)") {
                $1 = x
                $0.activate(&$1, with: activation)
            }
        }
        check(level, 37, "product") {
            $1 = x
            $0.multiply(&$1, elementwiseBy: y)
        }
        check(level, 37, "sum") {
            $1 = x
            $0.add(y, to: &$1)
        }
    }
}
