internal import ScopeTensor

/// Gradients with respect to a layer's queries, keys and values, one block of rows a probe.
struct ProjectionGradients<Scalar: TensorScalar> {
    var query: Tensor<Scalar>
    var key: Tensor<Scalar>
    var value: Tensor<Scalar>
}

extension DecoderModel where Algebra: DifferentiableAlgebra {
    /// From the gradient of what attention adds to that of what it reads, behind its norm.
    func attentionAdjoint(
        _ gradient: Tensor<Scalar>, _ tape: AttentionTape<Scalar>, index: Int,
        _ rotation: Rotation<Scalar>?
    ) -> Tensor<Scalar> {
        let layer = weights.layers[index]
        let rows = tape.query.rows
        let probes = gradient.rows / max(rows, 1)
        let context = back(gradient, through: layer.attentionOutput)
        var parts = weighAdjoint(context, tape, index: index, probes: probes)
        if let rotation {
            let turned = rotation.reversed(repeating: probes)
            let width = configuration.headDimension
            algebra.rotate(&parts.query, headDimension: width, by: turned)
            algebra.rotate(&parts.key, headDimension: width, by: turned)
        }
        if let raw = tape.raw {
            headAdjoint(
                &parts.query, raw.query, heads: configuration.queryHeadCount, layer.queryNorm)
            headAdjoint(
                &parts.key, raw.key, heads: configuration.keyValueHeadCount, layer.keyNorm)
            clipAdjoint(&parts.query, raw.query)
            clipAdjoint(&parts.key, raw.key)
            clipAdjoint(&parts.value, raw.value)
        }
        return projectionAdjoint(parts, layer, tape)
    }

    /// Back through softmax and the products on both sides of it.
    private func weighAdjoint(
        _ context: Tensor<Scalar>, _ tape: AttentionTape<Scalar>, index: Int, probes: Int
    ) -> ProjectionGradients<Scalar> {
        let (width, valueWidth) = (configuration.headDimension, configuration.valueDimension)
        let rows = tape.query.rows
        let heads = configuration.keyValueHeadCount
        var query = Tensor<Scalar>(rows: probes * rows, columns: tape.query.columns)
        var key = Tensor<Scalar>(rows: probes * rows, columns: heads * width)
        var value = Tensor<Scalar>(rows: probes * rows, columns: heads * valueWidth)
        for head in 0..<heads {
            var keys = [[Scalar]](
                repeating: Array(repeating: 0, count: rows * width), count: probes)
            var values = [[Scalar]](
                repeating: Array(repeating: 0, count: rows * valueWidth), count: probes)
            for row in 0..<rows {
                for queryHead in head * groupSize..<(head + 1) * groupSize {
                    let part = RowOfHead(row: row, head: queryHead, keyHead: head, index: index)
                    weighAdjoint(
                        part, context, tape, probes, query: &query, keys: &keys, values: &values)
                }
            }
            for probe in 0..<probes {
                key.spread(keys[probe], part: head, block: probe, rows: rows)
                value.spread(values[probe], part: head, block: probe, rows: rows)
            }
        }
        return ProjectionGradients(query: query, key: key, value: value)
    }

    private struct RowOfHead {
        let row: Int
        let head: Int
        let keyHead: Int
        let index: Int
    }

    private func weighAdjoint(
        _ part: RowOfHead, _ context: Tensor<Scalar>, _ tape: AttentionTape<Scalar>,
        _ probes: Int, query: inout Tensor<Scalar>, keys: inout [[Scalar]],
        values: inout [[Scalar]]
    ) {
        let (width, valueWidth) = (configuration.headDimension, configuration.valueDimension)
        let rows = tape.query.rows
        var (weights, capped, visible) = attentionScores(
            tape, index: part.index, row: part.row, head: part.head)
        var softened = weights.mutableSpan
        algebra.softmax(&softened)
        let scale = Scalar(configuration.attentionScale)
        let channels = part.head * width..<(part.head + 1) * width
        let valueChannels = part.head * valueWidth..<(part.head + 1) * valueWidth
        let keyRange = visible.lowerBound * width..<visible.upperBound * width
        let valueRange = visible.lowerBound * valueWidth..<visible.upperBound * valueWidth
        var slopes = [Scalar](repeating: 0, count: visible.count)
        let (storedKeys, storedValues) = (tape.keys[part.keyHead], tape.values[part.keyHead])
        for probe in 0..<probes {
            let row = probe * rows + part.row
            let gradient = context.row(row).extracting(valueChannels)
            if gradient.isZero { continue }
            var valueSpan = values[probe].mutableSpan
            var valuePart = valueSpan.part(valueRange)
            algebra.addOuterProduct(weights.span, gradient, to: &valuePart)
            var span = slopes.mutableSpan
            algebra.dotRows(
                gradient, storedValues.span.extracting(valueRange), scale: scale,
                into: &span)
            algebra.softmaxAdjoint(&span, probabilities: weights.span)
            if let capped, let cap = configuration.attentionSoftCap {
                algebra.softCapAdjoint(&span, capped: capped.span, cap: cap)
            }
            var target = query.mutableRow(row)
            var queryPart = target.part(channels)
            algebra.addWeightedRows(
                slopes.span, storedKeys.span.extracting(keyRange), to: &queryPart)
            var keySpan = keys[probe].mutableSpan
            var keyPart = keySpan.part(keyRange)
            algebra.addOuterProduct(
                slopes.span, tape.query.row(part.row).extracting(channels), to: &keyPart)
        }
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

extension Span where Element: TensorScalar {
    /// Whether every value is zero: nothing goes back through such a row.
    var isZero: Bool {
        for index in indices where self[index] != 0 { return false }
        return true
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

extension Tensor {
    /// Puts rows of one head back among those of the others, in one block of rows.
    mutating func spread(_ values: [Scalar], part: Int, block: Int, rows: Int) {
        guard rows > 0 else { return }
        let width = values.count / rows
        for row in 0..<rows {
            let target = (block * rows + row) * columns + part * width
            storage.replaceSubrange(
                target..<target + width, with: values[row * width..<(row + 1) * width])
        }
    }
}
