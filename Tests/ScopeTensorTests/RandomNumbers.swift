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
        bytes.reserveCapacity(offset + outputs * inputs * type.byteWidth)
        for _ in 0..<outputs * inputs {
            let bits = UInt32(truncatingIfNeeded: next())
            // Any sign and fraction. Exponents of ±1/128 to ±2, in binary16 from the subnormals up.
            let single = bits & 0x83FF_FFFF | 0x3C00_0000
            switch type {
            case .float32:
                bytes.append(littleEndian: UInt16(truncatingIfNeeded: single))
                bytes.append(littleEndian: UInt16(single >> 16))
            case .bfloat16: bytes.append(littleEndian: UInt16(single >> 16))
            case .float16: bytes.append(littleEndian: UInt16(bits >> 16) & 0xBFFF)
            }
        }
        return WeightMatrix(
            contents: FileContents(copying: bytes, name: "random"),
            byteRange: offset..<bytes.count, outputs: outputs, inputs: inputs, elementType: type,
            layout: layout)
    }
}

extension [UInt8] {
    mutating func append(littleEndian bits: UInt16) {
        append(UInt8(truncatingIfNeeded: bits))
        append(UInt8(bits >> 8))
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
