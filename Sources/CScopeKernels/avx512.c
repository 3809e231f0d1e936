/* The level for x86-64 processors with AVX-512 F, BW, DQ and VL. */
#include "tables.h"

#if defined(__x86_64__)

/* Included before the target changes: system headers stay as they are. */
#include <math.h>
#include <string.h>

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c"))), \
    apply_to = function)

#define TABLE tscope_table_avx512
#define LANES 16
#define ROW_BLOCK 4
#define WIDENS_F16 1
#define PANEL_ROWS 8
#define PANEL_VECTORS 3

#include "level.h"

#pragma clang attribute pop

#endif
