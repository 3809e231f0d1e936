public import ScopeFiles
internal import ScopeTensor
internal import ScopeTrace

/// Noise on one tensor of a model: a change whose place is known, for measuring what names the place of a change.
///
/// Each weight becomes w + r · s · n, with r the root mean square of the tensor, s the size of the noise, and n about
/// normal; rounded to the type that is stored, which swallows noise below its steps.
///
/// ```swift
/// let noise = WeightNoise(tensor: "model.layers.2.mlp.up_proj.weight", size: 0.1, seed: 1)
/// let changed = try loadModel(from: noise.applied(to: folder))
/// ```
public struct WeightNoise: Hashable, Sendable {
    /// The tensor's name.
    public var tensor: String
    /// The noise's deviation over the root mean square of the tensor.
    public var size: Double
    /// What the noise depends on.
    public var seed: UInt64

    /// Describes noise.
    ///
    /// - Parameters:
    ///   - tensor: The tensor's name.
    ///   - size: The noise's deviation over the root mean square of the tensor; finite.
    ///   - seed: What the noise depends on.
    public init(tensor: String, size: Double, seed: UInt64) {
        precondition(size.isFinite, "a size is finite")
        self.tensor = tensor
        self.size = size
        self.seed = seed
    }

    /// The tensors of a model whose weights are of a type that noise can be put on, by name.
    ///
    /// - Parameter folder: A folder with safetensors.
    /// - Returns: The names.
    /// - Throws: ``AuditFailure/file(_:)``.
    /// - Complexity: O(headers).
    public static func tensors(in folder: FileFolder) throws(AuditFailure) -> [String] {
        do throws(FileError) {
            var names: [String] = []
            for file in folder.fileNames where file.hasSuffix(".safetensors") {
                let contents = try folder.contents(of: file)
                names += try SafetensorsFile(contents).entries.filter {
                    [.float32, .float16, .bfloat16].contains($0.dtype)
                }.map(\.name)
            }
            return names.sorted()
        } catch {
            throw .file(error)
        }
    }

    /// The model with the noise; the folder's files are untouched.
    ///
    /// - Parameter folder: A folder with safetensors, in one file or several.
    /// - Returns: The same files in memory, of which one has changed.
    /// - Throws: ``AuditFailure/file(_:)``, for a tensor, too, that is not there or whose type is no float of 16 or 32
    ///   bits.
    /// - Complexity: O(bytes of the folder's files).
    public func applied(to folder: FileFolder) throws(AuditFailure) -> FileFolder {
        do throws(FileError) {
            var files: [FileContents] = []
            var isFound = false
            for name in folder.fileNames {
                let contents = try folder.contents(of: name)
                guard name.hasSuffix(".safetensors"),
                    let entry = try SafetensorsFile(contents)[tensor]
                else {
                    files.append(contents)
                    continue
                }
                isFound = true
                var bytes = contents.copy(0..<contents.byteCount)
                try add(to: &bytes, entry, file: name)
                files.append(FileContents(copying: bytes, name: name))
            }
            guard isFound else {
                throw .malformed(
                    file: folder.name, field: tensor, reason: "there is no such tensor")
            }
            return FileFolder(name: folder.name, files: files)
        } catch {
            throw .file(error)
        }
    }

    private func add(
        to bytes: inout [UInt8], _ entry: TensorEntry, file: String
    ) throws(FileError) {
        guard [.float32, .float16, .bfloat16].contains(entry.dtype) else {
            throw .unsupported(file: file, reason: "\(tensor) is of type \(entry.dtype.rawValue)")
        }
        let width = entry.dtype.byteWidth
        func value(_ place: Int) -> Float {
            var bits: UInt32 = 0
            for byte in 0..<width { bits |= UInt32(bytes[place + byte]) << UInt32(8 * byte) }
            switch entry.dtype {
            case .float16: return Float(float16: UInt16(truncatingIfNeeded: bits))
            case .bfloat16: return Float(bfloat16: UInt16(truncatingIfNeeded: bits))
            default: return Float(bitPattern: bits)
            }
        }
        func stored(_ value: Float) -> UInt32 {
            switch entry.dtype {
            case .float16: return UInt32(value.float16Bits)
            case .bfloat16:
                // To the nearest, ties to even.
                let bits = value.bitPattern
                return (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16
            default: return value.bitPattern
            }
        }
        let places = stride(
            from: entry.byteRange.lowerBound, to: entry.byteRange.upperBound, by: width)
        var squares = 0.0
        for place in places { squares += Double(value(place)) * Double(value(place)) }
        let deviation = size * (squares / Double(max(1, entry.elementCount))).squareRoot()
        var numbers = SeededNumbers(seed: seed)
        for place in places {
            let bits = stored(Float(Double(value(place)) + deviation * numbers.normal()))
            for byte in 0..<width {
                bytes[place + byte] = UInt8(truncatingIfNeeded: bits >> UInt32(8 * byte))
            }
        }
    }
}
