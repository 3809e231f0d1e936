import CScopeKernels

extension HostAlgebra {
    /// The name of ``arithmetic``.
    public var arithmeticName: String { arithmetic.rawValue }

    /// Packs the matrix into panels for this level's kernels.
    ///
    /// - Parameters:
    ///   - weights: the matrix.
    ///   - arena: where the panels lie.
    /// - Returns: the same numbers; itself where its blocks run along its outputs.
    /// - Complexity: O(outputs × inputs).
    public func packed(_ weights: WeightMatrix, in arena: WeightArena) -> WeightMatrix {
        weights.packed(for: level, threads: threads, in: arena)
    }

    func multiplyByPanels(
        _ input: Tensor<Float>, _ weights: WeightMatrix, _ bias: Tensor<Float>?,
        _ output: inout Tensor<Float>
    ) {
        precondition(weights.panelLevel == level, "the weights are packed for another level")
        guard weights.layout == .outputMajor else {
            precondition(bias == nil, "gradients have no bias")
            multiplyByTransposedPanels(input, weights, &output)
            return
        }
        let panels = weights.panelShape
        let arithmetic = self.arithmetic.kernelArithmetic
        let type = weights.elementType.kernelElement
        unsafe withPointers(input, bias, &output) { x, bias, out in
            unsafe withOperand(x, rows: input.rows, of: weights) { operand in
                share(panels.count, cost: panels.stride * input.rows) { part in
                    let first = part.lowerBound * panels.width
                    let count = min(part.upperBound * panels.width, weights.outputs) - first
                    unsafe kernels.functions.multiply_panels(
                        arithmetic, type, x, operand, input.rows, weights.inputs,
                        weights.elements.base + part.lowerBound * panels.stride, count,
                        bias.map { unsafe $0 + first }, out + first, weights.outputs)
                }
            }
        }
    }

    /// Lends the rows as the arithmetic takes them, where that is not as they are.
    private func withOperand(
        _ x: UnsafePointer<Float>, rows: Int, of weights: WeightMatrix,
        _ body: (UnsafeRawPointer?) -> Void
    ) {
        let arithmetic = self.arithmetic.kernelArithmetic
        let type = weights.elementType.kernelElement
        let bytes = kernels.functions.operand_bytes(arithmetic, type, rows, weights.inputs)
        guard bytes > 0 else {
            body(nil)
            return
        }
        unsafe withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 64) { operand in
            guard let start = operand.baseAddress else { return }
            unsafe kernels.functions.prepare(arithmetic, type, x, rows, weights.inputs, start)
            unsafe body(UnsafeRawPointer(start))
        }
    }

    /// The product with the transposed of a packed matrix: a sum over what lies side by side.
    private func multiplyByTransposedPanels(
        _ input: Tensor<Float>, _ weights: WeightMatrix, _ output: inout Tensor<Float>
    ) {
        let panels = weights.panelShape
        let results = weights.outputs
        unsafe withPointers(input, nil, &output) { x, _, out in
            share(
                results, cost: weights.inputs * 4 * max(1, input.rows), step: panels.width
            ) { part in
                unsafe kernels.functions.multiply_adjoint(
                    weights.elementType.kernelElement, x, input.rows, weights.inputs,
                    weights.elements.base, results, part.lowerBound, part.upperBound,
                    out + part.lowerBound, results)
            }
        }
    }

    func unpack(_ rows: [Int], of weights: WeightMatrix, into output: inout Tensor<Float>) {
        let panels = weights.panelShape
        let columns = weights.inputs
        unsafe output.storage.withUnsafeMutableBufferPointer { out in
            guard let start = out.baseAddress else { return }
            share(rows.count, cost: 64 * columns) { part in
                for index in part {
                    let (panel, place) = rows[index].quotientAndRemainder(
                        dividingBy: panels.width)
                    unsafe kernels.functions.widen_output(
                        weights.elementType.kernelElement,
                        weights.elements.base + panel * panels.stride, place, columns,
                        start + index * columns)
                }
            }
        }
    }
}
