#ifndef TSCOPE_TINY_PYTHON_H
#define TSCOPE_TINY_PYTHON_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// One file of the embedded model: constant memory that lives as long as the process.
typedef struct {
    /// The file's name in the model folder, NUL-terminated.
    const char *name;
    /// The file's bytes; those of `model.safetensors` start at a multiple of 64.
    const unsigned char *bytes;
    /// How many bytes there are.
    size_t length;
} tscope_tiny_python_file;

/// How many files the embedded model has.
size_t tscope_tiny_python_file_count(void);

/// The file at `index`, which must be smaller than the count; the order is by name.
tscope_tiny_python_file tscope_tiny_python_file_at(size_t index);

#ifdef __cplusplus
}
#endif

#endif
