/* Part of the kernel source that each level compiles: products with the transposed of a packed
 * matrix, which gradients are multiplied by. A square of weights is turned in the cache, and is
 * then a panel of inputs over which a sum runs along the outputs. */

/* The rows whose totals are held while the panels go by. */
#define ADJOINT_ROWS 256

/* The panels whose squares are turned at once: a sum in registers runs over their outputs. */
#define ADJOINT_PANELS (DEPTH / PANEL)

/* The lanes of two vectors taken in turns, of their first halves and of their second. */
#if LANES == 16
#define ZIP_LOW(a, b)                                                                          \
    __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define ZIP_HIGH(a, b)                                                                         \
    __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#elif LANES == 8
#define ZIP_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define ZIP_HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#else
#define ZIP_LOW(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define ZIP_HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#endif

/* Rows of PANEL become columns, a square of LANES at a time. Zipping the halves of a list of rows
 * as often as it can be halved turns it. */
INLINE void turn(const float *from, float *to)
{
    for (size_t i = 0; i < PANEL; i += LANES)
        for (size_t o = 0; o < PANEL; o += LANES) {
            vf rows[LANES], zipped[LANES];
            UNROLL for (int k = 0; k < LANES; k++) rows[k] = load(from + (i + k) * PANEL + o);
            UNROLL for (int half = LANES; half > 1; half /= 2) {
                UNROLL for (int k = 0; k < LANES / 2; k++) {
                    zipped[2 * k] = ZIP_LOW(rows[k], rows[k + LANES / 2]);
                    zipped[2 * k + 1] = ZIP_HIGH(rows[k], rows[k + LANES / 2]);
                }
                UNROLL for (int k = 0; k < LANES; k++) rows[k] = zipped[k];
            }
            UNROLL for (int k = 0; k < LANES; k++) store(rows[k], to + (o + k) * PANEL + i);
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
    if (element == TSCOPE_F32 && count == PANEL) {
        turn((const float *)panel + from * PANEL, turned);
        return;
    }
    /* At most two blocks of 256, or PANEL inputs and what shares their blocks. */
    float wide[(2 * 8 * CHUNK + PANEL) * PANEL] __attribute__((aligned(64)));
    widen_panel(element, panel, start, end - start, wide, PANEL);
    float *square = wide + (from - start) * PANEL;
    memset(square + count * PANEL, 0, (PANEL - count) * PANEL * sizeof(float));
    turn(square, turned);
}

/* Asks for a part of the next squares: they lie a panel's length apart, where the processor does not
 * expect them. */
INLINE void prefetch_squares(const char *from, size_t step, size_t bytes)
{
    for (size_t k = 0; k < ADJOINT_PANELS; k++)
        for (size_t b = 0; b < bytes; b += 64) prefetch(from, k * step + b);
}

/* out[r][i − from] = Σₒ x[r][o] · w[o][i] for inputs `from` up to `to`; `from` is a multiple of
 * PANEL. */
static void multiply_adjoint(
    tscope_element element, const float *x, size_t rows, size_t outputs, const void *panels,
    size_t inputs, size_t from, size_t to, float *out, size_t out_stride)
{
    const size_t step = panel_bytes(element, inputs);
    const size_t square = PANEL * step / inputs;
    float turned[ADJOINT_PANELS * PANEL * PANEL] __attribute__((aligned(64)));
    float held[ADJOINT_ROWS * PANEL] __attribute__((aligned(64)));
    for (size_t first = 0; first < rows; first += ADJOINT_ROWS) {
        size_t count = rows - first < ADJOINT_ROWS ? rows - first : ADJOINT_ROWS;
        /* What some rows ask for of the squares that come next. */
        const size_t share = square / ((count + PANEL_ROWS - 1) / PANEL_ROWS) + 1;
        for (size_t i = from; i < to; i += PANEL) {
            memset(held, 0, count * PANEL * sizeof(float));
            const uint8_t *panel = panels;
            for (size_t o = 0; o < outputs; o += ADJOINT_PANELS * PANEL) {
                size_t depth = outputs - o;
                if (depth > ADJOINT_PANELS * PANEL) depth = ADJOINT_PANELS * PANEL;
                for (size_t k = 0; k < depth; k += PANEL, panel += step)
                    turn_square(element, panel, inputs, i, turned + k * PANEL);
                const char *next = (const char *)panel + i * step / inputs;
                for (size_t r = 0; r < count; r += PANEL_ROWS) {
                    prefetch_squares(next + r / PANEL_ROWS * share, step, share);
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
