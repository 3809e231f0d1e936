/* A grammar for tests: a text is one word, whose scanner counts columns itself and asks the runtime for
 * each, twice at the end. Where they differ there is no word. */
#ifndef TEST_GRAMMAR_H
#define TEST_GRAMMAR_H

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

const void *test_column_grammar(void);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
