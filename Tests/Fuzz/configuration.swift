import ScopeFiles
import ScopeTensor
import ScopeTransformer

/// Any bytes as `config.json`, or as `generation_config.json` beside a sound one, as their number says:
/// either an error that names a file of the folder, or a model whose tensors are those of its file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzConfiguration(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    if count % 8 == 0 {
        check([sound, FileContents(copying: bytes, name: "generation_config.json"), weights])
    } else {
        check([FileContents(copying: bytes, name: "config.json"), weights])
    }
    return 0
}

private func check(_ files: [FileContents]) {
    let folder = FileFolder(name: "fuzz", files: files)
    do {
        // The weights themselves are another target's.
        let model = try DecoderModel(
            from: folder, algebra: HostAlgebra(), options: ModelOptions(storage: .mapped))
        let shape = model.configuration
        precondition(shape.layers.count == shape.layerCount && shape.layerCount == 1)
        precondition(shape.hiddenSize == 8 && shape.vocabularySize == 16, "not the file's tensors")
        guard isOne(of: 8, files[0].copy(0..<files[0].byteCount)) else { return }
        let summary = try ModelSummary(ModelFiles(folder))
        precondition(!summary.tensors.isEmpty)
    } catch let error as ModelFailure {
        guard case .file(let fault) = error else { preconditionFailure("not a file's fault") }
        precondition(files.contains { $0.name == fault.file }, "another file is blamed: \(fault)")
    } catch {
        preconditionFailure("the summary is refused: \(error)")
    }
}

private let sound = FileContents(
    copying: Array(
        """
        {"model_type":"llama","hidden_size":8,"intermediate_size":12,"num_hidden_layers":1,\
        "num_attention_heads":2,"num_key_value_heads":1,"vocab_size":16,\
        "max_position_embeddings":32,"rms_norm_eps":1e-5}
        """.utf8), name: "config.json")

/// The tensors of a Llama of that shape.
private let weights: FileContents = {
    let tensors: [(String, [Int])] = [
        ("model.embed_tokens.weight", [16, 8]), ("lm_head.weight", [16, 8]),
        ("model.norm.weight", [8]), ("model.layers.0.input_layernorm.weight", [8]),
        ("model.layers.0.post_attention_layernorm.weight", [8]),
        ("model.layers.0.self_attn.q_proj.weight", [8, 8]),
        ("model.layers.0.self_attn.k_proj.weight", [4, 8]),
        ("model.layers.0.self_attn.v_proj.weight", [4, 8]),
        ("model.layers.0.self_attn.o_proj.weight", [8, 8]),
        ("model.layers.0.mlp.gate_proj.weight", [12, 8]),
        ("model.layers.0.mlp.up_proj.weight", [12, 8]),
        ("model.layers.0.mlp.down_proj.weight", [8, 12]),
    ]
    var header: [String] = []
    var end = 0
    for (name, shape) in tensors {
        let start = end
        end += shape.reduce(4, *)
        header.append(
            "\"\(name)\":{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[\(start),\(end)]}")
    }
    let json = Array("{\(header.joined(separator: ","))}".utf8)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) }
    return FileContents(
        copying: length + json + [UInt8](repeating: 0, count: end), name: "model.safetensors")
}()
