internal import ScopeTensor
internal import ScopeTransformer

extension IntegratedGradients.Baseline {
    var name: String {
        switch self {
        case .meanEmbedding: "mean-embedding"
        case .token(let id): "token \(id)"
        case .zero: "zero"
        }
    }

    /// As many rows as asked for.
    func rows(_ count: Int, _ text: AttributedText) throws(AttributionFailure) -> Tensor<Float> {
        let row: [Float]
        switch self {
        case .zero: row = Array(repeating: 0, count: text.embeddings.columns)
        case .meanEmbedding: row = try text.meanEmbedding()
        case .token(let id):
            row = try AttributionFailure.wrappingModel { () throws(ModelFailure) in
                try text.model.embeddings(of: [id])
            }.storage
        }
        return Tensor(
            rows: count, columns: row.count, values: (0..<count).flatMap { _ in row })
    }
}

extension Tensor<Float> {
    /// The point between two tensors of one shape, at a share of the way.
    func way(to end: Tensor<Float>, _ share: Double) -> Tensor<Float> {
        var moved = self
        for index in moved.storage.indices {
            moved.storage[index] += Float(share) * (end.storage[index] - storage[index])
        }
        return moved
    }
}
