import CScopeKernels

/// The memory in which narrow weights are widened for OpenBLAS, in values: a share of a core's
/// second-level cache.
private let tileCapacity = 1 << 18

extension HostAlgebra {
    func multiplyByKernel(
        _ input: Tensor<Float>, _ weights: WeightMatrix, _ bias: Tensor<Float>?,
        _ output: inout Tensor<Float>
    ) {
        let kernel =
            unsafe weights.layout == .outputMajor
            ? kernels.functions.multiply_output_major : kernels.functions.multiply_input_major
        // Whole lines of memory, whole blocks of the format.
        let step =
            weights.layout == .outputMajor ? 16 : max(16, weights.elementType.elementsPerBlock)
        let type = weights.elementType
        let cost = weights.inputs * type.bytesPerBlock / type.elementsPerBlock * input.rows
        unsafe withPointers(input, bias, &output) { x, bias, out in
            share(weights.outputs, cost: cost, step: step) { outputs in
                let part = weights.slice(outputs: outputs)
                unsafe kernel(
                    weights.elementType.kernelElement, x, input.rows, weights.inputs,
                    part.elements.base, weights.rowStride, part.outputs,
                    bias.map { unsafe $0 + outputs.lowerBound }, out + outputs.lowerBound,
                    weights.outputs)
            }
        }
    }

    func multiplyByBLAS(
        _ input: Tensor<Float>, _ weights: WeightMatrix, _ bias: Tensor<Float>?,
        _ output: inout Tensor<Float>
    ) {
        unsafe withPointers(input, bias, &output) { x, bias, out in
            if let bias = unsafe bias {
                for row in 0..<input.rows {
                    unsafe (out + row * weights.outputs)
                        .update(from: bias, count: weights.outputs)
                }
            }
            let product = unsafe BLASProduct(
                rows: input.rows, inputs: weights.inputs, x: x, out: out,
                outStride: weights.outputs, transposed: weights.layout == .outputMajor,
                accumulates: bias != nil)
            if weights.elementType == .float32 {
                let matrix = unsafe weights.elements.base.assumingMemoryBound(to: Float.self)
                unsafe product.run(
                    matrix, weights.rowStride, outputs: 0..<weights.outputs,
                    inputs: 0..<weights.inputs)
            } else {
                unsafe multiplyByTiles(product, weights)
            }
        }
    }

    /// Widens a tile of weights, multiplies it while the cache holds it, and goes on.
    ///
    /// A tile of an output-major matrix is whole rows. One of an input-major matrix is as many
    /// columns as stored blocks allow, and as many of their inputs as fit.
    private func multiplyByTiles(_ product: BLASProduct, _ weights: WeightMatrix) {
        let (outputs, inputs) = (weights.outputs, weights.inputs)
        let least = max(
            16, weights.layout == .inputMajor ? weights.elementType.elementsPerBlock : 1)
        let width = min(outputs, max(least, tileCapacity / inputs / least * least))
        let depth =
            weights.layout == .outputMajor ? inputs : min(inputs, max(1, tileCapacity / width))
        let tile = UnsafeMutablePointer<Float>.allocate(capacity: width * depth)
        defer { unsafe tile.deallocate() }
        for start in stride(from: 0, to: outputs, by: width) {
            let slice = weights.slice(outputs: start..<min(start + width, outputs))
            let range = start..<start + slice.outputs
            if weights.layout == .outputMajor {
                share(slice.outputs, cost: 4 * inputs) { rows in
                    for row in rows {
                        unsafe widen(slice, row: row, count: inputs, to: tile + row * inputs)
                    }
                }
                unsafe product.run(tile, inputs, outputs: range, inputs: 0..<inputs)
                continue
            }
            for first in stride(from: 0, to: inputs, by: depth) {
                let part = first..<min(first + depth, inputs)
                share(part.count, cost: 4 * slice.outputs) { places in
                    for place in places {
                        unsafe widen(
                            slice, row: first + place, count: slice.outputs,
                            to: tile + place * slice.outputs)
                    }
                }
                unsafe product.run(tile, slice.outputs, outputs: range, inputs: part)
            }
        }
    }

    /// Widens the start of one stored row.
    private func widen(
        _ weights: WeightMatrix, row: Int, count: Int, to target: UnsafeMutablePointer<Float>
    ) {
        let offset = row * weights.elementType.byteCount(ofElements: weights.rowStride)
        unsafe kernels.functions.widen(
            weights.elementType.kernelElement, weights.elements.base + offset, count, target)
    }

    func widen(_ rows: [Int], of weights: WeightMatrix, into output: inout Tensor<Float>) {
        let columns = weights.inputs
        unsafe output.storage.withUnsafeMutableBufferPointer { out in
            guard let start = out.baseAddress else { return }
            share(rows.count, cost: 4 * columns) { part in
                for index in part {
                    unsafe widen(
                        weights, row: rows[index], count: columns, to: start + index * columns)
                }
            }
        }
    }

    /// Lends the memory of a product's operands; does nothing for an empty result.
    func withPointers(
        _ input: Tensor<Float>, _ bias: Tensor<Float>?, _ output: inout Tensor<Float>,
        _ body: (UnsafePointer<Float>, UnsafePointer<Float>?, UnsafeMutablePointer<Float>) -> Void
    ) {
        unsafe input.storage.withUnsafeBufferPointer { x in
            unsafe output.storage.withUnsafeMutableBufferPointer { out in
                guard let x = x.baseAddress, let out = out.baseAddress else { return }
                if let bias {
                    unsafe bias.storage.withUnsafeBufferPointer { bias in
                        unsafe body(x, bias.baseAddress, out)
                    }
                } else {
                    unsafe body(x, nil, out)
                }
            }
        }
    }
}

/// A product that the BLAS library computes in blocks of outputs.
@unsafe
private struct BLASProduct {
    var rows: Int
    var inputs: Int
    var x: UnsafePointer<Float>
    var out: UnsafeMutablePointer<Float>
    var outStride: Int
    /// Whether a row of the matrix belongs to an output.
    var transposed: Bool
    /// Whether the product is added to what `out` holds.
    var accumulates: Bool

    /// Computes some outputs; where it is told only some inputs, the first come first.
    func run(
        _ matrix: UnsafePointer<Float>, _ matrixStride: Int, outputs: Range<Int>,
        inputs part: Range<Int>
    ) {
        unsafe BLAS.multiply(
            (rows, outputs.count, part.count), 1,
            BLAS.Operand(start: x + part.lowerBound, stride: inputs),
            BLAS.Operand(start: matrix, stride: matrixStride, isTransposed: transposed),
            accumulates: accumulates || part.lowerBound > 0, into: out + outputs.lowerBound,
            stride: outStride)
    }
}
