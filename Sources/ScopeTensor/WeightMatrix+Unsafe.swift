import ScopeFiles

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

    init(
        elements: StoredElements, outputs: Int, inputs: Int, elementType: ElementType,
        layout: Layout, rowStride: Int? = nil
    ) {
        self.elements = elements
        self.outputs = outputs
        self.inputs = inputs
        self.elementType = elementType
        self.layout = layout
        self.rowStride = rowStride ?? (layout == .outputMajor ? inputs : outputs)
    }

    /// The matrix widened to `Float`, output by output.
    ///
    /// Plain loops: the twin reads its weights here.
    func widenedValues() -> [Float] {
        let (outputStep, inputStep) = layout == .outputMajor ? (rowStride, 1) : (1, rowStride)
        var values: [Float] = []
        values.reserveCapacity(outputs * inputs)
        for output in 0..<outputs {
            for input in 0..<inputs {
                let index = output * outputStep + input * inputStep
                switch elementType {
                case .float32: values.append(unsafe elements.load(Float.self, at: index))
                case .float16:
                    values.append(Float(float16: unsafe elements.load(UInt16.self, at: index)))
                case .bfloat16:
                    values.append(Float(bfloat16: unsafe elements.load(UInt16.self, at: index)))
                }
            }
        }
        return values
    }
}

/// A place in immutable memory together with the owner that keeps the memory alive.
@safe
struct StoredElements: Sendable {
    nonisolated(unsafe) let base: UnsafeRawPointer
    private let owner: any AnyObject & Sendable

    private init(base: UnsafeRawPointer, owner: any AnyObject & Sendable) {
        unsafe self.base = base
        self.owner = owner
    }

    /// Bytes of a file in place, or copied to an aligned block where they are misaligned.
    init(_ contents: FileContents, _ range: Range<Int>, alignment: Int) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= contents.byteCount,
            "the byte range exceeds the file")
        // The bytes of a FileContents neither move nor change while it lives.
        let bytes = unsafe contents.withUnsafeBytes { unsafe $0 }
        let part = unsafe UnsafeRawBufferPointer(rebasing: bytes[range])
        guard let start = part.baseAddress else {
            let block = AlignedBlock(byteCount: 0)
            unsafe self.init(base: block.start, owner: block)
            return
        }
        if UInt(bitPattern: start) % UInt(alignment) == 0 {
            unsafe self.init(base: start, owner: contents)
        } else {
            unsafe self.init(copying: part)
        }
    }

    /// Numbers copied to a block of their own.
    init(copying values: [Float]) {
        self = unsafe values.withUnsafeBytes { unsafe StoredElements(copying: $0) }
    }

    private init(copying bytes: UnsafeRawBufferPointer) {
        let block = AlignedBlock(byteCount: bytes.count)
        unsafe UnsafeMutableRawBufferPointer(start: block.start, count: bytes.count)
            .copyMemory(from: bytes)
        unsafe self.init(base: block.start, owner: block)
    }

    /// A later place in the same memory.
    func advanced(by bytes: Int) -> StoredElements {
        unsafe StoredElements(base: base + bytes, owner: owner)
    }

    @unsafe
    func load<Element: BitwiseCopyable>(_ type: Element.Type, at index: Int) -> Element {
        unsafe base.load(fromByteOffset: index * MemoryLayout<Element>.stride, as: type)
    }
}

/// A heap block on a cache-line boundary, written once before anyone else sees it.
@safe
final class AlignedBlock: Sendable {
    nonisolated(unsafe) let start: UnsafeMutableRawPointer

    init(byteCount: Int) {
        unsafe start = UnsafeMutableRawPointer.allocate(
            byteCount: max(byteCount, 1), alignment: 64)
    }

    deinit { unsafe start.deallocate() }
}
