import ScopeFiles
import ScopeTensor
import ScopeTransformer
import TestFixtures
import Testing

/// Summaries of models against the models themselves.
@Suite struct SummaryTests {
    @Test(arguments: GoldenModel.all)
    func aSummarySaysWhatTheLoadedModelIs(_ fixture: GoldenModel) throws {
        let summary = try ModelSummary(ModelFiles(fixture.fixture.folder()))
        let model = try fixture.load(HostAlgebra())
        #expect(summary.shape == ModelShape(model.configuration))
        #expect(summary.shape.layers.count == model.configuration.layerCount)
        #expect(summary.parameterCount == model.identity.parameterCount)
        #expect(summary.name == model.identity.name && summary.layout == .safetensors)
        #expect(summary.shape.hasChangingRotation == model.configuration.hasChangingRotation)
        let data = summary.tensors.reduce(0) { $0 + $1.byteCount }
        #expect(data < summary.byteCount && summary.byteCount < data + (1 << 20))
        #expect(summary.formats.reduce(0) { $0 + $1.byteCount } == data)
        #expect(summary.formats.reduce(0) { $0 + $1.tensorCount } == summary.tensors.count)
        // What is not read, such as buffers of attention masks, has no learned numbers.
        for tensor in summary.tensors where !tensor.isRead {
            #expect(tensor.inputs == nil, "\(tensor.name)")
        }
    }

    @Test(arguments: GoldenModel.all)
    func memoryIsThatOfWeightsCacheAndScratch(_ fixture: GoldenModel) throws {
        let summary = try ModelSummary(ModelFiles(fixture.fixture.folder()))
        let model = try fixture.load(HostAlgebra())
        let stored = summary.memory(context: 40)
        #expect(stored.context == 40)
        #expect(stored.cache == KVCache<Float>.byteCount(rows: 40, shape: model.cacheShape))
        #expect(stored.weights == summary.tensors.filter(\.isRead).reduce(0) { $0 + $1.byteCount })
        #expect(stored.total == stored.weights + stored.cache + stored.workspace)
        #expect(summary.memory(context: 80, rows: 40).workspace == stored.workspace)
        #expect(stored.workspace > summary.memory(context: 40, rows: 20).workspace)
        #expect(summary.memory(context: 40, cache: .float16).cache * 2 == stored.cache)
        #expect(summary.memory(context: 1 << 40).context == model.configuration.contextLength)

        // Eight bits and the share of a scale for each weight of the matrices that are quantised.
        let quantized = summary.memory(context: 40, weights: .q8_0)
        var expected = 0
        var matrices = 0
        for tensor in summary.tensors where tensor.isRead {
            if let inputs = tensor.inputs, inputs % 32 == 0 {
                expected += tensor.shape.reduce(1, *) * 34 / 32
                matrices += 1
            } else {
                expected += tensor.byteCount
            }
        }
        #expect(quantized.weights == expected)
        #expect(summary.quantizableTensorCount == matrices)
    }

    /// GGUF files, whole and split.
    @Test(arguments: Fixtures.roots)
    func filesOfTheOtherLayoutHaveSummariesToo(_ root: FixtureRoot) throws {
        let folder = root.category("gguf")
        let names = root.names("gguf").filter {
            $0.hasSuffix(".gguf") && $0 != "dequant.gguf" && !$0.contains("-00002-of-")
        }
        #expect(names.count > 3)
        for name in names {
            let files = try ModelFiles(path: folder.path(of: name))
            let summary = try ModelSummary(files)
            let model = try DecoderModel(from: files, algebra: HostAlgebra())
            #expect(summary.layout == .gguf && summary.shape == ModelShape(model.configuration))
            #expect(summary.parameterCount == model.identity.parameterCount)
            #expect(summary.weightFormat == model.weightFormat)
            #expect(summary.files.count == (name.contains("-of-") ? 2 : 1))
            if name.contains("f16") || name.contains("f32") {
                #expect(summary.quantizableTensorCount > 0, "\(name)")
            } else if !name.hasPrefix("gpt2") {
                // GPT-2's table of positions is in plain numbers always.
                #expect(summary.quantizableTensorCount == 0, "\(name)")
            }
        }
    }

    /// What cannot be loaded cannot be summarised, for the same reason.
    @Test(arguments: LoadingTests.Case.all)
    func faultsAreThoseOfLoading(_ broken: LoadingTests.Case) throws {
        let path = broken.fixture.path(of: broken.load)
        func failure(_ body: () throws -> Void) -> ModelFailure? {
            do {
                try body()
                return nil
            } catch {
                return error as? ModelFailure
            }
        }
        let loading = failure {
            _ = try DecoderModel(from: try FileFolder(directory: path), algebra: HostAlgebra())
        }
        let summarising = failure {
            _ = try ModelSummary(ModelFiles(FileFolder(directory: path)))
        }
        #expect(loading == summarising)
    }
}
