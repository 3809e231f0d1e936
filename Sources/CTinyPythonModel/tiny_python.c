#include "tscope_tiny_python.h"

// The model's files, taken in by the compiler: no resource bundle, no path at run time, nothing
// to do at start-up. The constants lie in the binary's read-only pages, which the kernel maps and
// shares like those of a memory-mapped file.
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wc23-extensions"
#endif

static const unsigned char config[] = {
#embed "model/config.json"
};

static const unsigned char generation_config[] = {
#embed "model/generation_config.json"
};

// Tensor data inside the file is aligned to its element width relative to the file's start, so the
// start itself must be aligned for weights to be read in place.
_Alignas(64) static const unsigned char weights[] = {
#embed "model/model.safetensors"
};

static const unsigned char special_tokens_map[] = {
#embed "model/special_tokens_map.json"
};

static const unsigned char tokenizer[] = {
#embed "model/tokenizer.json"
};

static const unsigned char tokenizer_config[] = {
#embed "model/tokenizer_config.json"
};

static const tscope_tiny_python_file files[] = {
    {"config.json", config, sizeof config},
    {"generation_config.json", generation_config, sizeof generation_config},
    {"model.safetensors", weights, sizeof weights},
    {"special_tokens_map.json", special_tokens_map, sizeof special_tokens_map},
    {"tokenizer.json", tokenizer, sizeof tokenizer},
    {"tokenizer_config.json", tokenizer_config, sizeof tokenizer_config},
};

size_t tscope_tiny_python_file_count(void) {
    return sizeof files / sizeof files[0];
}

tscope_tiny_python_file tscope_tiny_python_file_at(size_t index) {
    return files[index];
}
