public import ScopeFiles

extension WeightMatrix {
    /// How the matrix lies in memory.
    public enum Layout: String, CaseIterable, Sendable {
        /// Row `o` holds the weights of output `o`, as in torch's `Linear`: [outputs, inputs].
        case outputMajor
        /// Row `i` holds the weights of input `i`, as in GPT-2's `Conv1D`: [inputs, outputs].
        case inputMajor
    }

    /// Reads a matrix in place from a file, which it keeps alive; data of a plain format that does
    /// not lie on an element's boundary is copied once.
    ///
    /// A stored row is whole blocks of the format: of `inputs` in an output-major matrix, of
    /// `outputs` in an input-major one.
    ///
    /// - Parameters:
    ///   - contents: the file.
    ///   - byteRange: where in the file the elements lie, little-endian and without gaps.
    ///   - outputs: the number of outputs.
    ///   - inputs: the number of inputs.
    ///   - elementType: the elements' format.
    ///   - layout: which way the matrix lies.
    /// - Complexity: O(1); O(bytes) for misaligned data.
    public init(
        contents: FileContents, byteRange: Range<Int>, outputs: Int, inputs: Int,
        elementType: ElementType, layout: Layout
    ) {
        precondition(outputs >= 0 && inputs >= 0, "a matrix has no negative extent")
        let rowLength = layout == .outputMajor ? inputs : outputs
        precondition(
            rowLength % elementType.elementsPerBlock == 0, "a stored row is not whole blocks")
        let (elements, tooMany) = outputs.multipliedReportingOverflow(by: inputs)
        let (bytes, tooLong) = (elements / elementType.elementsPerBlock)
            .multipliedReportingOverflow(by: elementType.bytesPerBlock)
        precondition(
            !tooMany && !tooLong && byteRange.count == bytes, "the bytes do not fill the matrix")
        self.init(
            elements: StoredElements(contents, byteRange, alignment: elementType.alignment),
            outputs: outputs, inputs: inputs, elementType: elementType, layout: layout)
    }

    /// Keeps a matrix of numbers at hand, such as one computed from several of a file.
    ///
    /// - Parameters:
    ///   - values: `outputs * inputs` numbers in the order of the layout.
    ///   - outputs: the number of outputs.
    ///   - inputs: the number of inputs.
    ///   - layout: which way the numbers lie.
    /// - Complexity: O(values).
    public init(_ values: [Float], outputs: Int, inputs: Int, layout: Layout = .outputMajor) {
        precondition(outputs >= 0 && inputs >= 0, "a matrix has no negative extent")
        precondition(values.count == outputs * inputs, "the values do not fill the matrix")
        self.init(
            elements: StoredElements(copying: values), outputs: outputs, inputs: inputs,
            elementType: .float32, layout: layout)
    }

    /// The part that computes some of the outputs, over the same memory; splits fused weights.
    ///
    /// In an input-major matrix of blocks, which is what ``transposed`` makes of the usual kind,
    /// the slice must begin and end between blocks.
    ///
    /// - Parameter range: the outputs wanted.
    /// - Returns: a matrix of `range.count` outputs.
    public func slice(outputs range: Range<Int>) -> WeightMatrix {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= outputs, "the slice exceeds the matrix")
        precondition(panelLevel == nil, "panels are not divided: slice before packing")
        precondition(
            layout == .outputMajor || range.count % elementType.elementsPerBlock == 0,
            "the slice divides a block")
        let skipped = layout == .outputMajor ? range.lowerBound * rowStride : range.lowerBound
        return WeightMatrix(
            elements: elements.advanced(by: elementType.byteCount(ofElements: skipped)),
            outputs: range.count, inputs: inputs, elementType: elementType, layout: layout,
            rowStride: rowStride)
    }

    /// The same memory read as the transposed matrix: what gradients are multiplied by.
    public var transposed: WeightMatrix {
        WeightMatrix(
            elements: elements, outputs: inputs, inputs: outputs, elementType: elementType,
            layout: layout == .outputMajor ? .inputMajor : .outputMajor, rowStride: rowStride,
            panelLevel: panelLevel)
    }

    /// The whole matrix, widened, output by output whatever the layout.
    ///
    /// - Parameter type: what the numbers become.
    /// - Returns: `outputs * inputs` numbers.
    /// - Complexity: O(outputs × inputs).
    public func values<Scalar: TensorScalar>(as type: Scalar.Type) -> [Scalar] {
        let stored = panelLevel == nil ? storedValues() : packedValues()
        guard layout == .inputMajor else { return Scalar.widened(stored) }
        var values: [Float] = []
        values.reserveCapacity(stored.count)
        for output in 0..<outputs {
            for input in 0..<inputs { values.append(stored[input * outputs + output]) }
        }
        return Scalar.widened(values)
    }

    /// The rows that lie in memory, and their length.
    var storedShape: (rows: Int, columns: Int) {
        layout == .outputMajor ? (outputs, inputs) : (inputs, outputs)
    }
}
