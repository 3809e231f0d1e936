public import ScopeTensor

extension DecoderModel: DifferentiableModel where Algebra: DifferentiableAlgebra {
    /// The rows of the embedding table, before any factor.
    ///
    /// - Parameter tokens: Ids of the vocabulary.
    /// - Returns: tokens × hidden size.
    /// - Throws: ``ModelFailure/tokenOutOfRange(id:vocabularySize:)``.
    public func embeddings(of tokens: [Int]) throws(ModelFailure) -> Tensor<Scalar> {
        try rows(tokens, of: weights.embedding)
    }

    /// Rows of the head's matrix.
    ///
    /// - Parameter tokens: Ids of the vocabulary.
    /// - Returns: tokens × hidden size.
    /// - Throws: ``ModelFailure/tokenOutOfRange(id:vocabularySize:)``.
    public func headRows(of tokens: [Int]) throws(ModelFailure) -> Tensor<Scalar> {
        try rows(tokens, of: weights.head.weights)
    }

    private func rows(
        _ tokens: [Int], of table: WeightMatrix
    ) throws(ModelFailure) -> Tensor<Scalar> {
        for token in tokens where !(0..<configuration.vocabularySize).contains(token) {
            throw .tokenOutOfRange(id: token, vocabularySize: configuration.vocabularySize)
        }
        var rows = Tensor<Scalar>(rows: 0, columns: configuration.hiddenSize)
        algebra.lookUp(tokens, in: table, into: &rows)
        return rows
    }

    /// The logits of rows of final hidden states.
    ///
    /// - Parameter hiddenStates: rows × hidden size.
    /// - Returns: rows × vocabulary.
    public func logits(of hiddenStates: Tensor<Scalar>) -> Tensor<Scalar> {
        var logits = Tensor<Scalar>(rows: 0, columns: configuration.vocabularySize)
        predict(hiddenStates, into: &logits)
        return logits
    }

    /// The gradient with respect to final hidden states, given that with respect to logits.
    ///
    /// - Parameters:
    ///   - gradient: rows × vocabulary.
    ///   - logits: The model's logits of the rows; nil for the raw products with the head's matrix.
    /// - Returns: rows × hidden size.
    public func headGradient(
        _ gradient: Tensor<Scalar>, logits: Tensor<Scalar>?
    ) -> Tensor<Scalar> {
        var gradient = gradient
        if let logits {
            if let cap = configuration.logitSoftCap {
                var span = gradient.mutableSpan
                algebra.softCapAdjoint(&span, capped: logits.span, cap: cap)
            }
            if configuration.logitScale != 1 {
                algebra.scale(&gradient, by: configuration.logitScale)
            }
        }
        return back(gradient, through: weights.head)
    }

    /// The gradients of several probes with respect to the embedding rows.
    ///
    /// - Parameters:
    ///   - tape: A stored pass.
    ///   - probes: Directions; all go back together.
    ///   - beginLayer: Called before a layer, from the last to the first.
    /// - Returns: One tensor a probe, tokens × hidden size.
    /// - Throws: ``ModelFailure``.
    /// - Complexity: About two forward passes a probe.
    public func inputGradients(
        of tape: GradientTape<Scalar>, _ probes: [GradientProbe<Scalar>],
        beginLayer: (Int) throws(ModelFailure) -> Void
    ) throws(ModelFailure) -> [Tensor<Scalar>] {
        if probes.isEmpty { return [] }
        let rows = tape.tokenCount
        let width = configuration.hiddenSize
        for probe in probes {
            precondition(
                (0..<rows).contains(probe.row) && probe.direction.count == width,
                "a probe outside the text, or of another width")
        }
        let rotations = textRotations(rows)
        let turned = rotations.map { $0.reversed(repeating: probes.count) }
        var buffers = WorkspaceBuffers<Scalar>(configuration)
        try beginLayer(tape.layers.count)
        try checkUnchanged()
        var gradient = topGradient(tape, probes, turned, &buffers)
        for index in tape.layers.indices.reversed() {
            try beginLayer(index)
            try checkUnchanged()
            switch tape.layers[index] {
            case .activations(let layer):
                pullBack(&gradient, layer, index, turned)
            case .input(let input):
                buffers.residual = input
                pullBack(&gradient, record(index, rotations, &buffers), index, turned)
            }
        }
        if let norm = weights.embeddingNorm, let input = tape.embedding {
            normAdjoint(&gradient, input: input, norm)
        }
        algebra.scale(&gradient, by: configuration.embeddingScale)
        return (0..<probes.count).map { block in
            let start = block * rows * width
            return Tensor(
                rows: rows, columns: width,
                values: Array(gradient.storage[start..<start + rows * width]))
        }
    }

    /// From the gradient of the residual stream behind a block to that before it, given the way back
    /// of the rotations.
    ///
    /// - Parameters:
    ///   - gradient: One block of rows a probe, as many as the tape has behind attention.
    ///   - tape: What the block has stored.
    ///   - index: The block.
    ///   - rotations: The way back of the rotations, for all probes.
    ///   - spread: Puts such rows among all rows of the text.
    func pullBack(
        _ gradient: inout Tensor<Scalar>, _ tape: LayerTape<Scalar>, _ index: Int,
        _ rotations: [Rotation<Scalar>], spread: (Tensor<Scalar>) -> Tensor<Scalar> = { $0 }
    ) {
        let layer = weights.layers[index]
        let isParallel = configuration.residual == .parallel
        let update = updateAdjoint(gradient, layer.feedForwardOutputNorm, tape.update)
        var fed = feedForwardAdjoint(update, tape.feedForward, index: index)
        var attended = isParallel ? gradient : Tensor(rows: 0, columns: gradient.columns)
        // Both parts of a block may read one norm's output.
        let sharesNorm = isParallel && layer.feedForwardNorm == nil
        if !sharesNorm { addInputAdjoint(fed, layer.feedForwardNorm, tape.middle, to: &gradient) }
        if !isParallel { attended = gradient }
        attended = updateAdjoint(attended, layer.attentionOutputNorm, tape.attended)
        let context = spread(back(attended, through: layer.attentionOutput))
        gradient = spread(gradient)
        let rotation = rotationTable.schemeOfLayer[index].map { rotations[$0] }
        var read = attentionAdjoint(context, tape.attention, index: index, rotation)
        if sharesNorm {
            fed = spread(fed)
            algebra.add(fed, to: &read)
        }
        addInputAdjoint(read, layer.attentionNorm, tape.input, to: &gradient)
    }

    /// Back through the factor and the norm on what is added to the residual stream.
    private func updateAdjoint(
        _ gradient: Tensor<Scalar>, _ norm: NormWeights<Scalar>?, _ stored: Tensor<Scalar>?
    ) -> Tensor<Scalar> {
        var update = gradient
        if configuration.residualScale != 1 {
            algebra.scale(&update, by: configuration.residualScale)
        }
        if let norm, let stored { normAdjoint(&update, input: stored, norm) }
        return update
    }

    /// Joins the way through attention or feed-forward with the way past it.
    private func addInputAdjoint(
        _ read: Tensor<Scalar>, _ norm: NormWeights<Scalar>?, _ input: Tensor<Scalar>,
        to gradient: inout Tensor<Scalar>
    ) {
        var read = read
        if configuration.residual == .sequentialFromNorm {
            algebra.add(gradient, to: &read)
            if let norm { normAdjoint(&read, input: input, norm) }
            gradient = read
            return
        }
        if let norm { normAdjoint(&read, input: input, norm) }
        algebra.add(read, to: &gradient)
    }
}
