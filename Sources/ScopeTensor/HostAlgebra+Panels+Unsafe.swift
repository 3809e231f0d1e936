import CScopeKernels

extension HostAlgebra {
    /// The name of ``arithmetic``.
    public var arithmeticName: String { arithmetic.rawValue }

    /// Packs the matrix into panels for this level's kernels.
    ///
    /// - Parameter weights: the matrix.
    /// - Returns: the same numbers; itself where its blocks run along its outputs.
    /// - Complexity: O(outputs × inputs).
    public func packed(_ weights: WeightMatrix) -> WeightMatrix {
        weights.packed(for: level, threads: threads)
    }

    func multiplyByPanels(
        _ input: Tensor<Float>, _ weights: WeightMatrix, _ bias: Tensor<Float>?,
        _ output: inout Tensor<Float>
    ) {
        precondition(weights.panelLevel == level, "the weights are packed for another level")
        guard weights.layout == .outputMajor else {
            multiplyByTransposedPanels(input, weights, bias, &output)
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

    /// The product with the transposed of a packed matrix, panel by panel: a sum over the outputs
    /// that lie side by side.
    private func multiplyByTransposedPanels(
        _ input: Tensor<Float>, _ weights: WeightMatrix, _ bias: Tensor<Float>?,
        _ output: inout Tensor<Float>
    ) {
        precondition(bias == nil, "gradients have no bias")
        let panels = weights.panelShape
        let (sums, results) = (weights.inputs, weights.outputs)
        for index in output.storage.indices { output.storage[index] = 0 }
        // As many results at a time as fill a tile of several panels, whole blocks.
        let group = max(1, min(panels.count, tileCapacity / panels.width / max(results, 1)))
        let depth = max(256, tileCapacity / (panels.width * group) / 256 * 256)
        let tile = UnsafeMutablePointer<Float>.allocate(
            capacity: panels.width * group * min(depth, (results + 255) / 256 * 256))
        let part = UnsafeMutablePointer<Float>.allocate(
            capacity: input.rows * panels.width * group)
        defer {
            unsafe tile.deallocate()
            unsafe part.deallocate()
        }
        unsafe withPointers(input, nil, &output) { x, _, out in
            for first in stride(from: 0, to: panels.count, by: group) {
                let count = min(group, panels.count - first)
                let width = min(count * panels.width, sums - first * panels.width)
                for start in stride(from: 0, to: results, by: depth) {
                    let length = min(depth, results - start)
                    let step = count * panels.width
                    share(count, cost: 4 * length * panels.width) { range in
                        for panel in range {
                            unsafe kernels.functions.widen_panel(
                                weights.elementType.kernelElement,
                                weights.elements.base + (first + panel) * panels.stride, start,
                                length, tile + panel * panels.width, step)
                        }
                    }
                    unsafe addProduct(
                        x + first * panels.width, rows: input.rows, stride: sums, count: width,
                        tile, step: step, outputs: length, part, to: out + start,
                        outStride: results)
                }
            }
        }
    }

    /// out[r, o] += Σ x[r, i] · w[o, i] over rows that have gaps.
    @unsafe
    private func addProduct(
        _ x: UnsafePointer<Float>, rows: Int, stride: Int, count: Int,
        _ weights: UnsafePointer<Float>, step: Int, outputs: Int,
        _ scratch: UnsafeMutablePointer<Float>, to out: UnsafeMutablePointer<Float>,
        outStride: Int
    ) {
        if rows >= blasRowCount {
            unsafe OpenBLAS.multiply(
                x, rows: rows, stride: stride, inputs: count, by: weights, stride: step,
                outputs: outputs, transposed: true, accumulates: true, into: out,
                stride: outStride)
            return
        }
        for row in 0..<rows {
            unsafe (scratch + row * count).update(from: x + row * stride, count: count)
        }
        unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: rows * outputs) { sums in
            guard let start = sums.baseAddress else { return }
            unsafe kernels.functions.multiply_output_major(
                TSCOPE_F32, scratch, rows, count, weights, step, outputs, nil, start, outputs)
            for row in 0..<rows {
                unsafe kernels.functions.add(start + row * outputs, outputs, out + row * outStride)
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
