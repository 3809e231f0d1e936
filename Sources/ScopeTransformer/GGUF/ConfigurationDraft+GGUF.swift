internal import ScopeFiles
internal import ScopeTensor

/// What GGUF files say by the tensors they hold.
extension ConfigurationDraft {
    /// Whether the file holds a tensor.
    func holds(_ tensor: String) -> Bool { weights?[tensor] != nil }

    /// Takes from the tensors what the metadata leave out.
    mutating func readTensors() throws(FileError) {
        guard let weights else { return }
        if configuration.vocabularySize == 0 {
            guard let shape = weights["token_embd.weight"]?.shape, shape.count == 2 else {
                throw .malformed(
                    file: weights.name, field: "token_embd.weight",
                    reason: "the tensor is missing or no table")
            }
            configuration.vocabularySize = shape[0]
        }
        configuration.tiesWordEmbeddings = !holds("output.weight")
        func hasBias(_ tensor: String) -> Bool { holds("blk.0.\(tensor).bias") }
        configuration.biases.set(.queryKeyValue, to: hasBias("attn_q") || hasBias("attn_qkv"))
        configuration.biases.set(.attentionOutput, to: hasBias("attn_output"))
        configuration.biases.set(.feedForward, to: hasBias("ffn_up"))
        configuration.biases.set(.head, to: holds("output.bias"))
        if case .separate = names.projections, holds("blk.0.attn_qkv.weight") {
            names.projections = GGUFArchitecture.ggufTensors.projections
        }
    }

    /// Stretches the rotation by the divisors that the file holds as a tensor (Llama 3.1).
    mutating func divideFrequencies() throws(FileError) {
        guard holds("rope_freqs.weight") else { return }
        let divisors = try divisors("rope_freqs.weight")
        try stretch(by: "rope_freqs.weight", to: .perPair(divisors: divisors))
    }

    /// Takes LongRoPE's two sets of divisors (arXiv 2402.13753).
    mutating func readLongFactors(
        _ root: JSONValue, _ architecture: String
    ) throws(FileError) {
        let (long, short) = ("rope_factors_long.weight", "rope_factors_short.weight")
        if !holds(long), !holds(short) {
            let type = root["\(architecture).rope.scaling.type"]
            guard try type?.string() != "longrope" else {
                throw missing(long)
            }
            return
        }
        var original = configuration.contextLength
        if let length = rotary.parameters?["original_max_position_embeddings"] {
            original = try Field.count(length)
        }
        try stretch(
            by: long,
            to: .longrope(
                short: try divisors(short), long: try divisors(long),
                originalContextLength: original))
    }

    /// The factor on cosines and sines beside what the kind of stretching makes of them.
    mutating func scaleRotation(_ root: JSONValue, _ architecture: String) throws(FileError) {
        guard let value = root["\(architecture).rope.scaling.attn_factor"] else { return }
        let factor = try Field.positiveNumber(value)
        for index in configuration.layers.indices {
            configuration.layers[index].rotary?.magnitude *= factor
        }
    }

    private mutating func stretch(
        by tensor: String, to scaling: RotaryConfiguration.Scaling
    ) throws(FileError) {
        for index in configuration.layers.indices {
            guard let rotary = configuration.layers[index].rotary else { continue }
            guard rotary.scaling == .none else {
                throw .unsupported(
                    file: weights?.name ?? "", field: tensor,
                    reason: "divisors beside another scaling are not supported")
            }
            configuration.layers[index].rotary?.scaling = scaling
        }
    }

    /// A tensor of one divisor a rotated pair.
    private mutating func divisors(_ name: String) throws(FileError) -> [Double] {
        guard let tensor = weights?[name] else { throw missing(name) }
        names.configurationTensors.append(name)
        for case let rotary? in configuration.layers.map(\.rotary)
        where tensor.shape != [rotary.dimension / 2] {
            throw .malformed(
                file: tensor.contents.name, field: name,
                reason: "shape \(tensor.shape) does not fit \(rotary.dimension / 2) pairs")
        }
        guard tensor.shape.count == 1 else {
            throw .malformed(
                file: tensor.contents.name, field: name,
                reason: "shape \(tensor.shape) is no vector")
        }
        let row = try tensor.matrix(outputs: 1, inputs: tensor.shape[0], layout: .outputMajor)
        let divisors = row.values(as: Double.self)
        guard divisors.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw .malformed(
                file: tensor.contents.name, field: name, reason: "a divisor is no number above 0")
        }
        return divisors
    }

    private func missing(_ tensor: String) -> FileError {
        .malformed(file: weights?.name ?? "", field: tensor, reason: "the tensor is missing")
    }
}
