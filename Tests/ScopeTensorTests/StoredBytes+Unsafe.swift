import ScopeFiles

@testable import ScopeTensor

extension WeightMatrix {
    /// The stored rows, one after the other.
    var storedBytes: [UInt8] {
        let (rows, columns) = storedShape
        let (width, step) = (
            elementType.byteCount(ofElements: columns), elementType.byteCount(ofElements: rowStride)
        )
        return (0..<rows).flatMap { row in
            unsafe [UInt8](
                UnsafeRawBufferPointer(start: elements.base + row * step, count: width))
        }
    }

    /// Where the first element lies.
    var address: UInt { unsafe UInt(bitPattern: elements.base) }
}

extension AlignedBlock {
    var address: UInt { unsafe UInt(bitPattern: start) }

    func word(at offset: Int) -> UInt64 {
        unsafe start.load(fromByteOffset: offset, as: UInt64.self)
    }
}

extension FileContents {
    /// Where the first byte lies.
    var address: UInt { unsafe withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } }
}
