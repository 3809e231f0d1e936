/* Part of the kernel source that each level compiles: products with packed weights in any
 * arithmetic, panel by panel. */

/* The rows whose totals are held while a panel goes by. */
#define HELD_ROWS 64

INLINE void write_totals(
    const float *totals, size_t rows, size_t outputs, const float *bias, float *out,
    size_t out_stride)
{
    for (size_t r = 0; r < rows; r++, totals += PANEL, out += out_stride) {
        if (outputs == PANEL)
            UNROLL for (int v = 0; v < PANEL_VECTORS; v++) {
                vf sum = load(totals + v * LANES);
                store(bias ? sum + load(bias + v * LANES) : sum, out + v * LANES);
            }
        else
            for (size_t o = 0; o < outputs; o++) out[o] = bias ? totals[o] + bias[o] : totals[o];
    }
}

#define BLOCK_PANEL_CASE(format)                                                               \
    case TSCOPE_##format:                                                                      \
        block_panel_##format(x, count, inputs, panel, sums, held);                             \
        break;

#define DIGIT_PANEL_CASE(format)                                                               \
    case TSCOPE_##format:                                                                      \
        digit_panel_##format(                                                                  \
            arithmetic, operand, rows, first, count, inputs, panel, held);                     \
        break;

/* Adds the products of `count` rows from `first` on with one panel. */
INLINE void add_panel(
    tscope_arithmetic arithmetic, tscope_element element, const float *x, const char *operand,
    size_t rows, size_t first, size_t count, size_t inputs, const uint8_t *panel, float *held)
{
    switch (arithmetic) {
    case TSCOPE_FLOAT32: {
        const size_t groups = inputs / (size_t)scaled_inputs(element);
        const float *sums = has_least(element) ? (const float *)operand + first * groups : 0;
        x += first * inputs;
        switch (element) {
        case TSCOPE_F32: plain_panel_F32(x, count, inputs, (const char *)panel, held); break;
        case TSCOPE_F16: plain_panel_F16(x, count, inputs, (const char *)panel, held); break;
        case TSCOPE_BF16: plain_panel_BF16(x, count, inputs, (const char *)panel, held); break;
            BLOCK_FORMATS(BLOCK_PANEL_CASE)
        }
        break;
    }
    case TSCOPE_BFLOAT16: {
        const uint32_t *pairs = (const uint32_t *)operand + first * ((inputs + 1) / 2);
        dot_panel(element, pairs, count, inputs, panel, held);
        break;
    }
    default:
        switch (element) {
            BLOCK_FORMATS(DIGIT_PANEL_CASE)
        default: break;
        }
        break;
    }
}

static void multiply_panels(
    tscope_arithmetic wanted, tscope_element element, const float *x, const void *operand,
    size_t rows, size_t inputs, const void *panels, size_t outputs, const float *bias,
    float *out, size_t out_stride)
{
    const tscope_arithmetic arithmetic = arithmetic_of(wanted, element);
    const size_t step = panel_bytes(element, inputs);
    float held[HELD_ROWS * PANEL] __attribute__((aligned(64)));
    for (size_t first = 0; first < rows; first += HELD_ROWS) {
        size_t count = rows - first < HELD_ROWS ? rows - first : HELD_ROWS;
        const uint8_t *panel = panels;
        for (size_t o = 0; o < outputs; o += PANEL, panel += step) {
            memset(held, 0, count * PANEL * sizeof(float));
            add_panel(
                arithmetic, element, x, operand, rows, first, count, inputs, panel, held);
            size_t width = outputs - o < PANEL ? outputs - o : PANEL;
            write_totals(
                held, count, width, bias ? bias + o : 0, out + first * out_stride + o,
                out_stride);
        }
    }
}
