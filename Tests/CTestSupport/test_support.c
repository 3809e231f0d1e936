#include "test_support.h"

#include <sys/time.h>

void test_end_after(int seconds)
{
    struct itimerval timer = {.it_value = {.tv_sec = seconds}};
    setitimer(ITIMER_PROF, &timer, 0);
}

#ifdef __GLIBC__
#include <malloc.h>

void test_use_one_arena(void) { mallopt(M_ARENA_MAX, 1); }

void test_trim_heap(void) { malloc_trim(0); }

size_t test_live_heap(void)
{
    struct mallinfo2 figures = mallinfo2();
    return figures.uordblks + figures.hblkhd;
}
#else
void test_use_one_arena(void) {}

void test_trim_heap(void) {}

size_t test_live_heap(void) { return 0; }
#endif
