import ScopeTensor
import TinyPythonModel
import TokenScope

/// A model that answers with stored logits, whatever it is asked: for metrics against a reference.
struct ReplayModel: LanguageModel {
    typealias Scalar = Float

    let configuration: DecoderConfiguration
    private let rows: [[Float]]

    /// - Parameter rows: The logits of each residual row.
    init(rows: [[Float]]) {
        var shape = DecoderConfiguration(modelType: "replay")
        shape.vocabularySize = rows.first?.count ?? 0
        shape.layerCount = 1
        shape.keyValueHeadCount = 1
        shape.queryHeadCount = 1
        shape.headDimension = 1
        shape.contextLength = rows.count + 1
        self.init(rows: rows, configuration: shape)
    }

    init(rows: [[Float]], configuration: DecoderConfiguration) {
        self.configuration = configuration
        self.rows = rows
    }

    var kernels: String { "replay" }

    func forward(
        _ lanes: inout [Lane<Float>], in workspace: inout Workspace<Float>,
        into sink: inout some SignalSink<Float>
    ) throws(ModelFailure) {
        for lane in lanes.indices {
            let start = lanes[lane].cache.count
            lanes[lane].cache.reserve(lanes[lane].tokens.count)
            for offset in lanes[lane].tokens.indices {
                let row = rows[start + offset]
                sink.logits(row.span, at: RowPlace(lane: lane, row: start + offset))
            }
            lanes[lane].cache.commit(lanes[lane].tokens.count)
        }
    }

    func checkUnchanged() throws(ModelFailure) {}
}

extension ModelContext {
    /// The embedded model, opened once for all tests.
    static let tinyPython = Result { try loadModel(from: .tinyPython) }

    /// A model of your own with the embedded model's tokenizer.
    static func replaying(_ rows: [[Float]]) throws -> ModelContext {
        ModelContext(
            model: ReplayModel(rows: rows), tokenizer: try tinyPython.get().tokenizer,
            identity: ModelIdentity(
                name: "replay", family: "replay", fingerprint: "", parameterCount: 0))
    }
}

extension DecodingSession {
    /// Decodes to the end.
    mutating func decodeAll() throws -> TokenTrace {
        while try next() != nil {}
        return trace
    }
}
