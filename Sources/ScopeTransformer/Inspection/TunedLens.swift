public import ScopeFiles
internal import ScopeTensor

/// A tuned lens: an affine map for each layer, after which its hidden states read like final ones
/// (Belrose et al., 2023, arXiv 2303.08112).
///
/// As in the package `tuned-lens` 0.2, the map of layer `k` is residual, `h + A h + b`, where `h` is the input
/// of block `k` (0: the embedding), and final norm and head follow. Its files are `params.pt`, a pickled
/// state dictionary with the names `0.weight` `[d, d]` and `0.bias` `[d]`; the same names in a safetensors
/// file are read here, also with `layer_translators.` before them, as the state dictionary of the whole
/// lens has it. Biases may be missing as a whole.
public struct TunedLens: Sendable {
    struct Map: Sendable {
        /// As torch's `Linear` stores it: a row an output.
        let weights: WeightMatrix
        /// Empty where there is none.
        let bias: [Float]
    }

    /// The file's name.
    public let name: String
    /// Width of the residual stream.
    public let hiddenSize: Int
    let maps: [Map]

    /// The layers that have a map: the first so many.
    public var layerCount: Int { maps.count }

    /// Reads the maps for a model.
    ///
    /// - Parameters:
    ///   - contents: A safetensors file; `F32`, `F16` or `BF16`.
    ///   - shape: The model that the lens was trained for.
    /// - Throws: `FileError` naming the file and the tensor: for one that is missing, is none of a lens, has
    ///   another shape than the model asks for, another type, or holds what is no number.
    /// - Complexity: O(layers × hidden size²).
    public init(
        _ contents: FileContents, for shape: DecoderConfiguration
    ) throws(FileError) {
        let file = try SafetensorsFile(contents)
        let prefix = ["", "layer_translators."].first { file[$0 + "0.weight"] != nil }
        guard let prefix else {
            throw .malformed(
                file: contents.name, field: "0.weight",
                reason: "the tensor is missing (nor is there a layer_translators.0.weight)")
        }
        var maps: [Map] = []
        var taken: Set<String> = []
        let width = shape.hiddenSize
        let hasBias = file[prefix + "0.bias"] != nil
        for layer in 0..<shape.layerCount {
            let weights = prefix + "\(layer).weight"
            let values = try Self.values(file, weights, shape: [width, width])
            taken.insert(weights)
            var bias: [Float] = []
            if hasBias {
                bias = try Self.values(file, prefix + "\(layer).bias", shape: [width])
                taken.insert(prefix + "\(layer).bias")
            }
            maps.append(
                Map(weights: WeightMatrix(values, outputs: width, inputs: width), bias: bias))
        }
        // The state dictionary of the whole lens brings the model's own head along.
        let rest = file.entries.first {
            !taken.contains($0.name) && !$0.name.hasPrefix("unembed.")
        }
        if let rest {
            throw .malformed(
                file: contents.name, field: rest.name,
                reason: "this tensor has no place in a lens of \(shape.layerCount) layers")
        }
        name = contents.name
        hiddenSize = width
        self.maps = maps
    }

    private static func values(
        _ file: SafetensorsFile, _ name: String, shape: [Int]
    ) throws(FileError) -> [Float] {
        guard let entry = file[name] else {
            throw .malformed(
                file: file.contents.name, field: name, reason: "the tensor is missing")
        }
        guard entry.shape == shape else {
            throw .malformed(
                file: file.contents.name, field: name,
                reason: "shape \(entry.shape) does not fit the model, which asks for \(shape)")
        }
        let values = try widened(file, entry)
        if let place = values.firstIndex(where: { !$0.isFinite }) {
            throw .malformed(
                file: file.contents.name, field: name,
                position: entry.byteRange.lowerBound + place * entry.dtype.byteWidth,
                reason: "value \(place) is not a finite number")
        }
        return values
    }

    private static func widened(
        _ file: SafetensorsFile, _ entry: TensorEntry
    ) throws(FileError) -> [Float] {
        let type: ElementType
        switch entry.dtype {
        case .float32: type = .float32
        case .float16: type = .float16
        case .bfloat16: type = .bfloat16
        default:
            throw .unsupported(
                file: file.contents.name, field: entry.name,
                reason: "maps of type \(entry.dtype.rawValue) are not supported")
        }
        let row = WeightMatrix(
            contents: file.contents, byteRange: entry.byteRange, outputs: 1,
            inputs: entry.elementCount, elementType: type, layout: .outputMajor)
        return row.values(as: Float.self)
    }
}
