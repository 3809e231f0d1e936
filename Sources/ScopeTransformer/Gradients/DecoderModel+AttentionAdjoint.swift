internal import ScopeTensor

extension DecoderModel where Algebra: DifferentiableAlgebra {
    /// From the gradient of what attention has read, before its output map, to that of the block's
    /// rows behind their norm, given the way back of the rotation.
    func attentionAdjoint(
        _ context: Tensor<Scalar>, _ tape: AttentionTape<Scalar>, index: Int,
        _ rotation: Rotation<Scalar>?
    ) -> Tensor<Scalar> {
        let layer = weights.layers[index]
        let rows = tape.query.rows
        var biases = AttentionBuffers<Scalar>()
        var parts = algebra.attendAdjoint(
            context,
            AttentionInputs(queries: tape.query, keys: tape.keys, values: tape.values),
            rule(ofLayer: index, biases: biases.biases(rows, configuration)))
        if let rotation {
            let width = configuration.headDimension
            algebra.rotate(&parts.queries, headDimension: width, by: rotation)
            algebra.rotate(&parts.keys, headDimension: width, by: rotation)
        }
        if let raw = tape.raw {
            headAdjoint(
                &parts.queries, raw.query, heads: configuration.queryHeadCount, layer.queryNorm)
            headAdjoint(
                &parts.keys, raw.key, heads: configuration.keyValueHeadCount, layer.keyNorm)
            clipAdjoint(&parts.queries, raw.query)
            clipAdjoint(&parts.keys, raw.key)
            clipAdjoint(&parts.values, raw.value)
        }
        return projectionAdjoint(parts, layer, tape)
    }

    /// Back through the norm of queries or keys, given them before clip and norm.
    private func headAdjoint(
        _ gradient: inout Tensor<Scalar>, _ raw: Tensor<Scalar>, heads: Int,
        _ norm: NormWeights<Scalar>?
    ) {
        guard let norm, let scope = configuration.queryKeyNorm else { return }
        var input = raw
        if let limit = configuration.attentionClip { algebra.clamp(&input, to: limit) }
        if scope == .position {
            normAdjoint(&gradient, input: input, norm)
            return
        }
        let width = configuration.headDimension
        var byHead = Tensor(
            rows: gradient.rows * heads, columns: width, values: gradient.storage)
        let rows = Tensor(rows: input.rows * heads, columns: width, values: input.storage)
        if scope == .head {
            normAdjoint(&byHead, input: rows, norm)
        } else {
            for index in byHead.storage.indices {
                byHead.storage[index] *= norm.scale.storage[index % (heads * width)]
            }
            let same = NormWeights(
                scale: Tensor(vector: Array(repeating: Scalar(1), count: width)), shift: nil)
            normAdjoint(&byHead, input: rows, same)
        }
        gradient.storage = byHead.storage
    }

    /// No gradient goes back through a value that was clipped.
    private func clipAdjoint(_ gradient: inout Tensor<Scalar>, _ raw: Tensor<Scalar>) {
        guard let limit = configuration.attentionClip else { return }
        let bound = Scalar(limit)
        for index in gradient.storage.indices
        where abs(raw.storage[index % raw.storage.count]) > bound {
            gradient.storage[index] = 0
        }
    }
}

extension Rotation {
    /// The way back of the rotation, for several blocks of the same rows.
    func reversed(repeating count: Int) -> Rotation {
        var cosines = Tensor<Scalar>(rows: 0, columns: self.cosines.columns)
        var sines = cosines
        cosines.resize(rows: self.cosines.rows * count)
        sines.resize(rows: self.sines.rows * count)
        let block = self.cosines.storage.count
        for index in cosines.storage.indices {
            cosines.storage[index] = self.cosines.storage[index % block]
            sines.storage[index] = -self.sines.storage[index % block]
        }
        return Rotation(cosines: cosines, sines: sines, pairing: pairing)
    }
}
