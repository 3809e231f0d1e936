#include "test_grammar.h"
#include "tscope_grammar.h"

#include <stddef.h>

/* The symbols: the end, the word that the scanner finds, and the root. */
enum { END, WORD, ROOT, SYMBOLS };

/* The states: where all is lost, before the word, after it, and after the root. */
enum { LOST, START, READ, DONE, STATES };

typedef union {
    struct {
        uint8_t count;
        bool is_reusable;
    } entry;
    struct {
        uint8_t kind;
        uint16_t state;
    } shift;
    struct {
        uint8_t kind;
        uint8_t child_count;
        uint16_t symbol;
        int16_t precedence;
        uint16_t production;
    } reduce;
} Action;

enum { SHIFT, REDUCE, ACCEPT, RECOVER };

/* Each after its entry; the first entry has none. */
static const Action actions[] = {
    {.entry = {0}},
    {.entry = {1, false}}, {.shift = {.kind = RECOVER}},
    {.entry = {1, true}}, {.shift = {.kind = SHIFT, .state = READ}},
    {.entry = {1, true}}, {.reduce = {.kind = REDUCE, .child_count = 1, .symbol = ROOT}},
    {.entry = {1, true}}, {.shift = {.kind = ACCEPT}},
};

/* For tokens the place of an entry, for the root the state that follows. */
static const uint16_t parse_table[STATES][SYMBOLS] = {
    [LOST] = {[END] = 1, [WORD] = 1},
    [START] = {[WORD] = 3, [ROOT] = DONE},
    [READ] = {[END] = 5},
    [DONE] = {[END] = 7},
};

static const struct {
    uint16_t lex_state, scanner_state;
} lex_modes[STATES] = {[LOST] = {0, 1}, [START] = {0, 1}};

static const char *const names[SYMBOLS] = {"end", "word", "text"};
static const struct {
    bool is_visible, is_named, is_supertype;
} facts[SYMBOLS] = {{false, true, false}, {true, true, false}, {true, true, false}};
static const uint16_t symbols[SYMBOLS] = {END, WORD, ROOT};
static const uint16_t states[STATES] = {LOST, START, READ, DONE};
static const uint16_t none[4] = {0};
static const bool valid_in[2][1] = {{false}, {true}};
static const uint16_t scanned[1] = {WORD};

static bool lex(TScopeLexer *lexer, uint16_t state)
{
    (void)state;
    if (!lexer->eof(lexer)) return false;
    lexer->result_symbol = END;
    lexer->mark_end(lexer);
    return true;
}

static bool scan(void *payload, TScopeLexer *lexer, const bool *valid)
{
    (void)payload;
    if (!valid[0] || lexer->eof(lexer)) return false;
    uint32_t column = 0;
    while (!lexer->eof(lexer)) {
        if (lexer->get_column(lexer) != column) return false;
        column = lexer->lookahead == '\n' ? 0 : column + 1;
        lexer->advance(lexer, false);
    }
    for (int turn = 0; turn < 2; turn++)
        if (lexer->get_column(lexer) != column) return false;
    lexer->mark_end(lexer);
    lexer->result_symbol = 0;
    return true;
}

static void *create(void) { return NULL; }
static void destroy(void *payload) { (void)payload; }

static unsigned serialize(void *payload, char *buffer)
{
    (void)payload, (void)buffer;
    return 0;
}

static void deserialize(void *payload, const char *buffer, unsigned length)
{
    (void)payload, (void)buffer, (void)length;
}

static const TScopeGrammar grammar = {
    .version = 14,
    .symbol_count = SYMBOLS,
    .token_count = 2,
    .external_token_count = 1,
    .state_count = STATES,
    .large_state_count = STATES,
    .production_id_count = 1,
    .max_alias_sequence_length = 1,
    .tables = {parse_table, NULL, NULL, actions, names, NULL, NULL, NULL, facts, symbols, none, none,
        lex_modes},
    .lex = lex,
    .scanner = {valid_in[0], scanned, create, destroy, scan, serialize, deserialize},
    .primary_state_ids = states,
};

const void *test_column_grammar(void) { return &grammar; }
