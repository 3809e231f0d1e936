/* Part of the kernel source that each level compiles: products with the transposed of a packed
 * matrix, which gradients are multiplied by. A square of weights is turned in the cache, and is
 * then a panel of inputs over which a sum runs along the outputs. */

/* The rows whose totals are held while the panels go by. */
#define ADJOINT_ROWS 256

typedef vf4 vf4_stored __attribute__((aligned(4), may_alias));

/* Rows of PANEL become columns, four by four. */
INLINE void turn(const float *from, float *to)
{
    for (size_t i = 0; i < PANEL; i += 4)
        for (size_t o = 0; o < PANEL; o += 4) {
            vf4 a[4], b[4];
            UNROLL for (int k = 0; k < 4; k++)
                a[k] = *(const vf4_stored *)(from + (i + k) * PANEL + o);
            b[0] = __builtin_shufflevector(a[0], a[1], 0, 4, 1, 5);
            b[1] = __builtin_shufflevector(a[2], a[3], 0, 4, 1, 5);
            b[2] = __builtin_shufflevector(a[0], a[1], 2, 6, 3, 7);
            b[3] = __builtin_shufflevector(a[2], a[3], 2, 6, 3, 7);
            UNROLL for (int k = 0; k < 2; k++) {
                float *place = to + (o + 2 * k) * PANEL + i;
                *(vf4_stored *)place
                    = __builtin_shufflevector(b[2 * k], b[2 * k + 1], 0, 1, 4, 5);
                *(vf4_stored *)(place + PANEL)
                    = __builtin_shufflevector(b[2 * k], b[2 * k + 1], 2, 3, 6, 7);
            }
        }
}

/* turned[o][i] = w[o][from + i] for PANEL inputs, or as many as there are, zeros beyond. */
static void turn_square(
    tscope_element element, const void *panel, size_t inputs, size_t from, float *turned)
{
    const size_t elements = tscope_block_of(element).elements;
    const size_t unit = elements < 2 ? 2 : elements;
    const size_t count = inputs - from < PANEL ? inputs - from : PANEL;
    const size_t start = from / unit * unit;
    size_t end = (from + count + unit - 1) / unit * unit;
    if (end > inputs) end = inputs;
    /* At most two blocks of 256, or PANEL inputs and what shares their blocks. */
    float wide[(2 * 8 * CHUNK + PANEL) * PANEL] __attribute__((aligned(64)));
    widen_panel(element, panel, start, end - start, wide, PANEL);
    float *square = wide + (from - start) * PANEL;
    memset(square + count * PANEL, 0, (PANEL - count) * PANEL * sizeof(float));
    turn(square, turned);
}

/* out[r][i − from] = Σₒ x[r][o] · w[o][i] for inputs `from` up to `to`; `from` is a multiple of
 * PANEL. */
static void multiply_adjoint(
    tscope_element element, const float *x, size_t rows, size_t outputs, const void *panels,
    size_t inputs, size_t from, size_t to, float *out, size_t out_stride)
{
    const size_t step = panel_bytes(element, inputs);
    float turned[PANEL * PANEL] __attribute__((aligned(64)));
    float held[ADJOINT_ROWS * PANEL] __attribute__((aligned(64)));
    for (size_t first = 0; first < rows; first += ADJOINT_ROWS) {
        size_t count = rows - first < ADJOINT_ROWS ? rows - first : ADJOINT_ROWS;
        for (size_t i = from; i < to; i += PANEL) {
            memset(held, 0, count * PANEL * sizeof(float));
            const uint8_t *panel = panels;
            for (size_t o = 0; o < outputs; o += PANEL, panel += step) {
                size_t depth = outputs - o < PANEL ? outputs - o : PANEL;
                turn_square(element, panel, inputs, i, turned);
                for (size_t r = 0; r < count; r += PANEL_ROWS) {
#define ROWS(n)                                                                                \
    add_plain(                                                                                 \
        TSCOPE_F32, n, x + (first + r) * outputs + o, outputs, depth, (const char *)turned,    \
        held + r * PANEL)
                    EACH_ROW_COUNT(count - r, ROWS)
#undef ROWS
                }
            }
            write_totals(
                held, count, to - i < PANEL ? to - i : PANEL, 0,
                out + first * out_stride + i - from, out_stride);
        }
    }
}
