/* The level that runs everywhere: SSE2 on x86-64, NEON on 64-bit ARM. */
#include "tables.h"

#define TABLE tscope_table_portable
#define LANES 4
#if defined(__aarch64__)
#define ROW_BLOCK 4
#define WIDENS_F16 1
#define PANEL_ROWS 4
#else
#define ROW_BLOCK 2
#define PANEL_ROWS 2
#endif
#define PANEL_VECTORS 4

#include "level.h"
