import ScopeFiles

/// The bytes of a safetensors file with any header, right or wrong.
func safetensorsBytes(_ header: String, data: Int, claimedLength: UInt64? = nil) -> [UInt8] {
    let length = claimedLength ?? UInt64(header.utf8.count)
    var bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) }
    bytes += Array(header.utf8)
    bytes += (0..<data).map { UInt8(truncatingIfNeeded: $0) }
    return bytes
}

/// One entry of a header.
func safetensorsEntry(
    _ name: String, _ shape: String, _ offsets: String, dtype: String = "F32"
) -> String {
    "\"\(name)\":{\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
}
