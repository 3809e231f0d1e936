internal import ScopeFiles
internal import ScopeTensor

/// A tensor as a file holds it, whatever the file's format.
struct StoredTensor: Sendable {
    let name: String
    /// The elements' format, where this package computes with it.
    let elementType: ElementType?
    /// What the file calls the format.
    let typeName: String
    /// Extents, the slowest first.
    let shape: [Int]
    let contents: FileContents
    /// Where the elements lie in `contents`.
    let byteRange: Range<Int>

    /// The tensor in memory of its own, where it lies in a mapped file.
    func copied() throws(FileError) -> StoredTensor {
        guard contents.isMapped else { return self }
        let copy = try contents.snapshot(byteRange)
        return StoredTensor(
            name: name, elementType: elementType, typeName: typeName, shape: shape, contents: copy,
            byteRange: 0..<copy.byteCount)
    }

    /// A matrix over the elements; refused where the format is none to compute with.
    func matrix(
        outputs: Int, inputs: Int, layout: WeightMatrix.Layout
    ) throws(FileError) -> WeightMatrix {
        guard let elementType else {
            throw .unsupported(
                file: contents.name, field: "\(name) dtype",
                reason: "weights of type \(typeName) are not supported")
        }
        return WeightMatrix(
            contents: contents, byteRange: byteRange, outputs: outputs, inputs: inputs,
            elementType: elementType, layout: layout)
    }
}

/// A model's weights as one table of tensors, whatever the format of the files.
enum WeightTable: Sendable {
    case gguf(GGUFModel)
    case safetensors(Checkpoint)

    /// The file that is answerable for the whole table.
    var name: String {
        switch self {
        case .gguf(let model): model.name
        case .safetensors(let checkpoint): checkpoint.name
        }
    }

    /// The names of all tensors, sorted.
    var tensorNames: [String] {
        switch self {
        case .gguf(let model): model.tensorNames
        case .safetensors(let checkpoint): checkpoint.tensorNames
        }
    }

    subscript(name: String) -> StoredTensor? {
        switch self {
        case .gguf(let model):
            model[name].map { entry, file in
                StoredTensor(
                    name: name, elementType: ElementType(entry.type), typeName: entry.type.name,
                    shape: entry.shape, contents: file.contents, byteRange: entry.byteRange)
            }
        case .safetensors(let checkpoint):
            checkpoint[name].map { entry, file in
                StoredTensor(
                    name: name, elementType: ElementType(entry.dtype),
                    typeName: entry.dtype.rawValue, shape: entry.shape, contents: file.contents,
                    byteRange: entry.byteRange)
            }
        }
    }

    /// The formats of matrices by their share of the bytes, the largest first, as `q4_K+q6_K`.
    func formats(of names: some Sequence<String>) -> String {
        var bytes: [String: Int] = [:]
        for name in names {
            guard let tensor = self[name] else { continue }
            let format = tensor.elementType?.rawValue ?? tensor.typeName
            bytes[format, default: 0] += tensor.byteRange.count
        }
        return bytes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
            .joined(separator: "+")
    }

    /// Lets go of the mapped files' pages; they are read again where they are used.
    func dropPages() {
        var dropped: Set<ObjectIdentifier> = []
        for name in tensorNames {
            guard let contents = self[name]?.contents else { continue }
            if dropped.insert(ObjectIdentifier(contents)).inserted { contents.dropPages() }
        }
    }

    func checkUnchanged() throws(FileError) {
        switch self {
        case .gguf(let model): try model.checkUnchanged()
        case .safetensors(let checkpoint): try checkpoint.checkUnchanged()
        }
    }
}

extension ElementType {
    /// The format of a safetensors file's elements.
    fileprivate init?(_ type: SafetensorsType) {
        switch type {
        case .float32: self = .float32
        case .float16: self = .float16
        case .bfloat16: self = .bfloat16
        default: return nil
        }
    }
}
