#include "tscope_grammar.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef bool (*Scan)(void *, TScopeLexer *, const bool *);

typedef struct {
    TScopeGrammar copy;
    Scan scan;
} Guarded;

/* What the thread is parsing. */
static _Thread_local struct {
    Scan scan;
    const uint8_t *text;
    uint32_t length;
    uint32_t (*get_column)(TScopeLexer *);
} now;

/* The characters after the text's last line break, as the runtime counts them. */
static uint32_t column_at_end(void)
{
    uint32_t column = 0;
    for (uint32_t place = now.length; place > 0 && now.text[place - 1] != '\n'; place--) {
        bool continues = (now.text[place - 1] & 0xC0) == 0x80;
        if (!continues) column += 1;
    }
    return column;
}

static uint32_t guarded_column(TScopeLexer *lexer)
{
    return lexer->eof(lexer) ? column_at_end() : now.get_column(lexer);
}

static bool guarded_scan(void *payload, TScopeLexer *lexer, const bool *valid)
{
    now.get_column = lexer->get_column;
    lexer->get_column = guarded_column;
    bool found = now.scan(payload, lexer, valid);
    lexer->get_column = now.get_column;
    return found;
}

const void *tscope_guarded_grammar(const void *grammar, uint32_t newest_interface)
{
    const TScopeGrammar *plain = grammar;
    bool is_known = newest_interface <= 14 && (plain->version == 13 || plain->version == 14);
    if (!is_known || plain->external_token_count == 0 || !plain->scanner.scan) return grammar;
    Guarded *guarded = calloc(1, sizeof *guarded);
    if (!guarded) return NULL;
    memcpy(&guarded->copy, plain,
        plain->version == 13 ? offsetof(TScopeGrammar, primary_state_ids) : sizeof *plain);
    guarded->scan = plain->scanner.scan;
    guarded->copy.scanner.scan = guarded_scan;
    return guarded;
}

void tscope_will_parse(const void *grammar, const void *text, uint32_t length)
{
    const TScopeGrammar *plain = grammar;
    bool is_guarded = plain->scanner.scan == guarded_scan;
    now.scan = is_guarded ? ((const Guarded *)grammar)->scan : NULL;
    now.text = text;
    now.length = length;
}
