public import ScopeFiles

extension SafetensorsFile {
    /// A tensor's values in row-major order, widened or rounded to `Float`.
    public func floats(_ name: String) throws(FileError) -> [Float] {
        let entry = try required(name)
        switch entry.dtype {
        case .float32: return elements(entry)
        case .float16: return (elements(entry) as [UInt16]).map(widenedHalf)
        case .bfloat16:
            return (elements(entry) as [UInt16]).map { Float(bitPattern: UInt32($0) << 16) }
        case .float64: return (elements(entry) as [Double]).map { Float($0) }
        default: throw unsuitable(entry, "floating point")
        }
    }

    /// A tensor's values in row-major order as `Double`.
    public func doubles(_ name: String) throws(FileError) -> [Double] {
        let entry = try required(name)
        guard entry.dtype == .float64 else { return try floats(name).map { Double($0) } }
        return elements(entry)
    }

    /// A tensor's whole numbers in row-major order.
    public func integers(_ name: String) throws(FileError) -> [Int] {
        let entry = try required(name)
        switch entry.dtype {
        case .int64: return (elements(entry) as [Int64]).map { Int($0) }
        case .int32: return (elements(entry) as [Int32]).map { Int($0) }
        case .int16: return (elements(entry) as [Int16]).map { Int($0) }
        case .int8: return (elements(entry) as [Int8]).map { Int($0) }
        case .uint32: return (elements(entry) as [UInt32]).map { Int($0) }
        case .uint16: return (elements(entry) as [UInt16]).map { Int($0) }
        case .uint8, .bool: return (elements(entry) as [UInt8]).map { Int($0) }
        default: throw unsuitable(entry, "whole numbers")
        }
    }

    private func unsuitable(_ entry: TensorEntry, _ wanted: String) -> FileError {
        .unsupported(
            file: contents.name, field: entry.name,
            reason: "a test wants \(wanted), the tensor is \(entry.dtype.rawValue)")
    }

    private func elements<Element: BitwiseCopyable>(_ entry: TensorEntry) -> [Element] {
        unsafe contents.withUnsafeBytes { bytes in
            unsafe [Element](unsafeUninitializedCapacity: entry.elementCount) { buffer, count in
                let source = unsafe UnsafeRawBufferPointer(rebasing: bytes[entry.byteRange])
                unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(from: source)
                count = entry.elementCount
            }
        }
    }
}

// The type Float16 is not there on every platform that runs the tests.
private func widenedHalf(_ bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10 & 0x1F)
    let mantissa = UInt32(bits & 0x3FF)
    switch exponent {
    case 0: return (sign == 0 ? 1 : -1) * Float(mantissa) * 0x1p-24
    case 31: return Float(bitPattern: sign | 0x7F80_0000 | mantissa << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | mantissa << 13)
    }
}
