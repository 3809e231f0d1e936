/* Part of the kernel source that each level compiles: products with packed weights, in binary32.
 *
 * A sum runs over the inputs that share a scale, of the plain formats over DEPTH of them, and such
 * sums are added in order; so a result depends neither on how many rows are computed together nor
 * on whether weights were widened before. */

/* The inputs that a sum of products in one register runs over at most. */
#define DEPTH 128

/* Up to this many rows meet codes as they are read; for more they are turned into numbers first. */
#if LANES == 16
#define DIRECT_ROWS 4
#else
#define DIRECT_ROWS 1
#endif

/* How far ahead of a product of one row its weights are asked for, in bytes. */
#define STREAM_AHEAD 1024

/* Weights of input i + `a` of a panel of plain elements, where i is even. */
INLINE vf plain_weight(tscope_element element, const char *w, size_t i, int a, int v)
{
    if (element != TSCOPE_BF16) return load_element(element, w, (i + a) * PANEL + v * LANES);
    vu pair = load_words(w + (i / 2 * PANEL + v * LANES) * 4);
    return (vf)(a ? pair & 0xFFFF0000u : pair << 16);
}

/* Asks for what comes after `bytes` more of the stream. */
INLINE void prefetch_stream(const char *w, size_t bytes)
{
    UNROLL for (size_t b = 0; b < bytes; b += 64) prefetch(w, STREAM_AHEAD + b);
}

/* totals[r] += Σ x[r][i] · w[i] over `count` inputs of plain elements. */
INLINE void add_plain(
    tscope_element element, int row_count, const float *x, size_t x_stride, size_t count,
    const char *w, float *totals)
{
    vf acc[PANEL_ROWS][PANEL_VECTORS];
    UNROLL for (int r = 0; r < row_count; r++)
        UNROLL for (int v = 0; v < PANEL_VECTORS; v++) acc[r][v] = (vf)0.0f;
    size_t i = 0;
    for (; i + 2 <= count; i += 2) {
        if (row_count == 1)
            prefetch_stream(
                w + i * element_width(element) * PANEL, 2 * element_width(element) * PANEL);
        UNROLL for (int a = 0; a < 2; a++) {
            vf weight[PANEL_VECTORS];
            UNROLL for (int v = 0; v < PANEL_VECTORS; v++)
                weight[v] = plain_weight(element, w, i, a, v);
            UNROLL for (int r = 0; r < row_count; r++) {
                const float factor = x[r * x_stride + i + a];
                UNROLL for (int v = 0; v < PANEL_VECTORS; v++)
                    acc[r][v] = acc[r][v] + weight[v] * factor;
            }
        }
    }
    if (i < count)
        UNROLL for (int v = 0; v < PANEL_VECTORS; v++) {
            vf weight = plain_weight(element, w, i, 0, v);
            UNROLL for (int r = 0; r < row_count; r++)
                acc[r][v] = acc[r][v] + weight * x[r * x_stride + i];
        }
    UNROLL for (int r = 0; r < row_count; r++)
        UNROLL for (int v = 0; v < PANEL_VECTORS; v++) {
            float *total = totals + r * PANEL + v * LANES;
            store(load(total) + acc[r][v], total);
        }
}

/* Closes the sum over inputs that share a scale. */
INLINE void add_scaled(
    int row_count, int v, const vf *acc, vf scale, int with_least, vf least, const float *sums,
    size_t sums_stride, float *totals)
{
    UNROLL for (int r = 0; r < row_count; r++) {
        float *total = totals + r * PANEL + v * LANES;
        vf sum = load(total) + scale * acc[r];
        if (with_least) sum = sum - least * sums[r * sums_stride];
        store(sum, total);
    }
}

/* The same for whole blocks of codes; `sums` has one sum of inputs for each scale. */
INLINE void add_blocks(
    tscope_element element, int row_count, const float *x, size_t x_stride, size_t count,
    const uint8_t *block, const float *sums, size_t sums_stride, float *totals)
{
    const int elements = (int)tscope_block_of(element).elements;
    const int shared = scaled_inputs(element);
    for (size_t i = 0; i < count; i += elements, block += panel_block_bytes(element)) {
        for (int c = 0; c < elements / CHUNK; c++) {
            const uint8_t *chunk
                = block + scale_bytes(element) * PANEL + c * chunk_bytes(element);
            const float *from = x + i + c * CHUNK;
            prefetch_stream((const char *)chunk, chunk_bytes(element) + 2 * PANEL);
            UNROLL for (int part = 0; part < CHUNK / shared; part++) {
                const int group = c * CHUNK / shared + part;
                vf acc[PANEL_VECTORS][DIRECT_ROWS];
                UNROLL for (int v = 0; v < PANEL_VECTORS; v++)
                    UNROLL for (int r = 0; r < row_count; r++) acc[v][r] = (vf)0.0f;
                UNROLL for (int g = 0; g < shared / 4; g++)
                    UNROLL for (int v = 0; v < PANEL_VECTORS; v++) {
                        vf values[4];
                        group_values(element, chunk, part * shared / 4 + g, v, values);
                        UNROLL for (int r = 0; r < row_count; r++)
                            UNROLL for (int j = 0; j < 4; j++)
                                acc[v][r] = acc[v][r]
                                    + values[j] * from[r * x_stride + part * shared + 4 * g + j];
                    }
                UNROLL for (int v = 0; v < PANEL_VECTORS; v++) {
                    vf scale = panel_scale(element, block, 0, group, v);
                    vf least = scale;
                    const float *sum = sums;
                    if (has_least(element)) {
                        least = panel_scale(element, block, 1, group, v);
                        sum = sums + (i + c * CHUNK) / shared + part;
                    }
                    add_scaled(
                        row_count, v, acc[v], scale, has_least(element), least, sum, sums_stride,
                        totals);
                }
            }
        }
    }
}

/* Some blocks with the codes as numbers, and the scales. */
typedef struct {
    float numbers[8 * CHUNK * PANEL];
    float scales[16 * PANEL];
    float leasts[16 * PANEL];
} numbered_blocks;

INLINE void number_blocks(
    tscope_element element, const uint8_t *block, size_t count, numbered_blocks *to)
{
    const size_t elements = tscope_block_of(element).elements;
    const size_t shared = (size_t)scaled_inputs(element);
    for (size_t i = 0; i < count; i += CHUNK) {
        const uint8_t *from = block + i / elements * panel_block_bytes(element);
        const uint8_t *chunk = from + scale_bytes(element) * PANEL
            + i % elements / CHUNK * chunk_bytes(element);
        UNROLL for (int g = 0; g < CHUNK / 4; g++)
            for (int v = 0; v < PANEL_VECTORS; v++) {
                vf values[4];
                group_values(element, chunk, g, v, values);
                UNROLL for (int j = 0; j < 4; j++)
                    store(values[j], to->numbers + (i + g * 4 + j) * PANEL + v * LANES);
            }
        for (size_t k = i; k < i + CHUNK; k += shared)
            for (int v = 0; v < PANEL_VECTORS; v++) {
                size_t place = k / shared * PANEL + v * LANES;
                int group = (int)(k % elements / shared);
                store(panel_scale(element, from, 0, group, v), to->scales + place);
                if (has_least(element))
                    store(panel_scale(element, from, 1, group, v), to->leasts + place);
            }
    }
}

/* The same as `add_blocks` with the codes as numbers. */
INLINE void add_numbers(
    int row_count, const float *x, size_t x_stride, size_t count, size_t shared,
    const numbered_blocks *blocks, int with_least, const float *sums, size_t sums_stride,
    float *totals)
{
    for (size_t i = 0; i < count; i += shared) {
        vf acc[PANEL_VECTORS][PANEL_ROWS];
        UNROLL for (int r = 0; r < row_count; r++)
            UNROLL for (int v = 0; v < PANEL_VECTORS; v++) acc[v][r] = (vf)0.0f;
        for (size_t k = i; k < i + shared; k++) {
            vf weight[PANEL_VECTORS];
            UNROLL for (int v = 0; v < PANEL_VECTORS; v++)
                weight[v] = load(blocks->numbers + k * PANEL + v * LANES);
            UNROLL for (int r = 0; r < row_count; r++)
                UNROLL for (int v = 0; v < PANEL_VECTORS; v++)
                    acc[v][r] = acc[v][r] + weight[v] * x[r * x_stride + k];
        }
        UNROLL for (int v = 0; v < PANEL_VECTORS; v++) {
            size_t place = i / shared * PANEL + v * LANES;
            add_scaled(
                row_count, v, acc[v], load(blocks->scales + place), with_least,
                load(blocks->leasts + place), with_least ? sums + i / shared : 0, sums_stride,
                totals);
        }
    }
}

/* Calls DO(n) with the rows that are left, at most PANEL_ROWS, as a constant. */
#if PANEL_ROWS == 8
#define EACH_ROW_COUNT(left, DO)                                                               \
    switch (left) {                                                                            \
    case 1: DO(1); break;                                                                      \
    case 2: DO(2); break;                                                                      \
    case 3: DO(3); break;                                                                      \
    case 4: DO(4); break;                                                                      \
    case 5: DO(5); break;                                                                      \
    case 6: DO(6); break;                                                                      \
    case 7: DO(7); break;                                                                      \
    default: DO(8); break;                                                                     \
    }
#elif PANEL_ROWS == 4
#define EACH_ROW_COUNT(left, DO)                                                               \
    switch (left) {                                                                            \
    case 1: DO(1); break;                                                                      \
    case 2: DO(2); break;                                                                      \
    case 3: DO(3); break;                                                                      \
    default: DO(4); break;                                                                     \
    }
#else
#define EACH_ROW_COUNT(left, DO)                                                               \
    switch (left) {                                                                            \
    case 1: DO(1); break;                                                                      \
    default: DO(2); break;                                                                     \
    }
#endif

/* Adds the products of some rows with one panel of plain elements. */
INLINE void plain_panel(
    tscope_element element, const float *x, size_t rows, size_t inputs, const char *panel,
    float *totals)
{
    for (size_t from = 0; from < inputs; from += DEPTH) {
        size_t count = inputs - from < DEPTH ? inputs - from : DEPTH;
        const char *w = panel + from * element_width(element) * PANEL;
        for (size_t r = 0; r < rows; r += PANEL_ROWS) {
#define ROWS(n) add_plain(element, n, x + r * inputs + from, inputs, count, w, totals + r * PANEL)
            EACH_ROW_COUNT(rows - r, ROWS)
#undef ROWS
        }
    }
}

static __attribute__((noinline)) void add_numbered(
    const float *x, size_t rows, size_t x_stride, size_t count, size_t shared,
    const numbered_blocks *blocks, int with_least, const float *sums, size_t sums_stride,
    float *totals)
{
    for (size_t r = 0; r < rows; r += PANEL_ROWS) {
#define ROWS(n)                                                                                \
    if (with_least)                                                                            \
        add_numbers(                                                                           \
            n, x + r * x_stride, x_stride, count, shared, blocks, 1, sums + r * sums_stride,   \
            sums_stride, totals + r * PANEL);                                                  \
    else                                                                                       \
        add_numbers(                                                                           \
            n, x + r * x_stride, x_stride, count, shared, blocks, 0, 0, 0, totals + r * PANEL)
        EACH_ROW_COUNT(rows - r, ROWS)
#undef ROWS
    }
}

/* The same for one of blocks. */
INLINE void block_panel(
    tscope_element element, const float *x, size_t rows, size_t inputs, const uint8_t *panel,
    const float *sums, float *totals)
{
    const size_t elements = tscope_block_of(element).elements;
    const size_t shared = (size_t)scaled_inputs(element), sums_stride = inputs / shared;
    if (rows <= DIRECT_ROWS) {
#define ROWS(n) add_blocks(element, n, x, inputs, inputs, panel, sums, sums_stride, totals)
        switch (rows) {
        case 1: ROWS(1); break;
#if DIRECT_ROWS == 4
        case 2: ROWS(2); break;
        case 3: ROWS(3); break;
        case 4: ROWS(4); break;
#endif
        }
#undef ROWS
        return;
    }
    numbered_blocks blocks __attribute__((aligned(64)));
    const size_t depth = elements < DEPTH ? DEPTH : elements;
    for (size_t from = 0; from < inputs; from += depth) {
        size_t count = inputs - from < depth ? inputs - from : depth;
        number_blocks(
            element, panel + from / elements * panel_block_bytes(element), count, &blocks);
        add_numbered(
            x + from, rows, inputs, count, shared, &blocks, has_least(element),
            has_least(element) ? sums + from / shared : 0, sums_stride, totals);
    }
}

#define BLOCK_PANEL(format)                                                                    \
    static __attribute__((noinline)) void block_panel_##format(                                \
        const float *x, size_t rows, size_t inputs, const uint8_t *panel, const float *sums,   \
        float *totals)                                                                         \
    {                                                                                          \
        block_panel(TSCOPE_##format, x, rows, inputs, panel, sums, totals);                    \
    }

BLOCK_FORMATS(BLOCK_PANEL)

#define PLAIN_PANEL(format)                                                                    \
    static __attribute__((noinline)) void plain_panel_##format(                                \
        const float *x, size_t rows, size_t inputs, const char *panel, float *totals)          \
    {                                                                                          \
        plain_panel(TSCOPE_##format, x, rows, inputs, panel, totals);                          \
    }

PLAIN_PANEL(F32)
PLAIN_PANEL(F16)
PLAIN_PANEL(BF16)
