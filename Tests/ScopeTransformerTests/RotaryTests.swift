import ScopeTransformer
import TestFixtures
import Testing

/// Frequencies of every kind of stretched rotation, as `config.json` describes it, against values
/// computed in numpy from the reference's formulas: 16 rotated scalars, base 10 000.
@Suite struct RotaryTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let scaling: String
        let contextLength: Int
        let length: Int
        var magnitude = 1.0
        let frequencies: [Double]

        var testDescription: String { "\(scaling) at \(length)" }
    }

    private static let plain = [
        1.0, 0.31622776601683794, 0.1, 0.03162277660168379, 0.01, 0.0031622776601683794, 0.001,
        0.00031622776601683794,
    ]
    private static let factors = """
        "short_factor":[1,1.1,1.2,1.3,1.4,1.5,1.6,1.7],"long_factor":[2,2.7,3.4,4.1,4.8,5.5,6.2,6.9]
        """

    static let cases = [
        Case(scaling: "null", contextLength: 64, length: 64, frequencies: plain),
        Case(
            scaling: #"{"rope_type":"default"}"#, contextLength: 64, length: 64,
            frequencies: plain),
        Case(
            scaling: #"{"type":"linear","factor":4}"#, contextLength: 64, length: 64,
            frequencies: plain.map { $0 / 4 }),
        Case(
            scaling: #"{"rope_type":"dynamic","factor":2}"#, contextLength: 32, length: 32,
            frequencies: plain),
        Case(
            scaling: #"{"rope_type":"dynamic","factor":2}"#, contextLength: 32, length: 48,
            frequencies: [
                1.0, 0.28641497097875973, 0.08203353560076379, 0.023495632718377818,
                0.006729500963161781, 0.0019274298230655173, 0.0005520447568369062,
                0.00015811388300841897,
            ]),
        Case(
            scaling: """
                {"rope_type":"llama3","factor":8,"low_freq_factor":1,"high_freq_factor":4,\
                "original_max_position_embeddings":64}
                """, contextLength: 512, length: 9,
            frequencies: [
                1.0, 0.24438459943539834, 0.013042256043820465, 0.003952847075210474, 0.00125,
                0.0003952847075210474, 0.000125, 3.952847075210474e-05,
            ]),
        Case(
            scaling: """
                {"rope_type":"yarn","factor":4,"original_max_position_embeddings":64}
                """, contextLength: 256, length: 9, magnitude: 1.138629436111989,
            frequencies: [
                1.0, 0.23717082451262847, 0.05, 0.007905694150420948, 0.0025,
                0.0007905694150420948, 0.00025, 7.905694150420948e-05,
            ]),
        Case(
            scaling: """
                {"type":"yarn","factor":4,"original_max_position_embeddings":4096,\
                "attention_factor":0.5}
                """, contextLength: 16384, length: 9, magnitude: 0.5,
            frequencies: [
                1.0, 0.31622776601683794, 0.1, 0.02569350598886808, 0.00625,
                0.001383496476323666, 0.00025, 7.905694150420948e-05,
            ]),
        Case(
            scaling: """
                {"rope_type":"yarn","factor":null,"original_max_position_embeddings":4096,\
                "truncate":false,"mscale":0.7,"mscale_all_dim":0.9}
                """, contextLength: 16384, length: 9, magnitude: 0.9753496504321066,
            frequencies: [
                1.0, 0.31622776601683794, 0.1, 0.02861360881198889, 0.006556971521129435,
                0.0012856320307266882, 0.00025, 7.905694150420948e-05,
            ]),
        Case(
            scaling: """
                {"type":"su","original_max_position_embeddings":40,\(factors)}
                """, contextLength: 160, length: 40, magnitude: 1.1729465671624668,
            frequencies: [
                1.0, 0.28747978728803447, 0.08333333333333334, 0.024325212770525993,
                0.0071428571428571435, 0.0021081851067789197, 0.000625, 0.00018601633295108112,
            ]),
        Case(
            scaling: """
                {"rope_type":"longrope","original_max_position_embeddings":40,\
                "attention_factor":1.25,\(factors)}
                """, contextLength: 160, length: 41, magnitude: 1.25,
            frequencies: [
                0.5, 0.11712139482105108, 0.029411764705882356, 0.007712872341874096,
                0.0020833333333333333, 0.000574959574576069, 0.0001612903225806452,
                4.583011101693304e-05,
            ]),
    ]

    @Test(arguments: cases)
    func frequenciesAreTheReferences(_ expected: Case) throws {
        let rotary = try rotary(expected.scaling, contextLength: expected.contextLength)
        let frequencies = rotary.frequencies(forLength: expected.length)
        #expect(frequencies.count == expected.frequencies.count)
        for (own, reference) in zip(frequencies, expected.frequencies) {
            #expect(abs(own - reference) <= 1e-12 * reference)
        }
        #expect(abs(rotary.magnitude - expected.magnitude) <= 1e-12)
    }

    @Test func onlyPartOfAHeadMayTurn() throws {
        let rotary = try rotary(
            #"{"rope_type":"default","partial_rotary_factor":0.25}"#, contextLength: 64)
        #expect(rotary.dimension == 4)
        #expect(rotary.frequencies(forLength: 1) == [1, 0.01])
    }

    private func rotary(_ scaling: String, contextLength: Int) throws -> RotaryConfiguration {
        let text = """
            {"model_type":"llama","hidden_size":64,"intermediate_size":64,"num_hidden_layers":1,\
            "num_attention_heads":4,"vocab_size":100,"max_position_embeddings":\(contextLength),\
            "rope_theta":10000,"rope_scaling":\(scaling)}
            """
        return try #require(try DecoderConfiguration(of: text).layers[0].rotary)
    }
}
