import ScopeTransformer
import Testing

/// Slopes of linear biases against the reference's formulas, evaluated in numpy.
@Suite struct LinearBiasTests {
    /// The paper's, as BLOOM and Falcon have them.
    @Test(arguments: [
        (1, [0.00390625]),
        (4, [0.25, 0.0625, 0.015625, 0.00390625]),
        (6, [0.25, 0.0625, 0.015625, 0.00390625, 0.5, 0.125]),
        (
            12,
            [
                0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.0078125, 0.00390625,
                0.7071067811865476, 0.35355339059327384, 0.17677669529663695, 0.08838834764831849,
            ]
        ),
    ])
    func slopesAreThePapers(_ heads: Int, _ expected: [Double]) {
        check(LinearBias.slopes(heads: heads), expected)
    }

    /// Falcon-40B's predecessor has 71 heads.
    @Test func slopesOfAnOddNumberOfHeads() {
        let slopes = LinearBias.slopes(heads: 71)
        #expect(slopes.count == 71)
        check(
            Array(slopes[..<5]),
            [
                0.9170040432046712, 0.8408964152537145, 0.7711054127039704, 0.7071067811865475,
                0.6484197773255048,
            ])
        #expect(abs(slopes[63] - 0.00390625) < 1e-12)
        #expect(abs(slopes[64] - 0.9170040432046712.squareRoot()) < 1e-12)
    }

    @Test(arguments: [
        (4, 8.0, [0.25, 0.0625, 0.015625, 0.00390625]),
        (6, 8, [0.25, 0.0625, 0.015625, 0.00390625, 0.5, 0.125]),
        (5, 4, [0.5, 0.25, 0.125, 0.0625, 0.7071067811865475]),
        (
            12, 8,
            [
                0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.0078125, 0.00390625,
                0.7071067811865475, 0.35355339059327373, 0.17677669529663687, 0.08838834764831843,
            ]
        ),
    ])
    func slopesAreMPTs(_ heads: Int, _ largest: Double, _ expected: [Double]) {
        check(LinearBias.slopes(heads: heads, largestExponent: largest), expected)
    }

    /// A family's file leads to these slopes.
    @Test func filesNameHeadsAndLargestExponent() throws {
        let mpt = """
            {"model_type":"mpt","d_model":60,"n_heads":5,"n_layers":1,"vocab_size":9,\
            "attn_config":{"alibi_bias_max":4}}
            """
        guard case .linearBias(let bias) = try DecoderConfiguration(of: mpt).positions else {
            Issue.record("no linear bias")
            return
        }
        check(bias.slopes, [0.5, 0.25, 0.125, 0.0625, 0.7071067811865475])
        #expect(bias.scale == 1 && !bias.roundsToBFloat16)

        let falcon = """
            {"model_type":"falcon","hidden_size":96,"num_attention_heads":6,"vocab_size":9,\
            "num_hidden_layers":1,"alibi":true}
            """
        guard case .linearBias(let bias) = try DecoderConfiguration(of: falcon).positions else {
            Issue.record("no linear bias")
            return
        }
        check(bias.slopes, LinearBias.slopes(heads: 6))
        #expect(bias.scale == 0.5 && bias.roundsToBFloat16)
    }

    private func check(_ own: [Double], _ expected: [Double]) {
        #expect(own.count == expected.count)
        #expect(zip(own, expected).allSatisfy { abs($0 - $1) <= 1e-12 })
    }
}
