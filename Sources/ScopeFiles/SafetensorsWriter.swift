/// Writes tensors as a safetensors file, the same bytes for the same tensors.
///
/// Values are made when they are written, one tensor after the other, so that only one of them has to be
/// in memory at a time. The data begins at a multiple of 8 bytes, as the reference writer has it.
///
/// ```swift
/// var writer = SafetensorsWriter()
/// writer.add("scores", shape: [2, 3]) { [1, 2, 3, 4, 5, 6] }
/// try writer.write(to: "scores.safetensors")
/// ```
public struct SafetensorsWriter {
    private struct Tensor {
        let name: String
        let shape: [Int]
        let makeValues: () -> [Float]

        var count: Int { shape.reduce(1, *) }
    }

    /// The strings under `__metadata__`.
    public var metadata: [String: String] = [:]

    private var tensors: [Tensor] = []
    private var names: Set<String> = []

    /// Starts with no tensors.
    public init() {}

    /// Adds a tensor of type `F32`, behind those already there.
    ///
    /// - Parameters:
    ///   - name: The tensor's name, not yet taken and not `__metadata__`.
    ///   - shape: Its extents.
    ///   - values: Makes its values in row-major order, as many as the shape says, when they are
    ///     written.
    public mutating func add(_ name: String, shape: [Int], values: @escaping () -> [Float]) {
        precondition(shape.allSatisfy { $0 >= 0 }, "a tensor has no negative extent")
        precondition(
            name != "__metadata__" && names.insert(name).inserted,
            "the tensor name \"\(name)\" is taken")
        tensors.append(Tensor(name: name, shape: shape, makeValues: values))
    }

    /// Writes the file, in one step in place of one that is there.
    ///
    /// - Parameter path: Where to; the folder must be there.
    /// - Throws: ``FileError/unwritable(file:reason:)``; what was there before is then as it was.
    /// - Complexity: O(values).
    public func write(to path: String) throws(FileError) {
        let file = try FileReplacement(path)
        try file.write(header)
        for tensor in tensors {
            let values = tensor.makeValues()
            precondition(
                values.count == tensor.count,
                "tensor \(tensor.name) has \(values.count) values, its shape \(tensor.count)")
            try file.write(values)
        }
        try file.commit()
    }

    /// The header's length and the header, filled up with spaces to a multiple of 8 bytes.
    private var header: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            if !metadata.isEmpty {
                writer.key("__metadata__")
                writer.object { writer in
                    for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
                        writer.member(name, value)
                    }
                }
            }
            var offset = 0
            for tensor in tensors {
                let end = offset + tensor.count * SafetensorsType.float32.byteWidth
                writer.key(tensor.name)
                writer.object { writer in
                    writer.member("dtype", SafetensorsType.float32.rawValue)
                    writer.member("shape", tensor.shape)
                    writer.member("data_offsets", [offset, end])
                }
                offset = end
            }
        }
        var json = writer.finish()
        while !json.count.isMultiple(of: 8) { json.append(UInt8(ascii: " ")) }
        let length = UInt64(json.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + json
    }
}
