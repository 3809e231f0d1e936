internal import ScopeTensor

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension Rotation {
    /// The rotation of rows, each by the frequencies of its lane.
    init(_ places: [RowPlace], frequencies: [[Double]], _ scheme: RotaryConfiguration) {
        let pairs = scheme.dimension / 2
        var cosines = Tensor<Scalar>(rows: places.count, columns: pairs)
        var sines = Tensor<Scalar>(rows: places.count, columns: pairs)
        for (row, place) in places.enumerated() {
            for (pair, frequency) in frequencies[place.lane].enumerated() {
                let angle = Double(place.row) * frequency
                cosines[row, pair] = Scalar(cos(angle) * scheme.magnitude)
                sines[row, pair] = Scalar(sin(angle) * scheme.magnitude)
            }
        }
        self.init(cosines: cosines, sines: sines, pairing: scheme.pairing)
    }
}
