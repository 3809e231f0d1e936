/// What attention over a whole text has read: rotated queries, and keys and values by head.
public struct AttentionInputs<Scalar: TensorScalar>: Sendable {
    /// rows × (query heads × head dimension).
    public var queries: Tensor<Scalar>
    /// For each key-value head rows × head dimension.
    public var keys: [[Scalar]]
    /// For each key-value head rows × value dimension.
    public var values: [[Scalar]]

    /// Names the inputs.
    public init(queries: Tensor<Scalar>, keys: [[Scalar]], values: [[Scalar]]) {
        precondition(
            keys.count == values.count && !keys.isEmpty, "as many heads of keys as of values")
        self.queries = queries
        self.keys = keys
        self.values = values
    }

    /// Scalars of a key.
    var width: Int { keys[0].count / max(queries.rows, 1) }

    /// Scalars of a value.
    var valueWidth: Int { values[0].count / max(queries.rows, 1) }
}

/// Gradients with respect to queries, keys and values, one block of rows a probe.
public struct AttentionGradients<Scalar: TensorScalar>: Sendable {
    /// (probes × rows) × (query heads × head dimension).
    public var queries: Tensor<Scalar>
    /// (probes × rows) × (key-value heads × head dimension).
    public var keys: Tensor<Scalar>
    /// (probes × rows) × (key-value heads × value dimension).
    public var values: Tensor<Scalar>

    init(_ inputs: AttentionInputs<Scalar>, probes: Int) {
        let rows = probes * inputs.queries.rows
        queries = Tensor(rows: rows, columns: inputs.queries.columns)
        keys = Tensor(rows: rows, columns: inputs.keys.count * inputs.width)
        values = Tensor(rows: rows, columns: inputs.keys.count * inputs.valueWidth)
    }
}

extension LinearAlgebra {
    /// From scores to weights, with the scores behind the cap where there is one.
    func weigh(
        keepingCapped scores: inout MutableSpan<Scalar>, _ visible: Range<Int>, head: Int,
        _ rule: AttentionRule<Scalar>, capped: inout [Scalar]
    ) {
        guard let cap = rule.softCap else { return weigh(&scores, visible, head: head, rule) }
        softCap(&scores, cap: cap)
        for place in scores.indices { capped[place] = scores[place] }
        var uncapped = rule
        uncapped.softCap = nil
        weigh(&scores, visible, head: head, uncapped)
    }
}

extension DifferentiableAlgebra {
    /// Adjoint of attention, row by row and head by head, from the algebra's operations on rows.
    ///
    /// - Parameters:
    ///   - gradient: with respect to what attention has read, in blocks of rows, one a probe.
    ///   - inputs: what it has read it from; the rows are a text from its beginning.
    ///   - rule: what is computed.
    /// - Returns: the gradients with respect to queries, keys and values.
    /// - Complexity: O(probes × rows²).
    public func attendAdjoint(
        _ gradient: Tensor<Scalar>, _ inputs: AttentionInputs<Scalar>,
        _ rule: AttentionRule<Scalar>
    ) -> AttentionGradients<Scalar> {
        let rows = inputs.queries.rows
        let probes = gradient.rows / max(rows, 1)
        var result = AttentionGradients(inputs, probes: probes)
        let (width, valueWidth) = (inputs.width, inputs.valueWidth)
        for head in 0..<rule.keyValueHeads {
            var keys = [[Scalar]](
                repeating: Array(repeating: 0, count: rows * width), count: probes)
            var values = [[Scalar]](
                repeating: Array(repeating: 0, count: rows * valueWidth), count: probes)
            for row in 0..<rows {
                for queryHead in head * rule.group..<(head + 1) * rule.group {
                    rowAdjoint(
                        row, head: queryHead, gradient, inputs, rule, &result.queries,
                        keys: &keys, values: &values)
                }
            }
            for probe in 0..<probes {
                result.keys.spread(keys[probe], part: head, block: probe, rows: rows)
                result.values.spread(values[probe], part: head, block: probe, rows: rows)
            }
        }
        return result
    }

    private func rowAdjoint(
        _ row: Int, head: Int, _ gradient: Tensor<Scalar>, _ inputs: AttentionInputs<Scalar>,
        _ rule: AttentionRule<Scalar>, _ queries: inout Tensor<Scalar>, keys: inout [[Scalar]],
        values: inout [[Scalar]]
    ) {
        let (width, valueWidth) = (inputs.width, inputs.valueWidth)
        let visible = rule.visible(from: row)
        let channels = head * width..<(head + 1) * width
        let valueChannels = head * valueWidth..<(head + 1) * valueWidth
        let keyRange = visible.lowerBound * width..<visible.upperBound * width
        let valueRange = visible.lowerBound * valueWidth..<visible.upperBound * valueWidth
        let (storedKeys, storedValues) =
            (inputs.keys[head / rule.group], inputs.values[head / rule.group])
        var weights = [Scalar](repeating: 0, count: visible.count)
        var capped = weights
        var scores = weights.mutableSpan
        dotRows(
            inputs.queries.row(row).extracting(channels), storedKeys.span.extracting(keyRange),
            scale: Scalar(rule.scale), into: &scores)
        weigh(keepingCapped: &scores, visible, head: head, rule, capped: &capped)
        var slopes = [Scalar](repeating: 0, count: visible.count)
        for probe in keys.indices {
            let place = probe * inputs.queries.rows + row
            let own = gradient.row(place).extracting(valueChannels)
            if own.isZero { continue }
            var valueSpan = values[probe].mutableSpan
            var valuePart = valueSpan.part(valueRange)
            addOuterProduct(weights.span, own, to: &valuePart)
            var span = slopes.mutableSpan
            dotRows(
                own, storedValues.span.extracting(valueRange), scale: Scalar(rule.scale),
                into: &span)
            softmaxAdjoint(&span, probabilities: weights.span)
            if let cap = rule.softCap { softCapAdjoint(&span, capped: capped.span, cap: cap) }
            var target = queries.mutableRow(place)
            var queryPart = target.part(channels)
            addWeightedRows(
                slopes.span, storedKeys.span.extracting(keyRange), to: &queryPart)
            var keySpan = keys[probe].mutableSpan
            var keyPart = keySpan.part(keyRange)
            addOuterProduct(
                slopes.span, inputs.queries.row(row).extracting(channels), to: &keyPart)
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

extension Tensor {
    /// Puts rows of one head back among those of the others, in one block of rows.
    fileprivate mutating func spread(_ values: [Scalar], part: Int, block: Int, rows: Int) {
        guard rows > 0 else { return }
        let width = values.count / rows
        for row in 0..<rows {
            let target = (block * rows + row) * columns + part * width
            storage.replaceSubrange(
                target..<target + width, with: values[row * width..<(row + 1) * width])
        }
    }
}
