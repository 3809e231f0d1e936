internal import ScopeFiles
internal import ScopeTensor

/// Takes tensors out of a checkpoint by name, checking shape and type, and keeps count of what is
/// left over.
struct WeightReader<Scalar: TensorScalar> {
    private let table: WeightTable
    private let names: TensorNames
    private let prefix: String
    /// The block format that matrices are quantised to; nil: as they are stored.
    private let target: ElementType?
    /// How a matrix of products is rearranged; nil: it stays as it is stored.
    private let pack: ((WeightMatrix) -> WeightMatrix)?
    /// Whether shapes and formats are checked and no element is looked at.
    private let checksOnly: Bool
    /// What stands before the names of the layer that is read.
    private var layer = ""
    private(set) var taken: Set<String> = []
    /// Those of them that nothing is computed with.
    private(set) var skipped: Set<String> = []
    /// The inputs of each tensor that is a matrix, or a stack of them.
    private(set) var inputs: [String: Int] = [:]

    init(
        _ table: WeightTable, names: TensorNames, quantizingTo target: ElementType?,
        packing pack: ((WeightMatrix) -> WeightMatrix)? = nil, checksOnly: Bool = false
    ) throws(FileError) {
        self.table = table
        self.target = target
        self.pack = pack
        self.checksOnly = checksOnly
        self.names = names
        let present = Set(table.tensorNames)
        let embedding = names.embedding + ".weight"
        guard let prefix = names.prefixes.first(where: { present.contains($0 + embedding) }) else {
            throw .malformed(
                file: table.name, field: (names.prefixes.first ?? "") + embedding,
                position: nil, reason: "the tensor is missing")
        }
        self.prefix = prefix
    }

    /// From here on names belong to the layer whose tensors' names begin so.
    mutating func enter(_ layer: String) {
        self.layer = layer
    }

    /// A matrix stored as the family stores it; `name` ends before `.weight`.
    mutating func matrix(
        _ name: String, outputs: Int, inputs: Int
    ) throws(FileError) -> WeightMatrix {
        packed(try stored(name, outputs: outputs, inputs: inputs))
    }

    /// The same before it is rearranged, for what is a part of it only.
    private mutating func stored(
        _ name: String, outputs: Int, inputs: Int
    ) throws(FileError) -> WeightMatrix {
        try take(prefix + layer + name + ".weight", outputs, inputs, layout: names.layout)
    }

    /// A table of rows, one an id or a position: never transposed.
    mutating func table(
        _ name: String, rows: Int, width: Int, multiplies: Bool = false
    ) throws(FileError) -> WeightMatrix {
        // Packed weights need nothing of the file any more, so tables of rows must not either.
        let matrix = try take(
            prefix + name + ".weight", rows, width, layout: .outputMajor,
            copying: pack != nil && !multiplies)
        return multiplies ? packed(matrix) : matrix
    }

    /// The head, whose name carries no prefix.
    mutating func head(_ shape: DecoderConfiguration) throws(FileError) -> Linear<Scalar> {
        Linear(
            weights: packed(
                try take(
                    names.head + ".weight", shape.vocabularySize, shape.hiddenSize,
                    layout: .outputMajor)),
            bias: try headBias(shape))
    }

    mutating func headBias(_ shape: DecoderConfiguration) throws(FileError) -> Tensor<Scalar>? {
        guard shape.biases.contains(.head) else { return nil }
        return try values(names.head + ".bias", shape: [shape.vocabularySize])
    }

    /// Marks the head's matrix as read where the model ties it to the embedding.
    mutating func skipHead() {
        skip(names.head + ".weight")
    }

    mutating func linear(
        _ name: String, outputs: Int, inputs: Int, bias: Bool
    ) throws(FileError) -> Linear<Scalar> {
        Linear(
            weights: try matrix(name, outputs: outputs, inputs: inputs),
            bias: bias ? try values(prefix + layer + name + ".bias", shape: [outputs]) : nil)
    }

    /// The maps of some of a fused map's outputs each.
    mutating func linears(
        _ name: String, _ parts: [Range<Int>], inputs: Int, bias: Bool
    ) throws(FileError) -> [Linear<Scalar>] {
        let outputs = parts.map(\.upperBound).max() ?? 0
        let whole = try stored(name, outputs: outputs, inputs: inputs)
        let offsets =
            bias ? try values(prefix + layer + name + ".bias", shape: [outputs]) : nil
        return parts.map { part in
            Linear(
                weights: packed(whole.slice(outputs: part)),
                bias: offsets.map { Tensor(vector: Array($0.storage[part])) })
        }
    }

    /// A norm, or none where the family has none there.
    mutating func norm(
        _ name: String?, _ shape: DecoderConfiguration
    ) throws(FileError) -> NormWeights<Scalar>? {
        guard let name else { return nil }
        return try requiredNorm(name, shape)
    }

    /// A norm over `width` scalars, by default those of the residual stream.
    mutating func requiredNorm(
        _ name: String, _ shape: DecoderConfiguration, width: Int? = nil
    ) throws(FileError) -> NormWeights<Scalar> {
        let width = width ?? shape.hiddenSize
        guard shape.normParameters != .none else {
            return NormWeights(
                scale: Tensor(vector: Array(repeating: 1, count: width)), shift: nil)
        }
        let name = prefix + layer + name
        var scale = try values(name + ".weight", shape: [width])
        if shape.normOffset != 0 {
            for index in scale.storage.indices {
                scale.storage[index] += Scalar(shape.normOffset)
            }
        }
        let shifted = shape.normParameters == .scaleAndShift
        return NormWeights(
            scale: scale, shift: shifted ? try values(name + ".bias", shape: [width]) : nil)
    }

    /// One matrix an expert, from a tensor that holds them one after the other.
    mutating func stack(
        _ name: String, count: Int, outputs: Int, inputs: Int
    ) throws(FileError) -> [WeightMatrix] {
        let whole = try stored(name, count: count, outputs: outputs, inputs: inputs)
        var matrices: [WeightMatrix] = []
        for index in 0..<count {
            try checkCancellation()
            matrices.append(packed(whole.slice(outputs: index * outputs..<(index + 1) * outputs)))
        }
        return matrices
    }

    /// The matrices of such a tensor as one, with the outputs of all.
    mutating func stacked(
        _ name: String, count: Int, outputs: Int, inputs: Int
    ) throws(FileError) -> WeightMatrix {
        packed(try stored(name, count: count, outputs: outputs, inputs: inputs))
    }

    private mutating func stored(
        _ name: String, count: Int, outputs: Int, inputs: Int
    ) throws(FileError) -> WeightMatrix {
        let tensor = try tensor(prefix + layer + name + ".weight")
        guard tensor.shape == [count, outputs, inputs] else {
            throw mismatch(tensor, expected: "\([count, outputs, inputs])")
        }
        self.inputs[tensor.name] = inputs
        return quantized(
            try tensor.matrix(outputs: count * outputs, inputs: inputs, layout: .outputMajor))
    }

    /// Marks a tensor as read that the configuration was made from.
    mutating func skip(_ name: String) {
        taken.insert(name)
        skipped.insert(name)
    }

    /// The norm of queries or keys.
    mutating func headNorm(
        _ name: String?, heads: Int, _ shape: DecoderConfiguration
    ) throws(FileError) -> NormWeights<Scalar>? {
        guard let scope = shape.queryKeyNorm, let name else { return nil }
        switch scope {
        case .head:
            return try requiredNorm(name, shape, width: shape.headDimension)
        case .position:
            return try requiredNorm(name, shape, width: heads * shape.headDimension)
        case .eachHead:
            let width = shape.headDimension
            let name = prefix + layer + name + ".weight"
            guard name.contains("#") else {
                return NormWeights(
                    scale: try values(name, shape: [heads, width]), shift: nil)
            }
            var scales: [Scalar] = []
            for head in 0..<heads {
                scales += try values(name.numbered(head), shape: [width]).storage
            }
            return NormWeights(scale: Tensor(vector: scales), shift: nil)
        }
    }

    /// Numbers that are widened once, in the order of the file.
    private mutating func values(_ name: String, shape: [Int]) throws(FileError) -> Tensor<Scalar> {
        let tensor = try tensor(name)
        guard tensor.shape == shape else { throw mismatch(tensor, expected: "\(shape)") }
        let row = try tensor.matrix(
            outputs: 1, inputs: shape.reduce(1, *), layout: .outputMajor)
        // Of the right size, for what is made of it.
        if checksOnly { return Tensor(vector: Array(repeating: 0, count: row.inputs)) }
        return Tensor(vector: row.values(as: Scalar.self))
    }

    /// Refuses tensors that nothing has read: what the file holds and the model ignores would make
    /// every number a little wrong.
    func refuseTheRest() throws(FileError) {
        for name in table.tensorNames where !taken.contains(name) {
            if names.ignoredSuffixes.contains(where: name.hasSuffix) { continue }
            throw .unsupported(
                file: table[name]?.contents.name ?? table.name, field: name,
                reason: "this tensor has no place in the model that the configuration describes")
        }
    }

    private mutating func take(
        _ name: String, _ outputs: Int, _ inputs: Int, layout: WeightMatrix.Layout,
        copying: Bool = false
    ) throws(FileError) -> WeightMatrix {
        var tensor = try tensor(name)
        let expected = layout == .outputMajor ? [outputs, inputs] : [inputs, outputs]
        // A map to one scalar may be stored as a vector.
        guard tensor.shape == expected || outputs == 1 && tensor.shape == [inputs] else {
            throw mismatch(tensor, expected: "\(expected)")
        }
        self.inputs[name] = inputs
        if copying, !checksOnly { tensor = try tensor.copied() }
        return quantized(
            try tensor.matrix(outputs: outputs, inputs: inputs, layout: layout))
    }

    private func quantized(_ matrix: WeightMatrix) -> WeightMatrix {
        guard let target, !checksOnly else { return matrix }
        return matrix.quantized(to: target)
    }

    private func packed(_ matrix: WeightMatrix) -> WeightMatrix {
        guard let pack, !checksOnly else { return matrix }
        return pack(matrix)
    }

    /// Lets go of the files' pages that were read to be copied.
    func dropPages() {
        guard target != nil || pack != nil, !checksOnly else { return }
        table.dropPages()
    }

    /// Ends reading where the task was cancelled: copying, quantising and packing take time.
    private func checkCancellation() throws(FileError) {
        if !checksOnly, Task.isCancelled { throw .cancelled(file: table.name) }
    }

    private mutating func tensor(_ name: String) throws(FileError) -> StoredTensor {
        try checkCancellation()
        guard let found = table[name] else {
            throw .malformed(
                file: table.name, field: name, position: nil, reason: "the tensor is missing")
        }
        taken.insert(name)
        return found
    }

    private func mismatch(_ tensor: StoredTensor, expected: String) -> FileError {
        .malformed(
            file: tensor.contents.name, field: tensor.name, position: nil,
            reason: "shape \(tensor.shape) does not fit the configuration, which asks for "
                + expected)
    }
}
