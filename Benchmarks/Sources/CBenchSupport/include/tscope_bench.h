#ifndef TSCOPE_BENCH_H
#define TSCOPE_BENCH_H

#include <stddef.h>
#include <stdint.h>

/// Seconds of CPU time that the process has used, all its threads together.
double tscope_bench_cpu_seconds(void);

/// Seconds of a clock that never goes back.
double tscope_bench_wall_seconds(void);

/// The most memory that the process has had resident, in bytes; 0 if the system does not say.
uint64_t tscope_bench_peak_resident_bytes(void);

/// Bytes per second of reading `byte_count` bytes of main memory in one forward stream, the best
/// of `passes`; in huge pages if asked for and to be had. 0 if there is not that much memory.
/// The clock is CPU time if `cpu_clock` is not 0.
double tscope_bench_read_bandwidth(size_t byte_count, int huge_pages, int passes, int cpu_clock);

/// Tells OpenBLAS how many threads to use: the benchmark is its host.
void tscope_bench_set_blas_threads(int count);

/// Sends what was printed on its way.
void tscope_bench_flush(void);

#endif
