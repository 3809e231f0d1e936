internal import ScopeFiles
internal import ScopeTensor

extension ProjectionWeights {
    static func read(
        _ reader: inout WeightReader<Scalar>, _ shape: DecoderConfiguration, _ names: TensorNames
    ) throws(FileError) -> ProjectionWeights {
        let queries = shape.queryHeadCount * shape.headDimension
        let keys = shape.keyValueHeadCount * shape.headDimension
        let hidden = shape.hiddenSize
        let bias = shape.biases.contains(.queryKeyValue)
        switch names.projections {
        case .separate(let query, let key, let value):
            return .separate(
                query: try reader.linear(query, outputs: queries, inputs: hidden, bias: bias),
                key: try reader.linear(key, outputs: keys, inputs: hidden, bias: bias),
                value: try reader.linear(value, outputs: keys, inputs: hidden, bias: bias))
        case .fused(let name, let order):
            let whole = try reader.linear(
                name, outputs: queries + 2 * keys, inputs: hidden, bias: bias)
            return .fused(whole, FusedColumns(order, shape))
        case .latent(let names):
            return .latent(try LatentWeights.read(&reader, shape, names))
        }
    }
}

extension LatentWeights {
    /// The latent vectors' norms keep the constant of the reference, whatever the file says of
    /// the others.
    fileprivate static func read(
        _ reader: inout WeightReader<Scalar>, _ shape: DecoderConfiguration, _ names: LatentNames
    ) throws(FileError) -> LatentWeights {
        let heads = shape.queryHeadCount
        let latent =
            shape.latentAttention
            ?? LatentAttention(queryRank: nil, keyValueRank: 0, rotaryDimension: 0)
        // Only the maps from the residual row carry a bias.
        let bias = shape.biases.contains(.queryKeyValue)
        let queries = heads * shape.headDimension
        var queryDown: Linear<Scalar>?
        var queryNorm: NormWeights<Scalar>?
        let query: Linear<Scalar>
        if let rank = latent.queryRank {
            queryDown = try reader.linear(
                names.queryDown, outputs: rank, inputs: shape.hiddenSize, bias: bias)
            queryNorm = try reader.requiredNorm(names.queryNorm, shape, width: rank)
            query = try reader.linear(names.queryUp, outputs: queries, inputs: rank, bias: false)
        } else {
            query = try reader.linear(
                names.query, outputs: queries, inputs: shape.hiddenSize, bias: false)
        }
        let unrotated = shape.headDimension - latent.rotaryDimension
        return LatentWeights(
            queryDown: queryDown, queryNorm: queryNorm, query: query,
            keyValueDown: try reader.linear(
                names.keyValueDown, outputs: latent.keyValueRank + latent.rotaryDimension,
                inputs: shape.hiddenSize, bias: bias),
            keyValueNorm: try reader.requiredNorm(
                names.keyValueNorm, shape, width: latent.keyValueRank),
            keyValueUp: try LatentExpansion.read(
                &reader, shape, names, keyWidth: unrotated, rank: latent.keyValueRank))
    }
}

extension LatentExpansion {
    fileprivate static func read(
        _ reader: inout WeightReader<Scalar>, _ shape: DecoderConfiguration, _ names: LatentNames,
        keyWidth: Int, rank: Int
    ) throws(FileError) -> LatentExpansion {
        let heads = shape.queryHeadCount
        guard let keys = names.keyUp, let values = names.valueUp else {
            return .joint(
                try reader.linear(
                    names.keyValueUp, outputs: heads * (keyWidth + shape.valueDimension),
                    inputs: rank, bias: false))
        }
        return .apart(
            keys: try reader.stack(keys, count: heads, outputs: rank, inputs: keyWidth)
                .map(\.transposed),
            values: try reader.stacked(
                values, count: heads, outputs: shape.valueDimension, inputs: rank))
    }
}
