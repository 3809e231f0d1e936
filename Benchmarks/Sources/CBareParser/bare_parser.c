#include "bare_parser.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <tree_sitter/api.h>

struct bare_parser {
    TSParser *parser;
    TSTree *tree;
    char *text;
    size_t count, capacity;
    TSPoint end;
};

bare_parser *bare_parser_new(const char *library, const char *symbol) {
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (!handle) return NULL;
    const TSLanguage *(*grammar)(void) = (const TSLanguage *(*)(void))dlsym(handle, symbol);
    if (!grammar) return NULL;
    bare_parser *self = calloc(1, sizeof *self);
    self->parser = ts_parser_new();
    if (!ts_parser_set_language(self->parser, grammar())) {
        bare_parser_delete(self);
        return NULL;
    }
    return self;
}

void bare_parser_delete(bare_parser *self) {
    if (self->tree) ts_tree_delete(self->tree);
    ts_parser_delete(self->parser);
    free(self->text);
    free(self);
}

void bare_parser_append(bare_parser *self, const char *bytes, size_t count) {
    if (self->count + count > self->capacity) {
        self->capacity = (self->count + count) * 2;
        self->text = realloc(self->text, self->capacity);
    }
    memcpy(self->text + self->count, bytes, count);
    TSInputEdit edit = {0};
    edit.start_byte = edit.old_end_byte = (uint32_t)self->count;
    edit.new_end_byte = (uint32_t)(self->count + count);
    edit.start_point = edit.old_end_point = self->end;
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] == '\n') {
            self->end.row++;
            self->end.column = 0;
        } else {
            self->end.column++;
        }
    }
    edit.new_end_point = self->end;
    self->count += count;
    if (self->tree) ts_tree_edit(self->tree, &edit);
    TSTree *tree =
        ts_parser_parse_string(self->parser, self->tree, self->text, (uint32_t)self->count);
    if (self->tree) ts_tree_delete(self->tree);
    self->tree = tree;
}
