internal import ScopeFiles

/// Fields of `config.json` that do not change a logit, in any family.
///
/// They steer training, generation defaults, file handling or other tasks. Anything that is in
/// neither of these lists nor understood by the family is refused by name.
enum FieldsWithoutEffect {
    static let names: Set<String> = [
        // Book-keeping
        "_name_or_path", "architectures", "auto_map", "dtype", "finetuning_task", "model_type",
        "name_or_path", "tokenizer_class", "torch_dtype", "transformers_version",
        "_attn_implementation", "_attn_implementation_autoset", "attn_implementation",
        "use_flash_attn", "use_bfloat16",
        // Training
        "attention_dropout", "attn_pdrop", "classifier_dropout", "embd_pdrop",
        "gradient_checkpointing", "hidden_dropout", "initializer_range", "resid_pdrop",
        "tf_legacy_loss",
        // Sums that are split over devices and joined again
        "pretraining_tp",
        // Special ids, read elsewhere, and padding, which does not exist here
        "bos_token_id", "eos_token_id", "pad_token_id", "sep_token_id", "decoder_start_token_id",
        "unk_token_id",
        // What is returned, not what is computed
        "output_attentions", "output_hidden_states", "return_dict", "return_dict_in_generate",
        "output_scores", "use_cache", "torchscript", "chunk_size_feed_forward",
        // Defaults for generation: none is applied unless a named option asks
        "bad_words_ids", "begin_suppress_tokens", "diversity_penalty", "do_sample",
        "early_stopping", "encoder_no_repeat_ngram_size", "exponential_decay_length_penalty",
        "forced_bos_token_id", "forced_eos_token_id", "length_penalty", "max_length",
        "max_new_tokens", "min_length", "no_repeat_ngram_size", "num_beam_groups", "num_beams",
        "num_return_sequences", "prefix", "remove_invalid_values", "repetition_penalty",
        "suppress_tokens", "task_specific_params", "temperature", "top_k", "top_p", "typical_p",
        // Classification heads, which a causal model does not have
        "id2label", "label2id", "num_labels", "problem_type",
    ]

    /// Fields that change the result unless they have one of these values.
    static let neutralValues: [String: Set<String>] = [
        "cross_attention_hidden_size": ["null"],
        "is_decoder": ["true", "false"],
        "is_encoder_decoder": ["false"],
        "pruned_heads": ["{}", "null"],
        "quantization_config": ["null"],
        "tie_encoder_decoder": ["false"],
    ]

    /// Refuses a field that nobody understands and that may change the result.
    static func checkNeutral(
        _ name: String, _ value: JSONValue, modelType: String
    ) throws(FileError) {
        guard let neutral = neutralValues[name] else {
            throw value.unsupported(
                "is not understood for model_type \"\(modelType)\" and could change the result")
        }
        guard neutral.contains(value.lexeme) else {
            throw value.unsupported("\(value.brief) is not supported")
        }
    }
}
