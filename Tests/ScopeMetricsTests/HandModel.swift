import ScopeTensor
import ScopeTestKit
import TokenScope

/// A model of one block, two heads and width 2 that can be worked out on paper.
///
/// Row 1: the embedding (1, 1); head 0 brings (1, 0) from token 0, head 1 brings (0, 3) from token 1; so
/// attention makes it (2, 4); feed-forward adds (2, 0).
struct HandModel: InspectableModel {
    let configuration: DecoderConfiguration
    var kernels: String { "hand" }

    let embedding: [[Float]] = [[3, 0], [1, 1], [1, 1]]
    let feedForward: [[Float]] = [[0, 5], [2, 0], [2, 0]]
    /// By head and row.
    let attention: [[[Float]]] = [
        [[1], [0.5, 0.5], [0.5, 0.5, 0]], [[1], [0.25, 0.75], [0.25, 0.75, 0]],
    ]
    /// One number a head.
    let values: [[Float]] = [[2, 0], [0, 4], [1, 1]]
    /// A row a head.
    let output: [[Float]] = [[1, 0], [0, 1]]
    let head: [[Double]] = [[1, 0], [0, 2], [1, 1]]
    let headBias: [Double] = [0.5, 0, 0]

    init() {
        var shape = DecoderConfiguration(modelType: "hand")
        shape.vocabularySize = 3
        shape.layerCount = 1
        shape.hiddenSize = 2
        shape.queryHeadCount = 2
        shape.keyValueHeadCount = 2
        shape.headDimension = 1
        shape.valueDimension = 1
        shape.contextLength = 3
        configuration = shape
    }

    var context: ModelContext {
        ModelContext(
            model: self, tokenizer: ByteTokenizer(),
            identity: ModelIdentity(
                name: "hand", family: "hand", fingerprint: "", parameterCount: 0))
    }

    /// What each head adds at a row.
    func heads(_ row: Int) -> [[Float]] {
        (0..<2).map { head in
            var sum: Float = 0
            for key in 0...row { sum += attention[head][row][key] * values[key][head] }
            return output[head].map { $0 * sum }
        }
    }

    func attended(_ row: Int) -> [Float] {
        let heads = heads(row)
        return [heads[0][0] + heads[1][0], heads[0][1] + heads[1][1]]
    }

    func end(_ row: Int) -> [Float] {
        (0..<2).map { embedding[row][$0] + attended(row)[$0] + feedForward[row][$0] }
    }

    func forward(
        _ lanes: inout [Lane<Float>], in workspace: inout Workspace<Float>,
        into sink: inout some SignalSink<Float>
    ) throws(ModelFailure) {
        for index in lanes.indices {
            let signals = lanes[index].signals
            let start = lanes[index].cache.count
            for row in start..<start + lanes[index].tokens.count {
                let place = RowPlace(lane: index, row: row)
                if signals.hiddenStates.contains(0) {
                    let state = embedding[row]
                    sink.hiddenState(state.span, layer: 0, at: place)
                }
                for head in 0..<2
                where signals.wantsAttention(layer: 0, head: QueryHead(head), row: row) {
                    let weights = attention[head][row]
                    sink.attention(weights.span, layer: 0, head: QueryHead(head), at: place)
                }
                let rows: [(LayerComponent, [Float])] = [
                    (.attention, attended(row)), (.attentionHeads, heads(row).flatMap { $0 }),
                    (.feedForward, feedForward[row]), (.residual, end(row)),
                    (.values, values[row]),
                ]
                for (component, values) in rows
                where signals.wants(component, layer: 0, row: row) {
                    sink.component(values.span, component, layer: 0, at: place)
                }
                if lanes[index].logits != .none {
                    let logits = logits(of: end(row))
                    sink.logits(logits.span, at: place)
                }
            }
            lanes[index].cache.reserve(lanes[index].tokens.count)
            lanes[index].cache.commit(lanes[index].tokens.count)
        }
    }

    func checkUnchanged() {}

    private func logits(of row: [Float]) -> [Float] {
        let normalized =
            frozenNorm(.final, at: row.map { Double($0) })?(row.map { Double($0) }) ?? []
        return head.indices.map { token in
            Float(
                head[token][0] * normalized[0] + head[token][1] * normalized[1]
                    + headBias[token])
        }
    }

    func readOut(_ residuals: Tensor<Float>, into logits: inout Tensor<Float>) {
        logits.resize(rows: residuals.rows)
        for row in 0..<residuals.rows {
            let values = self.logits(of: [residuals[row, 0], residuals[row, 1]])
            for token in values.indices { logits[row, token] = values[token] }
        }
    }

    func readOut(
        _ residuals: Tensor<Float>, through lens: TunedLens, layers: [Int],
        into logits: inout Tensor<Float>
    ) {
        readOut(residuals, into: &logits)
    }

    func frozenNorm(_ norm: StreamNorm, at row: [Double]) -> FrozenNorm? {
        guard norm == .final else { return nil }
        let scale = ((row[0] * row[0] + row[1] * row[1]) / 2).squareRoot()
        return FrozenNorm(factors: [1 / scale, 1 / scale])
    }

    func headDirection(of token: Int) throws(ModelFailure) -> HeadDirection {
        HeadDirection(values: head[token], bias: headBias[token])
    }

    func positionEmbedding(ofRow row: Int) -> [Float]? { nil }

    func attentionOutputMatrix(ofLayer layer: Int) -> Tensor<Float> {
        Tensor(rows: 2, columns: 2, values: output.flatMap { $0 })
    }

    func headOutputs(of values: Tensor<Float>, by matrix: Tensor<Float>) -> Tensor<Float> {
        var outputs = Tensor<Float>(rows: 2 * values.rows, columns: 2)
        for position in 0..<values.rows {
            for head in 0..<2 {
                for place in 0..<2 {
                    outputs[2 * position + head, place] =
                        values[position, head] * matrix[head, place]
                }
            }
        }
        return outputs
    }

    func attentionOutputBias(ofLayer layer: Int) -> [Float]? { nil }
}
