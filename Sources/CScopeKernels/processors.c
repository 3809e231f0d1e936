/* The system's word on processors. */
#if defined(__linux__)
#define _GNU_SOURCE
#include <sched.h>
#endif

#include "tscope_processors.h"

#include <unistd.h>

int tscope_processor_count(void)
{
#if defined(__linux__)
    /* Fails on machines with more processors than the set can name: then all are counted. */
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
#endif
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (int)count : 1;
}
