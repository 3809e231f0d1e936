import ScopeFiles
import ScopeTrace

extension JSONValue {
    /// The value of a metric whose kind is known; null is none.
    func cell(of kind: MetricKind) throws(FileError) -> MetricCell? {
        if isNull { return nil }
        switch kind {
        case .double: return .double(try doubleOrInfinity())
        case .int: return .int(try int())
        case .bool: return .bool(try bool())
        case .string: return .string(try string())
        case .ids:
            var ids: [Int] = []
            for element in try elements() { ids.append(try element.int()) }
            return .ids(TokenIDs(ids))
        case .row:
            var row: [Double] = []
            for element in try elements() { row.append(try element.doubleOrInfinity()) }
            return .row(MetricRow(row))
        case .opaque: return .opaque(try opaque())
        }
    }

    /// A list of bytes as numbers.
    func bytes() throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        for element in try elements() {
            guard let byte = UInt8(exactly: try element.int()) else {
                throw element.mismatch("a byte")
            }
            bytes.append(byte)
        }
        return bytes
    }
}
