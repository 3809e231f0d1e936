internal import ScopeTensor

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension Rotation {
    /// The rotation of rows at `positions`; angles are computed in `Double`.
    init(positions: [Int], frequencies: [Double], pairing: RotaryPairing) {
        var cosines = Tensor<Scalar>(rows: positions.count, columns: frequencies.count)
        var sines = Tensor<Scalar>(rows: positions.count, columns: frequencies.count)
        for (row, position) in positions.enumerated() {
            for (pair, frequency) in frequencies.enumerated() {
                let angle = Double(position) * frequency
                cosines[row, pair] = Scalar(cos(angle))
                sines[row, pair] = Scalar(sin(angle))
            }
        }
        self.init(cosines: cosines, sines: sines, pairing: pairing)
    }
}
