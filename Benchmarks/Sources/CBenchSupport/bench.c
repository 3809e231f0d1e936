#define _GNU_SOURCE
#include "tscope_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

static double seconds(clockid_t clock) {
    struct timespec time;
    if (clock_gettime(clock, &time) != 0) return 0;
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

double tscope_bench_cpu_seconds(void) { return seconds(CLOCK_PROCESS_CPUTIME_ID); }

double tscope_bench_wall_seconds(void) { return seconds(CLOCK_MONOTONIC); }

uint64_t tscope_bench_peak_resident_bytes(void) {
#if defined(__linux__)
    // What getrusage says outlives exec, so a small program started by a large one looks large.
    FILE *status = fopen("/proc/self/status", "r");
    if (status == NULL) return 0;
    char line[256];
    unsigned long long kibibytes = 0;
    while (fgets(line, sizeof line, status) != NULL) {
        if (sscanf(line, "VmHWM: %llu kB", &kibibytes) == 1) break;
    }
    fclose(status);
    return kibibytes * 1024;
#else
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (uint64_t)usage.ru_maxrss : 0;
#endif
}

// Several sums in flight, so that the stream waits for memory and not for additions.
typedef uint64_t vector __attribute__((vector_size(64)));

static uint64_t read_once(const vector *memory, size_t count) {
    vector a = {0}, b = {0}, c = {0}, d = {0};
    for (size_t i = 0; i + 4 <= count; i += 4) {
        a += memory[i];
        b += memory[i + 1];
        c += memory[i + 2];
        d += memory[i + 3];
    }
    a = (a + b) + (c + d);
    uint64_t sum = 0;
    for (size_t i = 0; i < 8; i++) sum += a[i];
    return sum;
}

static volatile uint64_t sink;

double tscope_bench_read_bandwidth(size_t byte_count, int huge_pages, int passes, int cpu_clock) {
    const size_t huge_page = (size_t)2 << 20;
    byte_count = (byte_count + huge_page - 1) / huge_page * huge_page;
    void *memory = NULL;
    if (posix_memalign(&memory, huge_page, byte_count) != 0) return 0;
#if defined(__linux__)
    if (madvise(memory, byte_count, huge_pages ? MADV_HUGEPAGE : MADV_NOHUGEPAGE) != 0
        && huge_pages) {
        free(memory);
        return 0;
    }
#else
    (void)huge_pages;
#endif
    memset(memory, 1, byte_count);
    const clockid_t clock = cpu_clock ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC;
    double best = 0;
    for (int pass = 0; pass < passes; pass++) {
        const double start = seconds(clock);
        sink = read_once(memory, byte_count / sizeof(vector));
        const double taken = seconds(clock) - start;
        if (taken > 0 && (double)byte_count / taken > best) best = (double)byte_count / taken;
    }
    free(memory);
    return best;
}

// Of the library that the package links.
extern void openblas_set_num_threads(int count);

void tscope_bench_set_blas_threads(int count) { openblas_set_num_threads(count); }

void tscope_bench_flush(void) { fflush(stdout); }
