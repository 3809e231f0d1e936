import ScopeFiles
import ScopeTensor

/// Numbers that are the same in every run (SplitMix64).
struct RandomNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    mutating func values(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
        (0..<count).map { _ in Float.random(in: range, using: &self) }
    }

    mutating func tensor(
        rows: Int, columns: Int, in range: ClosedRange<Float> = -1...1
    ) -> Tensor<Float> {
        Tensor(rows: rows, columns: columns, values: values(rows * columns, in: range))
    }

    /// A matrix of finite random weights, as a file would hold it.
    mutating func weights(
        outputs: Int, inputs: Int, type: ElementType, layout: WeightMatrix.Layout,
        misalignedBy offset: Int = 0
    ) -> WeightMatrix {
        var bytes = [UInt8](repeating: 0xA5, count: offset)
        for _ in 0..<outputs * inputs {
            let value = Float.random(in: -1...1, using: &self)
            switch type {
            case .float32: bytes.append(littleEndian: value.bitPattern)
            case .bfloat16: bytes.append(littleEndian: UInt16(value.bitPattern >> 16))
            case .float16:
                // Any sign and fraction, exponents from the subnormals up to one.
                let bits = UInt16.random(in: 0...0x3C00, using: &self)
                bytes.append(littleEndian: bits | (value < 0 ? 0x8000 : 0))
            }
        }
        return WeightMatrix(
            contents: FileContents(copying: bytes, name: "random"),
            byteRange: offset..<bytes.count, outputs: outputs, inputs: inputs, elementType: type,
            layout: layout)
    }
}

extension [UInt8] {
    mutating func append<Bits: FixedWidthInteger>(littleEndian bits: Bits) {
        for shift in stride(from: 0, to: Bits.bitWidth, by: 8) {
            append(UInt8(truncatingIfNeeded: bits >> shift))
        }
    }
}

extension Tensor<Float> {
    /// The same numbers in double precision.
    var wide: Tensor<Double> {
        Tensor<Double>(rows: rows, columns: columns, values: storage.map { Double($0) })
    }

    var bits: [UInt32] { storage.map { $0.bitPattern } }
}

extension Tensor<Double> {
    /// The numbers without their signs.
    var magnitudes: Tensor<Double> {
        Tensor(rows: rows, columns: columns, values: storage.map { abs($0) })
    }
}

extension KernelLevel {
    /// The levels that this processor runs: at least `portable`.
    static var supported: [KernelLevel] { allCases.filter(\.isSupported) }
}
