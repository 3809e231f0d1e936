public import ScopeFiles
internal import ScopeTensor

/// What a model's files hold, read from configuration and tables alone: what it is before it is
/// loaded.
///
/// ```swift
/// let summary = try ModelSummary(ModelFiles(path: "models/llama"))
/// print(summary.shape.layerCount, summary.memory(context: 4096).total)
/// ```
public struct ModelSummary: Codable, Equatable, Sendable {
    /// Which layout the files have.
    public enum Layout: String, Codable, Sendable {
        /// `config.json` and safetensors, as Hugging Face lays models out.
        case safetensors
        /// GGUF files.
        case gguf
    }

    /// A file with weights.
    public struct File: Codable, Equatable, Sendable {
        /// The name inside the folder.
        public let name: String
        /// Its size in bytes.
        public let byteCount: Int
    }

    /// A tensor as its file holds it.
    public struct Tensor: Codable, Equatable, Sendable {
        /// Its name.
        public let name: String
        /// The format of its elements, as `ElementType` spells it where this package computes with
        /// it, else as the file does.
        public let format: String
        /// Extents, the slowest first.
        public let shape: [Int]
        /// The bytes it takes in its file.
        public let byteCount: Int
        /// The file it lies in.
        public let file: String
        /// The inputs of a weight matrix, or of a stack of them; nil for anything else.
        public let inputs: Int?
        /// Whether the model computes with it; false for what files carry besides.
        public let isRead: Bool

        /// Its elements.
        public var parameterCount: Int { shape.reduce(1, *) }
    }

    /// The tensors that share a format.
    public struct FormatShare: Codable, Equatable, Sendable {
        /// The format; see ``Tensor/format``.
        public let format: String
        /// Tensors of it.
        public internal(set) var tensorCount: Int
        /// Their elements.
        public internal(set) var parameterCount: Int
        /// Their bytes.
        public internal(set) var byteCount: Int
    }

    /// What the model is called: the folder's name, or the file's.
    public let name: String
    /// Which layout the files have.
    public let layout: Layout
    /// The shape and the choices of the model.
    public let shape: ModelShape
    /// The files with weights, in their order.
    public let files: [File]
    /// Every tensor, by name.
    public let tensors: [Tensor]
    /// Bytes of scratch memory that a row of a pass takes, and one of its logits.
    let rowBytes: RowBytes

    struct RowBytes: Codable, Equatable, Sendable {
        let pass: Int
        let logits: Int
    }

    /// Reads what a model's files say of it.
    ///
    /// - Parameter files: The files.
    /// - Throws: ``ModelFailure/file(_:)``, as loading the model does: files that are broken, and
    ///   fields, tensors and formats that are missing or not understood.
    /// - Complexity: O(headers); no weights are touched.
    public init(_ files: ModelFiles) throws(ModelFailure) {
        do throws(FileError) {
            try self.init(reading: files)
        } catch {
            throw .file(error)
        }
    }

    private init(reading files: ModelFiles) throws(FileError) {
        let description = try ModelDescription(files)
        let (table, configuration) = (description.table, description.configuration)
        var reader = try WeightReader<Float>(
            table, names: description.names, quantizingTo: nil, checksOnly: true)
        _ = try DecoderWeights<Float>.read(&reader, configuration, description.names)
        name = files.name
        switch files {
        case .folder: layout = .safetensors
        case .gguf: layout = .gguf
        }
        shape = ModelShape(configuration)
        self.files = table.files.map { File(name: $0.name, byteCount: $0.byteCount) }
        tensors = table.tensorNames.compactMap { name in
            table[name].map { tensor in
                Tensor(
                    name: name, format: tensor.elementType?.rawValue ?? tensor.typeName,
                    shape: tensor.shape, byteCount: tensor.byteRange.count,
                    file: tensor.contents.name, inputs: reader.inputs[name],
                    isRead: reader.taken.contains(name) && !reader.skipped.contains(name))
            }
        }
        let buffers = WorkspaceBuffers<Float>(configuration)
        rowBytes = RowBytes(
            pass: 4 * buffers.scalarsPerRow,
            logits: 4 * (buffers.logits.columns + buffers.selected.columns))
    }

    /// Learned scalars in the files.
    ///
    /// - Complexity: O(tensors).
    public var parameterCount: Int { tensors.reduce(0) { $0 + $1.parameterCount } }

    /// The size of the files with weights, in bytes.
    ///
    /// - Complexity: O(files).
    public var byteCount: Int { files.reduce(0) { $0 + $1.byteCount } }

    /// The tensors by format, the largest share first.
    ///
    /// - Complexity: O(tensors).
    public var formats: [FormatShare] { Self.shares(of: tensors) }

    /// The formats of the weight matrices, the largest share first, such as `q4_K+q6_K`.
    ///
    /// - Complexity: O(tensors).
    public var weightFormat: String {
        Self.shares(of: tensors.filter { $0.inputs != nil }).map(\.format).joined(separator: "+")
    }

    private static func shares(of tensors: [Tensor]) -> [FormatShare] {
        var shares: [String: FormatShare] = [:]
        for tensor in tensors {
            var share =
                shares[tensor.format]
                ?? FormatShare(
                    format: tensor.format, tensorCount: 0, parameterCount: 0, byteCount: 0)
            share.tensorCount += 1
            share.parameterCount += tensor.parameterCount
            share.byteCount += tensor.byteCount
            shares[tensor.format] = share
        }
        return shares.values.sorted { ($1.byteCount, $0.format) < ($0.byteCount, $1.format) }
    }
}

extension WeightTable {
    /// The files that the tensors lie in.
    fileprivate var files: [FileContents] {
        switch self {
        case .gguf(let model): model.files.map(\.contents)
        case .safetensors(let checkpoint): checkpoint.files.map(\.contents)
        }
    }
}
