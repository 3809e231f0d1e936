extension ElementType {
    /// The formats that ``WeightMatrix/quantized(to:)`` writes.
    public static let quantizationTargets: [ElementType] = [.q4_0, .q4_1, .q5_0, .q5_1, .q8_0]
}

extension WeightMatrix {
    /// Quantises the matrix to blocks of 32 weights, bit for bit as the `gguf` package does.
    ///
    /// Blocks run along the inputs of an output, so the result is output-major whatever this
    /// matrix is. A matrix whose number of inputs is no multiple of 32, or that is in blocks
    /// already, comes back as it is.
    ///
    /// A weight is off by at most half a step of its block, plus what rounding the scale to
    /// binary16 does; in `q4_0` and `q5_0`, whose codes reach one step less far on one side, by
    /// up to a whole step there.
    ///
    /// - Parameter type: one of ``ElementType/quantizationTargets``.
    /// - Returns: the unpacked matrix in memory of its own.
    /// - Complexity: O(outputs × inputs).
    public func quantized(to type: ElementType) -> WeightMatrix {
        precondition(
            ElementType.quantizationTargets.contains(type), "the format cannot be quantised to")
        guard !elementType.isBlockQuantized, inputs % type.elementsPerBlock == 0 else {
            return self
        }
        var quantizer = BlockQuantizer(type)
        // As many outputs at a time as make a piece of some size.
        let count = max(1, (1 << 18) / max(inputs, 1))
        return WeightMatrix(outputs: outputs, inputs: inputs, elementType: type, count) { range in
            let values = slice(outputs: range).values(as: Float.self)
            var bytes: [UInt8] = []
            bytes.reserveCapacity(type.byteCount(ofElements: values.count))
            quantizer.append(values.span, to: &bytes)
            return bytes
        }
    }
}
