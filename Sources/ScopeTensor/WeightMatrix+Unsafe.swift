/// A matrix of weights, outputs × inputs, as a file stores it.
///
/// Nothing is copied or converted when a matrix is made: products read the stored elements in
/// place. The matrix keeps its file's memory alive.
@safe
public struct WeightMatrix: Sendable {
    /// The number of outputs.
    public let outputs: Int

    /// The number of inputs.
    public let inputs: Int

    /// The stored elements' format.
    public let elementType: ElementType

    /// Which way the matrix lies in memory.
    public let layout: Layout

    /// Elements from one stored row to the next; more than a row's length in a slice of an
    /// input-major matrix.
    let rowStride: Int

    /// Where the first element lies, and what keeps it there.
    let elements: StoredElements

    /// Whose panels the matrix is packed into; nil: it lies as in a file.
    ///
    /// Panels of an output-major matrix have its outputs side by side, those of an input-major one
    /// its inputs: it is the transposed matrix of a packed one.
    public let panelLevel: KernelLevel?

    init(
        elements: StoredElements, outputs: Int, inputs: Int, elementType: ElementType,
        layout: Layout, rowStride: Int? = nil, panelLevel: KernelLevel? = nil
    ) {
        self.panelLevel = panelLevel
        self.elements = elements
        self.outputs = outputs
        self.inputs = inputs
        self.elementType = elementType
        self.layout = layout
        self.rowStride = rowStride ?? (layout == .outputMajor ? inputs : outputs)
    }

    /// Keeps an output-major matrix of bytes that are made for some outputs at a time.
    init(
        outputs: Int, inputs: Int, elementType: ElementType, _ count: Int,
        bytes: (Range<Int>) -> [UInt8]
    ) {
        let width = elementType.byteCount(ofElements: inputs)
        let block = AlignedBlock(byteCount: outputs * width)
        for start in stride(from: 0, to: outputs, by: count) {
            let range = start..<min(start + count, outputs)
            let part = bytes(range)
            precondition(part.count == range.count * width, "the bytes do not fill the outputs")
            unsafe UnsafeMutableRawBufferPointer(
                start: block.start + start * width, count: part.count
            ).copyBytes(from: part)
        }
        self.init(
            elements: StoredElements(block), outputs: outputs, inputs: inputs,
            elementType: elementType, layout: .outputMajor)
    }

    /// The stored rows widened to `Float`, in the order of the layout.
    ///
    /// Plain loops: the twin reads its weights here.
    func storedValues() -> [Float] {
        let (rows, columns) = storedShape
        var values: [Float] = []
        values.reserveCapacity(rows * columns)
        let block = elementType.elementsPerBlock
        for row in 0..<rows {
            for column in stride(from: 0, to: columns, by: block) {
                let index = row * rowStride + column
                switch elementType {
                case .float32: values.append(unsafe elements.load(Float.self, at: index))
                case .float16:
                    values.append(Float(float16: unsafe elements.load(UInt16.self, at: index)))
                case .bfloat16:
                    values.append(Float(bfloat16: unsafe elements.load(UInt16.self, at: index)))
                default:
                    let bytes = unsafe UnsafeRawBufferPointer(
                        start: elements.base + elementType.byteCount(ofElements: index),
                        count: elementType.bytesPerBlock)
                    values += unsafe WeightBlock(bytes: [UInt8](bytes), type: elementType).values
                }
            }
        }
        return values
    }
}
