import ScopeTensor

extension Tensor {
    /// Where the values lie: unchanged as long as nothing was allocated for them.
    var address: UInt {
        unsafe storage.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    }
}
