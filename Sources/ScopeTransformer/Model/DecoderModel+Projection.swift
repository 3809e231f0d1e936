internal import ScopeTensor

extension DecoderModel {
    /// Queries, keys and values of every row, rotated.
    func project(
        _ layer: LayerWeights<Scalar>, _ rotation: Rotation<Scalar>?,
        _ buffers: inout WorkspaceBuffers<Scalar>
    ) {
        project(layer, &buffers)
        clip(&buffers)
        normalizeAndRotate(layer, rotation, &buffers)
    }

    /// Queries, keys and values as the maps give them.
    func project(_ layer: LayerWeights<Scalar>, _ buffers: inout WorkspaceBuffers<Scalar>) {
        switch layer.projections {
        case .separate(let query, let key, let value):
            apply(query, to: buffers.normalized, into: &buffers.query)
            apply(key, to: buffers.normalized, into: &buffers.key)
            apply(value, to: buffers.normalized, into: &buffers.value)
        case .fused(let all, let columns):
            apply(all, to: buffers.normalized, into: &buffers.fused)
            buffers.query.gather(columns.query, of: buffers.fused)
            buffers.key.gather(columns.key, of: buffers.fused)
            buffers.value.gather(columns.value, of: buffers.fused)
        case .latent(let weights):
            projectLatent(weights, &buffers)
        }
    }

    func clip(_ buffers: inout WorkspaceBuffers<Scalar>) {
        guard let limit = configuration.attentionClip else { return }
        algebra.clamp(&buffers.query, to: limit)
        algebra.clamp(&buffers.key, to: limit)
        algebra.clamp(&buffers.value, to: limit)
    }

    func normalizeAndRotate(
        _ layer: LayerWeights<Scalar>, _ rotation: Rotation<Scalar>?,
        _ buffers: inout WorkspaceBuffers<Scalar>
    ) {
        normalizeHeads(
            &buffers.query, heads: configuration.queryHeadCount, by: layer.queryNorm)
        normalizeHeads(
            &buffers.key, heads: configuration.keyValueHeadCount, by: layer.keyNorm)
        if let rotation {
            let width = configuration.headDimension
            algebra.rotate(&buffers.query, headDimension: width, by: rotation)
            algebra.rotate(&buffers.key, headDimension: width, by: rotation)
        }
    }

    /// Normalises queries or keys over what the family says.
    private func normalizeHeads(
        _ x: inout Tensor<Scalar>, heads: Int, by norm: NormWeights<Scalar>?
    ) {
        guard let norm, let scope = configuration.queryKeyNorm else { return }
        let width = configuration.headDimension
        var result: Tensor<Scalar>
        switch scope {
        case .position:
            result = Tensor(rows: x.rows, columns: x.columns)
            normalize(x, by: norm, into: &result)
        case .head:
            let rows = Tensor(rows: x.rows * heads, columns: width, values: x.storage)
            result = Tensor(rows: rows.rows, columns: width)
            normalize(rows, by: norm, into: &result)
        case .eachHead:
            let rows = Tensor(rows: x.rows * heads, columns: width, values: x.storage)
            result = Tensor(rows: rows.rows, columns: width)
            let same = NormWeights(
                scale: Tensor(vector: Array(repeating: Scalar(1), count: width)), shift: nil)
            normalize(rows, by: same, into: &result)
            for index in result.storage.indices {
                result.storage[index] *= norm.scale.storage[index % (heads * width)]
            }
        }
        x.storage = result.storage
    }

    /// Queries, keys and values by way of latent vectors (arXiv 2405.04434, section 2.1).
    ///
    /// A head's rotated part is put first, where the rotation expects it; as queries and keys are
    /// sorted alike, their products stay the same.
    private func projectLatent(
        _ weights: LatentWeights<Scalar>, _ buffers: inout WorkspaceBuffers<Scalar>
    ) {
        guard let latent = configuration.latentAttention else { return }
        let heads = configuration.queryHeadCount
        let width = configuration.headDimension
        let plain = width - latent.rotaryDimension
        let rows = buffers.normalized.rows

        var input = buffers.normalized
        if let down = weights.queryDown, let norm = weights.queryNorm {
            input = normalizedLatent(latentVector(down, of: buffers.normalized), by: norm)
        }
        apply(weights.query, to: input, into: &buffers.fused)
        buffers.query.gather(latentQueryRuns, of: buffers.fused)

        let both = latentVector(weights.keyValueDown, of: buffers.normalized)
        var compressed = Tensor<Scalar>(rows: rows, columns: latent.keyValueRank)
        compressed.gather([0..<latent.keyValueRank], of: both)
        let normalized = normalizedLatent(compressed, by: weights.keyValueNorm)
        var keys = Tensor<Scalar>(rows: rows, columns: heads * plain)
        expand(normalized, by: weights.keyValueUp, keys: &keys, values: &buffers.value)
        buffers.key.resize(rows: rows)
        let shared = latent.keyValueRank..<both.columns
        for row in 0..<rows {
            for head in 0..<heads {
                let target = row * heads * width + head * width
                let source = row * keys.columns + head * plain
                buffers.key.storage.replaceSubrange(
                    target..<target + shared.count,
                    with: both.storage[
                        row * both.columns + shared.lowerBound..<(row + 1) * both.columns])
                buffers.key.storage.replaceSubrange(
                    target + shared.count..<target + width,
                    with: keys.storage[source..<source + plain])
            }
        }
    }

    /// Keys, but for their rotated part, and values of all heads.
    private func expand(
        _ latent: Tensor<Scalar>, by map: LatentExpansion<Scalar>, keys: inout Tensor<Scalar>,
        values: inout Tensor<Scalar>
    ) {
        let heads = configuration.queryHeadCount
        let plain = keys.columns / heads
        switch map {
        case .joint(let map):
            let each = plain + configuration.valueDimension
            var expanded = Tensor<Scalar>(rows: latent.rows, columns: heads * each)
            apply(map, to: latent, into: &expanded)
            keys.gather((0..<heads).map { $0 * each..<$0 * each + plain }, of: expanded)
            values.gather((0..<heads).map { $0 * each + plain..<($0 + 1) * each }, of: expanded)
        case .apart(let keyMaps, let valueMap):
            algebra.multiply(latent, by: valueMap, bias: nil, into: &values)
            var ofHead = Tensor<Scalar>(rows: latent.rows, columns: plain)
            for (head, map) in keyMaps.enumerated() {
                algebra.multiply(latent, by: map, bias: nil, into: &ofHead)
                for row in 0..<latent.rows {
                    let target = row * keys.columns + head * plain
                    keys.storage.replaceSubrange(
                        target..<target + plain,
                        with: ofHead.storage[row * plain..<(row + 1) * plain])
                }
            }
        }
    }

    /// Where a head's queries lie in the outputs of their map: the rotated part first.
    var latentQueryRuns: [Range<Int>] {
        let width = configuration.headDimension
        let plain = width - (configuration.latentAttention?.rotaryDimension ?? 0)
        return (0..<configuration.queryHeadCount).flatMap { head -> [Range<Int>] in
            let start = head * width
            return [start + plain..<start + width, start..<start + plain]
        }
    }

    func latentVector(_ down: Linear<Scalar>, of input: Tensor<Scalar>) -> Tensor<Scalar> {
        var compressed = Tensor<Scalar>(rows: 0, columns: down.weights.outputs)
        apply(down, to: input, into: &compressed)
        return compressed
    }

    /// The constant of latent vectors' norms: the reference leaves it at its default, whatever the
    /// file says of the others.
    var latentEpsilon: Double { 1e-6 }

    func normalizedLatent(
        _ input: Tensor<Scalar>, by norm: NormWeights<Scalar>
    ) -> Tensor<Scalar> {
        var output = Tensor<Scalar>(rows: input.rows, columns: input.columns)
        algebra.rmsNorm(input, weight: norm.scale, epsilon: latentEpsilon, into: &output)
        return output
    }
}

extension Tensor {
    /// Fills every row with runs of another tensor's columns.
    mutating func gather(_ runs: [Range<Int>], of source: Tensor) {
        resize(rows: source.rows)
        for row in 0..<source.rows {
            var target = row * columns
            let start = row * source.columns
            for run in runs {
                storage.replaceSubrange(
                    target..<target + run.count,
                    with: source.storage[start + run.lowerBound..<start + run.upperBound])
                target += run.count
            }
        }
    }
}
