/* The tables that the levels define; private to this module. */
#include "tscope_kernels.h"

extern const tscope_kernel_table tscope_table_portable;
#if defined(__x86_64__)
extern const tscope_kernel_table tscope_table_avx2;
extern const tscope_kernel_table tscope_table_avx512;
extern const tscope_kernel_table tscope_table_avx512_dot;
#endif
