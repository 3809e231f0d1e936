/* The level for x86-64 processors with AVX2, FMA and F16C: since 2013. */
#include "tables.h"

#if defined(__x86_64__)

/* Included before the target changes: system headers stay as they are. */
#include <math.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#define TABLE tscope_table_avx2
#define LANES 8
#define ROW_BLOCK 2
#define WIDENS_F16 1
#define PANEL_ROWS 4
#define PANEL_VECTORS 2

#include "level.h"

#pragma clang attribute pop

#endif
