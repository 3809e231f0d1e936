public import ScopeTensor

extension DecoderModel: InspectableModel {
    /// Reads rows of the residual stream as predictions; see ``InspectableModel``.
    ///
    /// - Parameters:
    ///   - residuals: rows × hidden size, before the final norm.
    ///   - logits: rows × vocabulary.
    /// - Complexity: One product with the head's matrix.
    public func readOut(_ residuals: Tensor<Scalar>, into logits: inout Tensor<Scalar>) {
        var normalized = Tensor<Scalar>(rows: 0, columns: configuration.hiddenSize)
        normalize(residuals, by: weights.finalNorm, into: &normalized)
        predict(normalized, into: &logits)
    }

    /// Reads rows as predictions behind maps of their layers; see ``InspectableModel``.
    ///
    /// - Parameters:
    ///   - residuals: rows × hidden size, before the final norm.
    ///   - lens: The maps.
    ///   - layers: The layer of each row.
    ///   - logits: rows × vocabulary.
    /// - Complexity: One product with the head's matrix, and one with each map.
    public func readOut(
        _ residuals: Tensor<Scalar>, through lens: TunedLens, layers: [Int],
        into logits: inout Tensor<Scalar>
    ) {
        precondition(layers.count == residuals.rows, "a layer for each row")
        precondition(lens.hiddenSize == residuals.columns, "the lens is that of another model")
        var translated = residuals
        let width = residuals.columns
        var change = Tensor<Scalar>(rows: 0, columns: width)
        for (layer, map) in lens.maps.enumerated() {
            let rows = layers.indices.filter { layers[$0] == layer }
            if rows.isEmpty { continue }
            var input = Tensor<Scalar>(rows: 0, columns: width)
            input.gather(rows: rows, of: residuals)
            algebra.multiply(input, by: map.weights, bias: nil, into: &change)
            for (place, row) in rows.enumerated() {
                for column in 0..<width {
                    translated.storage[row * width + column] += change[place, column]
                    if !map.bias.isEmpty {
                        translated.storage[row * width + column] += Scalar(map.bias[column])
                    }
                }
            }
        }
        readOut(translated, into: &logits)
    }

    /// A norm held at a row; see ``InspectableModel``.
    ///
    /// - Parameters:
    ///   - norm: Which norm.
    ///   - row: What goes into it.
    /// - Returns: The affine map; nil where the model has none there.
    public func frozenNorm(_ norm: StreamNorm, at row: [Double]) -> FrozenNorm? {
        let narrowed = row.map { Scalar($0) }
        switch norm {
        case .final: return FrozenNorm(weights.finalNorm, at: narrowed.span, configuration)
        case .attention(let layer):
            return weights.layers[layer].attentionNorm.map {
                FrozenNorm($0, at: narrowed.span, configuration)
            }
        case .feedForward(let layer):
            return weights.layers[layer].feedForwardNorm.map {
                FrozenNorm($0, at: narrowed.span, configuration)
            }
        case .attentionOutput(let layer):
            return frozenUpdate(weights.layers[layer].attentionOutputNorm, at: narrowed.span)
        }
    }

    /// A token's row of the head; see ``InspectableModel``.
    ///
    /// - Parameter token: An id of the vocabulary.
    /// - Returns: The direction.
    /// - Throws: ``ModelFailure/tokenOutOfRange(id:vocabularySize:)``.
    public func headDirection(of token: Int) throws(ModelFailure) -> HeadDirection {
        guard (0..<configuration.vocabularySize).contains(token) else {
            throw .tokenOutOfRange(id: token, vocabularySize: configuration.vocabularySize)
        }
        var row = Tensor<Scalar>(rows: 0, columns: configuration.hiddenSize)
        algebra.lookUp([token], in: weights.head.weights, into: &row)
        let scale = configuration.logitScale
        return HeadDirection(
            values: row.storage.map { Double($0) * scale },
            bias: (weights.head.bias.map { Double($0.storage[token]) } ?? 0) * scale)
    }

    /// What the position table adds; see ``InspectableModel``.
    ///
    /// - Parameter row: The position.
    /// - Returns: Hidden size; nil for families without a table.
    public func positionEmbedding(ofRow row: Int) -> [Scalar]? {
        guard let table = weights.positionEmbedding,
            case .learned(let offset) = configuration.positions
        else { return nil }
        var values = Tensor<Scalar>(rows: 0, columns: configuration.hiddenSize)
        algebra.lookUp([row + offset], in: table, into: &values)
        return values.storage
    }

    /// A block's attention output matrix; see ``InspectableModel``.
    ///
    /// - Parameter layer: The decoder block.
    /// - Returns: (query heads × value dimension) × hidden size.
    /// - Complexity: One product with the matrix of as many rows as it has inputs.
    public func attentionOutputMatrix(ofLayer layer: Int) -> Tensor<Scalar> {
        let map = weights.layers[layer].attentionOutput.weights
        // What it makes of unit vectors, whatever its format.
        var unit = Tensor<Scalar>(rows: map.inputs, columns: map.inputs)
        for place in 0..<map.inputs { unit[place, place] = 1 }
        var matrix = Tensor<Scalar>(rows: 0, columns: map.outputs)
        algebra.multiply(unit, by: map, bias: nil, into: &matrix)
        return matrix
    }

    /// What the heads make of positions; see ``InspectableModel``.
    ///
    /// - Parameters:
    ///   - values: positions × (key-value heads × value dimension).
    ///   - matrix: What ``attentionOutputMatrix(ofLayer:)`` gave.
    /// - Returns: (positions × query heads) × hidden size.
    /// - Complexity: O(positions × matrix).
    public func headOutputs(of values: Tensor<Scalar>, by matrix: Tensor<Scalar>) -> Tensor<Scalar>
    {
        let heads = configuration.queryHeadCount
        let width = configuration.valueDimension
        let group = heads / configuration.keyValueHeadCount
        var outputs = Tensor<Scalar>(rows: values.rows * heads, columns: matrix.columns)
        for position in 0..<values.rows {
            let read = values.row(position)
            for head in 0..<heads {
                let first = head / group * width
                let start = head * width * matrix.columns
                var output = outputs.mutableRow(position * heads + head)
                algebra.addWeightedRows(
                    read.extracting(first..<first + width),
                    matrix.span.extracting(start..<start + width * matrix.columns), to: &output)
            }
        }
        return outputs
    }

    /// The bias behind a block's attention; see ``InspectableModel``.
    public func attentionOutputBias(ofLayer layer: Int) -> [Scalar]? {
        weights.layers[layer].attentionOutput.bias?.storage
    }
}
