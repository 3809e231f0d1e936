#!/usr/bin/env python3
"""Turns a model folder (config.json, model.safetensors) into a GGUF fixture.

    convert.py FOLDER OUTPUT.gguf [OPTION ...]

OUTPUT.golden.json names the folder, whose golden data are those of the file too.

Keys and tensors are those that llama.cpp's converter writes for the architecture; tensor names come
from the gguf package's own table. Numbers stay exact: a matrix is stored as F16, or as BF16, where
that loses nothing, and as F32 otherwise. Needs numpy and gguf.

Options, for what the format has in several forms or that a small model needs:
    windows    write the window where llama.cpp's converter leaves it out (llama, starcoder2)
    unstacked  each expert's matrices apart, as before April 2024
    joint      DeepSeek's expansion of keys and values as one matrix, as before April 2025
"""

import json
import math
import struct
import sys
from pathlib import Path

import gguf
import numpy as np

ARCHITECTURES = {
    "bloom": "bloom", "cohere": "command-r", "cohere2": "cohere2", "deepseek_v2": "deepseek2",
    "falcon": "falcon", "gemma": "gemma", "gemma2": "gemma2", "gemma3_text": "gemma3",
    "gpt_bigcode": "starcoder", "gpt_neox": "gptneox", "granite": "granite",
    "llama": "llama", "mistral": "llama", "mixtral": "llama", "mpt": "mpt", "olmo": "olmo",
    "olmo2": "olmo2", "phi": "phi2", "phi3": "phi3", "qwen2": "qwen2", "qwen2_moe": "qwen2moe",
    "qwen3": "qwen3", "qwen3_moe": "qwen3moe", "smollm3": "smollm3", "stablelm": "stablelm",
    "starcoder2": "starcoder2",
}


def read_safetensors(path):
    data = path.read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    body = data[8 + size:]
    tensors = {}
    for name, entry in json.loads(data[8:8 + size]).items():
        if name == "__metadata__":
            continue
        raw = body[slice(*entry["data_offsets"])]
        if entry["dtype"] == "BF16":
            values = (np.frombuffer(raw, "<u2").astype("<u4") << 16).view("<f4")
        else:
            values = np.frombuffer(raw, {"F32": "<f4", "F16": "<f2", "I64": "<i8"}[entry["dtype"]])
        if entry["dtype"] != "I64":
            values = values.astype(np.float32)
        tensors[name] = values.reshape(entry["shape"])
    return tensors


class Converter:
    def __init__(self, folder, options):
        self.config = json.loads((folder / "config.json").read_text())
        self.tensors = read_safetensors(folder / "model.safetensors")
        self.options = options
        self.family = self.config["model_type"]
        self.name = ARCHITECTURES[self.family]
        self.heads = self.get("num_attention_heads", "n_head", "n_heads")
        self.groups = self.get("num_key_value_heads", default=self.heads)
        self.hidden = self.get("hidden_size", "n_embed", "n_embd", "d_model")
        self.layers = self.get("num_hidden_layers", "n_layer", "n_layers")
        self.width = self.get("head_dim", default=self.hidden // self.heads)
        rope = self.config.get("rope_parameters") or self.config.get("rope_scaling") or {}
        self.rope = rope.get("full_attention", rope)
        self.keys = {}

    def get(self, *names, default=None):
        return next((self.config[n] for n in names if self.config.get(n) is not None), default)

    def key(self, name, value):
        if value is not None:
            self.keys[name] = value

    def metadata(self):
        feed_forward = self.get("intermediate_size", "n_inner", "ffn_hidden_size",
                                default=4 * self.hidden)
        self.key("block_count", self.layers)
        self.key("context_length", self.get("max_position_embeddings", "n_positions", "seq_length",
                                            "max_seq_len", default=2048))
        self.key("embedding_length", self.hidden)
        self.key("feed_forward_length", feed_forward)
        self.key("attention.head_count", self.heads)
        self.key("attention.head_count_kv", self.groups)
        norm = self.get("rms_norm_eps")
        self.key("attention.layer_norm_rms_epsilon", norm and float(norm))
        norm = self.get("layer_norm_eps", "layer_norm_epsilon", "norm_epsilon")
        self.key("attention.layer_norm_epsilon", norm and float(norm))
        if self.get("head_dim") and self.name != "granite":
            self.key("attention.key_length", self.width)
            self.key("attention.value_length", self.width)
        self.key("vocab_size", self.config["vocab_size"])
        base = self.get("rope_theta", "rotary_emb_base", default=self.rope.get("rope_theta"))
        if self.name not in ("starcoder", "bloom", "mpt"):
            self.key("rope.freq_base", base and float(base))
        self.scaling()
        getattr(self, "metadata_" + self.name.replace("-", "_"), lambda: None)()

    def scaling(self):
        kind = self.rope.get("rope_type", self.rope.get("type"))
        if kind in ("linear", "yarn"):
            self.key("rope.scaling.type", kind)
            self.key("rope.scaling.factor", float(self.rope["factor"]))
        if kind == "yarn":
            self.key("rope.scaling.original_context_length",
                     self.rope["original_max_position_embeddings"])
            for name in ("beta_fast", "beta_slow"):
                self.key("rope.scaling.yarn_" + name, float(self.rope[name]))
        assert kind != "llama3", "the fixtures have such a file already"

    def rotated_part(self):
        part = self.get("rotary_pct", "partial_rotary_factor",
                        default=self.rope.get("partial_rotary_factor", 1))
        self.key("rope.dimension_count", int(part * self.width))

    def window(self, pattern=None):
        self.key("attention.sliding_window", self.get("sliding_window", default=0))
        kinds = self.get("layer_types")
        if kinds and kinds != [
                "full_attention" if pattern and (i + 1) % pattern == 0 else "sliding_attention"
                for i in range(self.layers)]:
            self.key("attention.sliding_window_pattern", [k == "sliding_attention" for k in kinds])

    def experts(self):
        self.key("expert_count", self.get("num_local_experts", "num_experts", "n_routed_experts"))
        self.key("expert_used_count", self.get("num_experts_per_tok"))

    def metadata_llama(self):
        self.key("rope.dimension_count", self.width)
        self.experts()
        self.metadata_starcoder2()

    def metadata_granite(self):
        self.key("rope.dimension_count", self.width)
        for key, name in (("attention.scale", "attention_multiplier"),
                          ("logit_scale", "logits_scaling"),
                          ("embedding_scale", "embedding_multiplier"),
                          ("residual_scale", "residual_multiplier")):
            self.key(key, float(self.config[name]))

    def metadata_smollm3(self):
        self.key("rope.dimension_count", self.width)
        self.spread(4, self.config["no_rope_layers"])

    def metadata_olmo(self):
        self.key("attention.layer_norm_epsilon", 1e-5)
        self.key("attention.clamp_kqv", self.get("clip_qkv"))

    def metadata_mpt(self):
        attention = self.config["attn_config"]
        self.key("feed_forward_length", 4 * self.hidden)
        self.key("attention.clamp_kqv", attention["clip_qkv"])
        self.key("attention.max_alibi_bias", float(attention["alibi_bias_max"]))

    def metadata_bloom(self):
        assert not self.config["apply_residual_connection_post_layernorm"]

    def metadata_falcon(self):
        assert self.config["parallel_attn"] and not self.config["alibi"]
        self.key("tensor_data_layout", "jploski")
        self.groups = self.config["num_kv_heads"] if self.config["new_decoder_architecture"] else 1
        self.key("attention.head_count_kv", self.groups)

    def metadata_starcoder(self):
        self.groups = 1 if self.config["multi_query"] else self.heads
        self.key("attention.head_count_kv", self.groups)

    def metadata_starcoder2(self):
        if "windows" in self.options and self.get("sliding_window"):
            self.window()

    def metadata_gptneox(self):
        self.rotated_part()
        self.key("use_parallel_residual", self.config["use_parallel_residual"])

    metadata_stablelm = metadata_gptneox
    metadata_phi2 = rotated_part

    def metadata_phi3(self):
        original = self.config["original_max_position_embeddings"]
        self.rotated_part()
        self.key("rope.scaling.original_context_length", original)
        self.window()
        if self.rope.get("long_factor"):
            stretch = self.config["max_position_embeddings"] / original
            factor = math.sqrt(1 + math.log(stretch) / math.log(original)) if stretch > 1 else 1.0
            self.key("rope.scaling.attn_factor", factor)
            for name in ("long", "short"):
                self.tensors[f"rope_factors_{name}.weight"] = np.array(
                    self.rope[name + "_factor"], np.float32)

    def metadata_gemma2(self):
        self.key("attn_logit_softcapping", float(self.config["attn_logit_softcapping"]))
        self.key("final_logit_softcapping", float(self.config["final_logit_softcapping"]))
        self.window(2)
        self.query_scale()

    def metadata_gemma3(self):
        self.window(6)
        self.key("rope.freq_base_swa", self.get("rope_local_base_freq"))
        self.query_scale()

    def query_scale(self):
        self.key("attention.scale", self.config["query_pre_attn_scalar"] ** -0.5)

    def metadata_command_r(self):
        self.key("logit_scale", float(self.config["logit_scale"]))
        self.key("rope.scaling.type", "none")

    def metadata_cohere2(self):
        self.key("logit_scale", float(self.config["logit_scale"]))
        self.key("rope.dimension_count", self.width)
        self.key("rope.scaling.type", "none")
        self.window(4)

    def metadata_qwen2moe(self):
        self.experts()
        self.key("expert_feed_forward_length", self.get("moe_intermediate_size"))
        self.key("expert_shared_feed_forward_length", self.get("shared_expert_intermediate_size"))
        self.key("expert_weights_norm", self.config["norm_topk_prob"] or None)

    def metadata_qwen3moe(self):
        self.experts()
        self.key("expert_feed_forward_length", self.get("moe_intermediate_size"))

    def metadata_deepseek2(self):
        rotated, plain = self.config["qk_rope_head_dim"], self.config["qk_nope_head_dim"]
        values, rank = self.config["v_head_dim"], self.config["kv_lora_rank"]
        self.experts()
        self.key("leading_dense_block_count", self.config["first_k_dense_replace"])
        self.key("attention.q_lora_rank", self.get("q_lora_rank"))
        self.key("attention.kv_lora_rank", rank)
        self.key("rope.dimension_count", rotated)
        self.key("expert_feed_forward_length", self.config["moe_intermediate_size"])
        self.key("expert_shared_count", self.config["n_shared_experts"])
        self.key("expert_weights_scale", float(self.config["routed_scaling_factor"]))
        if self.rope.get("mscale_all_dim"):
            self.key("rope.scaling.yarn_log_multiplier", 0.1 * self.rope["mscale_all_dim"])
        if "joint" in self.options:
            self.key("attention.key_length", plain + rotated)
            self.key("attention.value_length", values)
            return
        self.key("attention.head_count_kv", 1)
        self.key("attention.key_length", rank + rotated)
        self.key("attention.value_length", rank)
        self.key("attention.key_length_mla", plain + rotated)
        self.key("attention.value_length_mla", values)

    def spread(self, interval, kinds):
        """Puts layers that add nothing between, so that each layer stands where its kind does."""
        places, place = [], 0
        for kind in kinds:
            while ((place + 1) % interval != 0) != bool(kind):
                place += 1
            places.append(place)
            place += 1
        layer = {n: v for n, v in self.tensors.items() if ".layers.0." in n}
        moved = {n: v for n, v in self.tensors.items() if ".layers." not in n}
        for place in range(places[-1] + 1):
            old = places.index(place) if place in places else None
            for name, values in layer.items():
                if old is not None:
                    values = self.tensors[name.replace(".layers.0.", f".layers.{old}.")]
                elif "o_proj" in name or "down_proj" in name:
                    values = np.zeros_like(values)
                moved[name.replace(".layers.0.", f".layers.{place}.")] = values
        self.tensors, self.layers = moved, places[-1] + 1
        self.key("block_count", self.layers)

    def converted(self):
        enum = {v: k for k, v in gguf.MODEL_ARCH_NAMES.items()}[self.name]
        table = gguf.get_tensor_name_map(enum, self.layers)
        # Architectures of experts alone have no names for a layer without them.
        dense = gguf.get_tensor_name_map(gguf.MODEL_ARCH.QWEN3, self.layers)
        result, experts = {}, {}
        for name, values in self.tensors.items():
            if name.endswith((".attention.bias", ".masked_bias", ".inv_freq", ".attn.bias")):
                continue
            if name.startswith("rope_"):
                result[name] = values
                continue
            if name == "lm_head.weight" and self.config.get("tie_word_embeddings"):
                continue
            for new, values in self.modified(name, values, experts):
                stem, _, ending = new.rpartition(".")
                mapped = table.get_name(stem) or dense.get_name(stem)
                assert mapped, f"{new} has no name in {self.name}"
                result[f"{mapped}.{ending}"] = values
        for name, parts in experts.items():
            stem, _, _ = name.rpartition(".")
            base = table.get_name(stem)
            if "unstacked" in self.options:
                for index, values in parts.items():
                    result[base.replace("_exps", f".{index}") + ".weight"] = values
            else:
                result[base + ".weight"] = np.stack([parts[i] for i in sorted(parts)])
        return result

    def modified(self, name, values, experts):
        permuted = {"llama", "granite", "smollm3", "olmo"}
        if self.name == "bloom":
            name = name.removeprefix("transformer.")
        if "query_key_value" in name or "c_attn" in name and not self.config["multi_query"]:
            values = self.sorted_by_part(values)
        elif self.name in permuted and ".q_proj." in name:
            values = self.permute(values, self.heads)
        elif self.name in permuted and ".k_proj." in name:
            values = self.permute(values, self.groups)
        elif self.name.startswith("gemma") and name.endswith("norm.weight"):
            values = values + np.float32(1)
        elif "layernorm.norms." in name:
            stem, _, index = name.removesuffix(".weight").rpartition(".norms.")
            if index != "0":
                return []
            count = self.heads if ".q_" in stem else self.groups
            values = np.stack([self.tensors[f"{stem}.norms.{i}.weight"] for i in range(count)])
            name = stem + ".weight"
        elif self.name == "command-r" and name.endswith(("q_norm.weight", "k_norm.weight")):
            values = values.reshape(-1, self.width)
        elif "kv_b_proj" in name and "joint" not in self.options:
            plain = self.config["qk_nope_head_dim"]
            values = values.reshape(self.heads, plain + self.config["v_head_dim"], -1)
            return [(name.replace("kv_b", "k_b"), values[:, :plain].transpose(0, 2, 1).copy()),
                    (name.replace("kv_b", "v_b"), values[:, plain:].copy())]
        elif ".experts." in name:
            before, _, after = name.partition(".experts.")
            index, _, role = after.partition(".")
            if self.family == "mixtral":
                before = before.replace("block_sparse_moe", "feed_forward").replace("model.", "")
            experts.setdefault(f"{before}.experts.{role}", {})[int(index)] = values
            return []
        return [(name, values)]

    def permute(self, values, heads):
        """Brings the halves of each head's rows together, pair by pair."""
        return (values.reshape(heads, 2, -1, *values.shape[1:]).swapaxes(1, 2)
                .reshape(values.shape))

    def sorted_by_part(self, values):
        """All queries, all keys, all values, from each group's queries, key and value."""
        runs = values.reshape(self.groups, self.heads // self.groups + 2, self.width,
                              *values.shape[1:])
        parts = (runs[:, :-2], runs[:, -2:-1], runs[:, -1:])
        return np.concatenate([p.reshape(-1, *values.shape[1:]) for p in parts])

    def write(self, path):
        self.metadata()
        tensors = self.converted()
        writer = gguf.GGUFWriter(path, self.name)
        for name, value in self.keys.items():
            key = f"{self.name}.{name}"
            kinds = {bool: writer.add_bool, int: writer.add_uint32, float: writer.add_float32,
                     str: writer.add_string, list: writer.add_array}
            kinds[type(value)](key, value)
        writer.add_tokenizer_model("no_vocab")
        for name, values in tensors.items():
            self.add(writer, name, values)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()

    def add(self, writer, name, values):
        values = np.ascontiguousarray(values, np.float32)
        half = values.astype(np.float16)
        words = values.view(np.uint32)
        always = values.ndim == 1 or "norm" in name or "ffn_gate_inp" in name
        if not always and np.array_equal(half.astype(np.float32), values):
            writer.add_tensor(name, half)
        elif not always and not np.any(words & 0xFFFF):
            shorts = (words >> 16).astype("<u2")
            raw = shorts.reshape(*values.shape[:-1], -1).view(np.uint8)
            writer.add_tensor(name, raw, raw_shape=raw.shape,
                              raw_dtype=gguf.GGMLQuantizationType.BF16)
        else:
            writer.add_tensor(name, values)


def main(folder, output, *options):
    folder, output = Path(folder), Path(output)
    converter = Converter(folder, set(options))
    converter.write(output)
    document = {"file": output.name, "architecture": converter.name,
                "model": "models/" + folder.name, "options": sorted(options)}
    output.with_suffix(".golden.json").write_text(json.dumps(document) + "\n")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
