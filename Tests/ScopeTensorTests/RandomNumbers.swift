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

    /// A block of random codes whose scales are finite, subnormal ones among them.
    mutating func block(of type: ElementType) -> [UInt8] {
        var bytes = (0..<type.bytesPerBlock).map { _ in UInt8(truncatingIfNeeded: next()) }
        for offset in type.scaleOffsets { bytes[offset + 1] &= 0xBF }
        if type == .mxfp4 { bytes[0] = bytes[0] % 12 + 118 }
        return bytes
    }

    /// A matrix of finite random weights, as a file would hold it.
    mutating func weights(
        outputs: Int, inputs: Int, type: ElementType, layout: WeightMatrix.Layout,
        misalignedBy offset: Int = 0
    ) -> WeightMatrix {
        var bytes = [UInt8](repeating: 0xA5, count: offset)
        bytes.reserveCapacity(offset + type.byteCount(ofElements: outputs * inputs))
        for _ in 0..<outputs * inputs / type.elementsPerBlock {
            guard !type.isBlockQuantized else {
                bytes += block(of: type)
                continue
            }
            let bits = UInt32(truncatingIfNeeded: next())
            // Any sign and fraction. Exponents of ±1/128 to ±2, in binary16 from the subnormals up.
            let single = bits & 0x83FF_FFFF | 0x3C00_0000
            switch type {
            case .float32:
                bytes.append(littleEndian: UInt16(truncatingIfNeeded: single))
                bytes.append(littleEndian: UInt16(single >> 16))
            case .bfloat16: bytes.append(littleEndian: UInt16(single >> 16))
            default: bytes.append(littleEndian: UInt16(bits >> 16) & 0xBFFF)
            }
        }
        return WeightMatrix(
            contents: FileContents(copying: bytes, name: "random"),
            byteRange: offset..<bytes.count, outputs: outputs, inputs: inputs, elementType: type,
            layout: layout)
    }
}

extension ElementType {
    /// The formats without blocks, and those with.
    static let plain = allCases.filter { !$0.isBlockQuantized }
    static let blocks = allCases.filter(\.isBlockQuantized)

    /// Where the binary16 numbers of a block lie.
    var scaleOffsets: [Int] {
        switch self {
        case .float32, .float16, .bfloat16, .mxfp4: []
        case .q4_0, .q5_0, .q8_0, .iq4_nl, .iq4_xs: [0]
        case .q4_1, .q5_1, .q4_K, .q5_K: [0, 2]
        case .q2_K: [80, 82]
        case .q3_K: [108]
        case .q6_K: [208]
        }
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
