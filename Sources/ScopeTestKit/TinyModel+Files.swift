internal import TokenScope

extension TinyModel {
    private static let vocabularySize = ByteTokenizer.endOfText + 1
    private var intermediateSize: Int { hiddenSize * 3 / 2 }

    var configurationFile: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("model_type", "llama")
            writer.member("vocab_size", Self.vocabularySize)
            writer.member("hidden_size", hiddenSize)
            writer.member("intermediate_size", intermediateSize)
            writer.member("num_hidden_layers", layerCount)
            writer.member("num_attention_heads", headCount)
            writer.member("num_key_value_heads", headCount / 2)
            writer.member("max_position_embeddings", contextLength)
            writer.member("rms_norm_eps", 1e-5)
            writer.member("hidden_act", "silu")
            writer.member("rope_theta", 10_000.0)
            writer.member("tie_word_embeddings", false)
            writer.member("eos_token_id", ByteTokenizer.endOfText)
        }
        return writer.finish()
    }

    /// Names and shapes of the tensors, rows first.
    private var tensors: [(name: String, shape: [Int])] {
        let keyValueSize = hiddenSize / 2
        var tensors = [("model.embed_tokens.weight", [Self.vocabularySize, hiddenSize])]
        for layer in 0..<layerCount {
            let prefix = "model.layers.\(layer)."
            tensors += [
                (prefix + "input_layernorm.weight", [hiddenSize]),
                (prefix + "self_attn.q_proj.weight", [hiddenSize, hiddenSize]),
                (prefix + "self_attn.k_proj.weight", [keyValueSize, hiddenSize]),
                (prefix + "self_attn.v_proj.weight", [keyValueSize, hiddenSize]),
                (prefix + "self_attn.o_proj.weight", [hiddenSize, hiddenSize]),
                (prefix + "post_attention_layernorm.weight", [hiddenSize]),
                (prefix + "mlp.gate_proj.weight", [intermediateSize, hiddenSize]),
                (prefix + "mlp.up_proj.weight", [intermediateSize, hiddenSize]),
                (prefix + "mlp.down_proj.weight", [hiddenSize, intermediateSize]),
            ]
        }
        tensors.append(("model.norm.weight", [hiddenSize]))
        tensors.append(("lm_head.weight", [Self.vocabularySize, hiddenSize]))
        return tensors
    }

    /// A safetensors file: the header's length in eight bytes, the header, the numbers.
    var weightsFile: [UInt8] {
        var random = SeededNumbers(seed: seed)
        var data: [UInt8] = []
        var header = JSONWriter()
        header.object { header in
            for (name, shape) in tensors {
                let start = data.count
                let count = shape.reduce(1, *)
                // Maps keep the size of what goes through them; norms do nothing; the head gives
                // logits of a standard deviation of about 2, so that no token is sure to win.
                let scale = name == "lm_head.weight" ? 2 : 1
                let deviation = Double(scale) / Double(shape.last ?? 1).squareRoot()
                for _ in 0..<count {
                    let value = shape.count == 1 ? 1 : random.normal() * deviation
                    let bits = Float(value).bitPattern
                    for shift in stride(from: 0, to: 32, by: 8) {
                        data.append(UInt8(truncatingIfNeeded: bits >> UInt32(shift)))
                    }
                }
                header.key(name)
                header.object { header in
                    header.member("dtype", "F32")
                    header.member("shape", shape)
                    header.member("data_offsets", [start, data.count])
                }
            }
        }
        var text = header.finish()
        while !text.count.isMultiple(of: 8) { text.append(UInt8(ascii: " ")) }
        let length = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> ($0 * 8)) }
        return length + text + data
    }

    static var tokenizerFile: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("version", "1.0")
            writer.key("added_tokens")
            writer.array { writer in
                writer.object { writer in
                    writer.member("id", ByteTokenizer.endOfText)
                    writer.member("content", "<|endoftext|>")
                    for flag in ["single_word", "lstrip", "rstrip", "normalized"] {
                        writer.member(flag, false)
                    }
                    writer.member("special", true)
                }
            }
            writer.key("normalizer")
            writer.writeNull()
            for part in ["pre_tokenizer", "decoder"] {
                writer.key(part)
                writer.object { writer in
                    writer.member("type", "ByteLevel")
                    writer.member("add_prefix_space", false)
                    writer.member("trim_offsets", true)
                    writer.member("use_regex", true)
                }
            }
            writer.key("model")
            writer.object { writer in
                writer.member("type", "BPE")
                writer.key("vocab")
                writer.object { writer in
                    for (id, name) in byteNames.enumerated() { writer.member(name, id) }
                }
                writer.key("merges")
                writer.array { _ in }
            }
        }
        return writer.finish()
    }

    /// How byte-level vocabularies spell each byte: printable Latin-1 as itself, the rest as U+0100
    /// and on.
    private static var byteNames: [String] {
        var next: UInt32 = 0x100
        return (0..<256 as Range<UInt32>).map { byte in
            var scalar = byte
            switch byte {
            case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: break
            default:
                scalar = next
                next += 1
            }
            return String(Unicode.Scalar(scalar) ?? "\u{FFFD}")
        }
    }
}
