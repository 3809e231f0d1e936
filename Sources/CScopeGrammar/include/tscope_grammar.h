/* A guard around the scanners of tree-sitter grammars.
 *
 * A scanner may ask the runtime for the column. Runtimes such as 0.20.7 answer wrongly where the text has
 * ended: they leave the end, and read through a null pointer when they are asked again
 * (github.com/tree-sitter/tree-sitter/issues/2563; 0.24.2 still left the end, issue 3763). A guarded grammar
 * gets its answer there from the text itself. */
#ifndef TSCOPE_GRAMMAR_H
#define TSCOPE_GRAMMAR_H

#include <stdbool.h>
#include <stdint.h>

/* What a scanner sees of a text, as grammars of the binary interfaces 13 and 14 are compiled for it. */
typedef struct TScopeLexer {
    int32_t lookahead;
    uint16_t result_symbol;
    void (*advance)(struct TScopeLexer *, bool);
    void (*mark_end)(struct TScopeLexer *);
    uint32_t (*get_column)(struct TScopeLexer *);
    bool (*is_at_included_range_start)(const struct TScopeLexer *);
    bool (*eof)(const struct TScopeLexer *);
} TScopeLexer;

/* A grammar of the binary interfaces 13 and 14; the last field is there since 14. */
typedef struct {
    uint32_t version;
    uint32_t symbol_count;
    uint32_t alias_count;
    uint32_t token_count;
    uint32_t external_token_count;
    uint32_t state_count;
    uint32_t large_state_count;
    uint32_t production_id_count;
    uint32_t field_count;
    uint16_t max_alias_sequence_length;
    const void *tables[13];
    bool (*lex)(TScopeLexer *, uint16_t);
    bool (*lex_keyword)(TScopeLexer *, uint16_t);
    uint16_t keyword_capture_token;
    struct {
        const bool *states;
        const uint16_t *symbol_map;
        void *(*create)(void);
        void (*destroy)(void *);
        bool (*scan)(void *, TScopeLexer *, const bool *);
        unsigned (*serialize)(void *, char *);
        void (*deserialize)(void *, const char *, unsigned);
    } scanner;
    const uint16_t *primary_state_ids;
} TScopeGrammar;

/* A copy of a grammar that is guarded, for the life of the process; the grammar itself where there is
 * nothing to guard, and null where memory has run out. A runtime that knows an interface after 14 has the
 * mistake mended. */
const void *tscope_guarded_grammar(const void *grammar, uint32_t newest_interface);

/* Says what the thread parses next, and by which grammar; the text has to stay until it is parsed. */
void tscope_will_parse(const void *grammar, const void *text, uint32_t length);

#endif
