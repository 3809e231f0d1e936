/* Part of the kernel source that each level compiles: products with packed weights on operands
 * rounded to bfloat16, two products at a time. */

#if defined(HAS_BF16_DOT)
typedef float dot_floats __attribute__((vector_size(64)));
typedef __bf16 dot_pairs __attribute__((vector_size(64)));
#endif

/* sum + lower · lower + upper · upper */
INLINE vf dot_pair(vf sum, vu weights, uint32_t pair)
{
#if defined(HAS_BF16_DOT)
    vu all = (vu)0 + pair;
    return (vf)__builtin_ia32_dpbf16ps_512((dot_floats)sum, (dot_pairs)weights, (dot_pairs)all);
#else
    float factors[2];
    uint32_t bits[2] = {pair << 16, pair & 0xFFFF0000u};
    memcpy(factors, bits, sizeof bits);
    sum = sum + (vf)(weights << 16) * factors[0];
    return sum + (vf)(weights & 0xFFFF0000u) * factors[1];
#endif
}

/* totals[r] += Σ over `pairs` pairs of inputs. */
INLINE void add_dots(
    int row_count, const uint32_t *x, size_t x_stride, size_t pairs, const uint32_t *w,
    float *totals)
{
    vf acc[PANEL_ROWS][PANEL_VECTORS];
    UNROLL for (int r = 0; r < row_count; r++)
        UNROLL for (int v = 0; v < PANEL_VECTORS; v++) acc[r][v] = (vf)0.0f;
    for (size_t i = 0; i < pairs; i++) {
        vu weight[PANEL_VECTORS];
        if (row_count == 1) prefetch_stream((const char *)(w + i * PANEL), 4 * PANEL);
        UNROLL for (int v = 0; v < PANEL_VECTORS; v++)
            weight[v] = load_words(w + i * PANEL + v * LANES);
        UNROLL for (int r = 0; r < row_count; r++)
            UNROLL for (int v = 0; v < PANEL_VECTORS; v++)
                acc[r][v] = dot_pair(acc[r][v], weight[v], x[r * x_stride + i]);
    }
    UNROLL for (int r = 0; r < row_count; r++)
        UNROLL for (int v = 0; v < PANEL_VECTORS; v++) {
            float *total = totals + r * PANEL + v * LANES;
            store(load(total) + acc[r][v], total);
        }
}

/* `count` inputs of a panel, rounded, in the order in which bfloat16 is packed. */
static void round_panel(
    tscope_element element, const void *panel, size_t from, size_t count, uint32_t *to)
{
    float wide[2 * DEPTH * PANEL] __attribute__((aligned(64)));
    widen_panel(element, panel, from, count, wide, PANEL);
    for (size_t i = 0; i < count; i += 2)
        for (int v = 0; v < PANEL_VECTORS; v++) {
            const float *place = wide + i * PANEL + v * LANES;
            vu pair = round_bf16_lanes(load(place));
            if (i + 1 < count) pair = pair | round_bf16_lanes(load(place + PANEL)) << 16;
            store_words(pair, to + i / 2 * PANEL + v * LANES);
        }
}

/* Adds the products of some rows with one panel. */
static void dot_panel(
    tscope_element element, const uint32_t *x, size_t rows, size_t inputs, const uint8_t *panel,
    float *totals)
{
    const size_t x_stride = (inputs + 1) / 2;
    uint32_t rounded[DEPTH * PANEL] __attribute__((aligned(64)));
    for (size_t from = 0; from < inputs; from += 2 * DEPTH) {
        size_t count = inputs - from < 2 * DEPTH ? inputs - from : 2 * DEPTH;
        const uint32_t *w = (const uint32_t *)panel + from / 2 * PANEL;
        if (element != TSCOPE_BF16) {
            round_panel(element, panel, from, count, rounded);
            w = rounded;
        }
        for (size_t r = 0; r < rows; r += PANEL_ROWS) {
#define ROWS(n)                                                                                \
    add_dots(                                                                                  \
        n, x + r * x_stride + from / 2, x_stride, (count + 1) / 2, w, totals + r * PANEL)
            EACH_ROW_COUNT(rows - r, ROWS)
#undef ROWS
        }
    }
}
