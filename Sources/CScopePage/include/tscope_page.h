#ifndef TSCOPE_PAGE_H
#define TSCOPE_PAGE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// One file of the page: constant memory that lives as long as the process.
typedef struct {
    /// The file's name, NUL-terminated.
    const char *name;
    /// The file's bytes, UTF-8.
    const unsigned char *bytes;
    /// How many bytes there are.
    size_t length;
} tscope_page_file;

/// How many files the page has.
size_t tscope_page_file_count(void);

/// The file at `index`, which must be smaller than the count. Scripts stand in an order in which none
/// imports one that comes later.
tscope_page_file tscope_page_file_at(size_t index);

#ifdef __cplusplus
}
#endif

#endif
