internal import ScopeTensor

extension DecoderModel where Algebra: DifferentiableAlgebra {
    /// From the gradient of a linear map's output to that of its input.
    func back(_ gradient: Tensor<Scalar>, through map: Linear<Scalar>) -> Tensor<Scalar> {
        back(gradient, through: map.weights)
    }

    func back(_ gradient: Tensor<Scalar>, through weights: WeightMatrix) -> Tensor<Scalar> {
        var result = Tensor<Scalar>(rows: 0, columns: weights.inputs)
        algebra.multiply(gradient, by: weights.transposed, bias: nil, into: &result)
        return result
    }

    func normAdjoint(
        _ gradient: inout Tensor<Scalar>, input: Tensor<Scalar>, _ norm: NormWeights<Scalar>
    ) {
        switch configuration.norm {
        case .layer:
            algebra.layerNormAdjoint(
                &gradient, input: input, weight: norm.scale, epsilon: configuration.normEpsilon)
        case .rms:
            algebra.rmsNormAdjoint(
                &gradient, input: input, weight: norm.scale, epsilon: configuration.normEpsilon)
        }
    }

    /// From queries, keys and values to the rows they were made of.
    func projectionAdjoint(
        _ parts: AttentionGradients<Scalar>, _ layer: LayerWeights<Scalar>,
        _ tape: AttentionTape<Scalar>
    ) -> Tensor<Scalar> {
        switch layer.projections {
        case .separate(let query, let key, let value):
            var result = back(parts.queries, through: query)
            algebra.add(back(parts.keys, through: key), to: &result)
            algebra.add(back(parts.values, through: value), to: &result)
            return result
        case .fused(let map, let columns):
            var fused = Tensor<Scalar>(rows: parts.queries.rows, columns: map.weights.outputs)
            fused.scatter(columns.query, from: parts.queries)
            fused.scatter(columns.key, from: parts.keys)
            fused.scatter(columns.value, from: parts.values)
            return back(fused, through: map)
        case .latent(let weights):
            return latentAdjoint(parts, weights, tape)
        }
    }

    private func latentAdjoint(
        _ parts: AttentionGradients<Scalar>, _ weights: LatentWeights<Scalar>,
        _ tape: AttentionTape<Scalar>
    ) -> Tensor<Scalar> {
        var query = Tensor<Scalar>(rows: parts.queries.rows, columns: parts.queries.columns)
        query.scatter(latentQueryRuns, from: parts.queries)
        var result = back(query, through: weights.query)
        if let down = weights.queryDown, let norm = weights.queryNorm,
            let input = tape.latent?.query
        {
            algebra.rmsNormAdjoint(
                &result, input: input, weight: norm.scale, epsilon: latentEpsilon)
            result = back(result, through: down)
        }
        if let latent = configuration.latentAttention, let stored = tape.latent {
            algebra.add(
                keyValueAdjoint(parts, weights, latent, stored.keyValue), to: &result)
        }
        return result
    }

    /// Keys have a rotated part that all heads share, behind the latent vector of keys and values.
    private func keyValueAdjoint(
        _ parts: AttentionGradients<Scalar>, _ weights: LatentWeights<Scalar>,
        _ latent: LatentAttention, _ stored: Tensor<Scalar>
    ) -> Tensor<Scalar> {
        let heads = configuration.queryHeadCount
        let width = configuration.headDimension
        let turned = latent.rotaryDimension
        let plain = width - turned
        let rows = parts.keys.rows
        var keys = Tensor<Scalar>(rows: rows, columns: heads * plain)
        keys.gather((0..<heads).map { $0 * width + turned..<($0 + 1) * width }, of: parts.keys)
        var both = Tensor<Scalar>(rows: rows, columns: stored.columns)
        for row in 0..<rows {
            for head in 0..<heads {
                let source = (row * heads + head) * width
                for i in 0..<turned {
                    both[row, latent.keyValueRank + i] += parts.keys.storage[source + i]
                }
            }
        }
        var compressed = Tensor<Scalar>(rows: 0, columns: latent.keyValueRank)
        compressed.gather([0..<latent.keyValueRank], of: stored)
        var gradient = expansionAdjoint(keys, parts.values, weights.keyValueUp)
        algebra.rmsNormAdjoint(
            &gradient, input: compressed, weight: weights.keyValueNorm.scale,
            epsilon: latentEpsilon)
        both.scatter([0..<latent.keyValueRank], from: gradient)
        return back(both, through: weights.keyValueDown)
    }

    /// From all heads' keys, but for their rotated part, and values to the latent vector.
    private func expansionAdjoint(
        _ keys: Tensor<Scalar>, _ values: Tensor<Scalar>, _ map: LatentExpansion<Scalar>
    ) -> Tensor<Scalar> {
        let heads = configuration.queryHeadCount
        let plain = keys.columns / heads
        switch map {
        case .joint(let map):
            let each = plain + configuration.valueDimension
            var expanded = Tensor<Scalar>(rows: keys.rows, columns: heads * each)
            expanded.scatter((0..<heads).map { $0 * each..<$0 * each + plain }, from: keys)
            expanded.scatter(
                (0..<heads).map { $0 * each + plain..<($0 + 1) * each }, from: values)
            return back(expanded, through: map)
        case .apart(let keyMaps, let valueMap):
            var result = back(values, through: valueMap)
            var ofHead = Tensor<Scalar>(rows: 0, columns: plain)
            for (head, map) in keyMaps.enumerated() {
                ofHead.gather([head * plain..<(head + 1) * plain], of: keys)
                algebra.add(back(ofHead, through: map), to: &result)
            }
            return result
        }
    }
}

extension Tensor {
    /// Writes a tensor's columns, in order, to runs of this one's columns.
    mutating func scatter(_ runs: [Range<Int>], from source: Tensor) {
        for row in 0..<source.rows {
            var start = row * source.columns
            for run in runs {
                let target = row * columns + run.lowerBound
                storage.replaceSubrange(
                    target..<target + run.count, with: source.storage[start..<start + run.count])
                start += run.count
            }
        }
    }
}
