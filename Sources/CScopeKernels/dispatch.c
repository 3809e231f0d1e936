/* Which kernels this processor runs. */
#include "tables.h"

tscope_level tscope_best_level(void)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    int has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
        && __builtin_cpu_supports("f16c");
    if (!has_avx2) return TSCOPE_PORTABLE;
    int has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    if (!has_avx512) return TSCOPE_AVX2;
    if (__builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bf16"))
        return TSCOPE_AVX512_DOT;
    return TSCOPE_AVX512;
#else
    return TSCOPE_PORTABLE;
#endif
}

const tscope_kernel_table *tscope_kernels(tscope_level level)
{
    if (level > tscope_best_level()) return 0;
    switch (level) {
#if defined(__x86_64__)
    case TSCOPE_AVX512_DOT: return &tscope_table_avx512_dot;
    case TSCOPE_AVX512: return &tscope_table_avx512;
    case TSCOPE_AVX2: return &tscope_table_avx2;
#endif
    case TSCOPE_PORTABLE: return &tscope_table_portable;
    default: return 0;
    }
}
