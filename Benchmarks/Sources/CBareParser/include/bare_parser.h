/* tree-sitter and nothing else: what a parser that grows with a text costs at least. */
#ifndef BARE_PARSER_H
#define BARE_PARSER_H

#include <stddef.h>

typedef struct bare_parser bare_parser;

/* A parser by the grammar that a library's function returns; NULL where there is none. */
bare_parser *bare_parser_new(const char *library, const char *symbol);
void bare_parser_delete(bare_parser *self);

/* Appends bytes and parses what changed. */
void bare_parser_append(bare_parser *self, const char *bytes, size_t count);

#endif
