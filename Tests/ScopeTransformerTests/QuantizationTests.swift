import ScopeFiles
import ScopeTensor
import ScopeTransformer
import TestFixtures
import Testing

/// Models whose weights are quantised when they are read.
@Suite struct QuantizationTests {
    /// Eight bits a weight stay close to the stored weights, and nothing is quantised in secret.
    @Test(arguments: GoldenModel.all)
    func eightBitsStayClose(_ fixture: GoldenModel) throws {
        let folder = try fixture.fixture.folder()
        let stored = try DecoderModel(from: folder, algebra: HostAlgebra())
        let quantized = try DecoderModel(
            from: folder, algebra: HostAlgebra(), options: ModelOptions(weights: .q8_0))
        #expect(quantized.weightFormat == "q8_0 from \(stored.weightFormat)")
        #expect(quantized.identity == stored.identity)
        let ids = Array(try fixture.golden.ids.prefix(12))
        let exact = try stored.logits(ids, chunk: ids.count).joined()
        let near = try quantized.logits(ids, chunk: ids.count).joined()
        let distance = difference(Array(near), Array(exact)) / peak(exact)
        if stored.configuration.hiddenSize % 32 == 0 { #expect(distance > 0) }
        // A row near a border may go to other experts, which is no small change.
        if stored.configuration.experts == nil {
            #expect(distance < 0.1, "\(fixture): \(distance)")
        }
    }

    /// The engine and its twin compute with the same quantised numbers.
    @Test(arguments: ElementType.quantizationTargets)
    func theTwinComputesWithTheSameWeights(_ format: ElementType) throws {
        let fixture = try #require(GoldenModel.all.first { $0.description.hasSuffix("/llama") })
        let options = ModelOptions(weights: format)
        let folder = try fixture.fixture.folder()
        let ids = try fixture.golden.ids
        let engine = try DecoderModel(from: folder, algebra: HostAlgebra(), options: options)
            .logits(ids, chunk: ids.count).joined()
        let twin = try DecoderModel(
            from: folder, algebra: ScalarAlgebra<Double>(), options: options
        ).logits(ids, chunk: ids.count).joined()
        #expect(difference(Array(engine), Array(twin)) <= 2e-5 * peak(twin))
    }
}
