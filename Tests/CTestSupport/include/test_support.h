/* What the C library knows of the heap, 0 where it has no such figures, and of time; for tests. */
#ifndef TEST_SUPPORT_H
#define TEST_SUPPORT_H

#include <stddef.h>

/* One arena for all threads, so that the figures are of all of them. */
void test_use_one_arena(void);
/* Gives free memory back to the system. */
void test_trim_heap(void);
/* Bytes that are in use. */
size_t test_live_heap(void);

/* Ends the process by a signal once it has computed for so long. */
void test_end_after(int seconds);

#endif
