/* Part of the kernel source that each level compiles: products of few rows with weights stored
 * output by output. A row of weights is a vector, and a sum runs along it. */

/* Weights that several groups of rows share, in bytes: a part of the second-level cache. */
#define WEIGHT_BLOCK 0x40000

/* With more inputs than this in all its rows, a group crowds the weights out of the first-level
 * cache. */
#define LONG_ROW 4096

/* How many rows of weights meet one part of long rows before the next part. */
#define LONG_BLOCK 16

/* Products of `row_count` rows with `width` neighbouring rows of weights, over the inputs `from`
 * up to `to`, whole pairs of vectors. Two running sums each hide the latency of additions; they
 * start at zero or go on from `held`. At the end of the row what is left over joins them, a
 * whole vector the first, a part of one the second, so that the order depends on `inputs` alone.
 * Before that they are held. With `ahead`, the rows of weights that follow are asked for. */
INLINE void output_major_tile(
    tscope_element element, int row_count, int width, int ahead, const float *x, size_t x_stride,
    size_t inputs, const char *w, size_t step, size_t from, size_t to, float *held,
    const float *bias, float *out, size_t out_stride)
{
    const size_t element_bytes = element_width(element);
    /* A single row of weights moves through memory at full speed: a fixed distance will do. */
    const size_t distance = width == 1 ? 2048 : width * step;
    vf acc[ROW_BLOCK][4][2];
    UNROLL for (int r = 0; r < row_count; r++)
        UNROLL for (int o = 0; o < width; o++)
            UNROLL for (int a = 0; a < 2; a++)
                acc[r][o][a] =
                    from == 0 ? (vf)0.0f : load(held + ((r * width + o) * 2 + a) * LANES);
    for (size_t i = from; i < to; i += 2 * LANES) {
        if (ahead)
            UNROLL for (int o = 0; o < width; o++)
                UNROLL for (size_t b = 0; b < 2 * LANES * element_bytes; b += 64)
                    prefetch(w, distance + o * step + i * element_bytes + b);
        UNROLL for (int a = 0; a < 2; a++) {
            size_t at = i + a * LANES;
            vf weight[4];
            UNROLL for (int o = 0; o < width; o++)
                weight[o] = load_element(element, w + o * step, at);
            UNROLL for (int r = 0; r < row_count; r++)
                UNROLL for (int o = 0; o < width; o++)
                    acc[r][o][a] = acc[r][o][a] + weight[o] * load(x + r * x_stride + at);
        }
    }
    if (to + 2 * LANES <= inputs) {
        UNROLL for (int r = 0; r < row_count; r++)
            UNROLL for (int o = 0; o < width; o++)
                UNROLL for (int a = 0; a < 2; a++)
                    store(acc[r][o][a], held + ((r * width + o) * 2 + a) * LANES);
        return;
    }
    size_t whole = to + LANES <= inputs ? to + LANES : to;
    if (to < whole)
        UNROLL for (int r = 0; r < row_count; r++)
            UNROLL for (int o = 0; o < width; o++)
                acc[r][o][0] = acc[r][o][0]
                    + load_element(element, w + o * step, to) * load(x + r * x_stride + to);
    if (whole < inputs)
        UNROLL for (int r = 0; r < row_count; r++)
            UNROLL for (int o = 0; o < width; o++)
                acc[r][o][1] = acc[r][o][1]
                    + load_element_part(element, w + o * step, whole, inputs - whole)
                        * load_part(x + r * x_stride + whole, inputs - whole, 0);
    UNROLL for (int r = 0; r < row_count; r++)
        UNROLL for (int o = 0; o < width; o++)
            out[r * out_stride + o] = sum(acc[r][o][0] + acc[r][o][1]) + (bias ? bias[o] : 0);
}

/* `row_count` rows along each row of weights, `width` of those at a time. */
INLINE void output_major_rows(
    tscope_element element, int row_count, int width, int ahead, const float *x, size_t x_stride,
    size_t inputs, const char *w, size_t step, size_t outputs, const float *bias, float *out,
    size_t out_stride)
{
    size_t to = inputs / (2 * LANES) * (2 * LANES);
    size_t o = 0;
    for (; o + width <= outputs; o += width)
        output_major_tile(
            element, row_count, width, ahead, x, x_stride, inputs, w + o * step, step, 0, to, 0,
            bias ? bias + o : 0, out + o, out_stride);
    for (; o < outputs; o++)
        output_major_tile(
            element, row_count, 1, 0, x, x_stride, inputs, w + o * step, step, 0, to, 0,
            bias ? bias + o : 0, out + o, out_stride);
}

/* The same part by part, each part over a block of outputs before the next. */
INLINE void output_major_long_rows(
    tscope_element element, int row_count, int ahead, const float *x, size_t inputs,
    const char *w, size_t step, size_t outputs, const float *bias, float *out, size_t out_stride)
{
    const size_t part = LONG_ROW / ROW_BLOCK;
    float held[LONG_BLOCK * ROW_BLOCK * 2 * LANES];
    size_t end = inputs / (2 * LANES) * (2 * LANES);
    size_t o = 0;
    for (; o + LONG_BLOCK <= outputs; o += LONG_BLOCK)
        for (size_t from = 0; from < end; from += part) {
            size_t to = end - from < part ? end : from + part;
            for (size_t b = 0; b < LONG_BLOCK; b += 2)
                output_major_tile(
                    element, row_count, 2, ahead, x, inputs, inputs, w + (o + b) * step, step,
                    from, to, held + b * row_count * 2 * LANES, bias ? bias + o + b : 0, out + o + b,
                    out_stride);
        }
    output_major_rows(
        element, row_count, 1, 0, x, inputs, inputs, w + o * step, step, outputs - o,
        bias ? bias + o : 0, out + o, out_stride);
}

INLINE void output_major(
    tscope_element element, const float *x, size_t rows, size_t inputs, const char *w,
    size_t w_stride, size_t outputs, const float *bias, float *out, size_t out_stride)
{
    size_t step = w_stride * element_width(element);
    size_t most = (WEIGHT_BLOCK / (step + 1) / LONG_BLOCK + 1) * LONG_BLOCK;
    if (rows <= ROW_BLOCK) most = outputs;
    /* A copy of short inputs on the boundary of a line: where loads of inputs straddle two lines,
     * weights stream from memory at half the speed. */
    float aligned[LONG_ROW + 16 * ROW_BLOCK] __attribute__((aligned(64)));
    for (size_t o = 0; o < outputs; o += most) {
        size_t count = outputs - o < most ? outputs - o : most;
        const char *block = w + o * step;
        const float *offsets = bias ? bias + o : 0;
        for (size_t r = 0; r < rows; r += ROW_BLOCK) {
            const float *from = x + r * inputs;
            float *to = out + r * out_stride + o;
            size_t left = rows - r;
            size_t group = left < ROW_BLOCK ? left : ROW_BLOCK;
            /* The first rows bring the weights from memory, the others find them in the cache. */
            int first = r == 0;
            int is_long = group * inputs > LONG_ROW;
            size_t stride = inputs;
            if (!is_long) {
                stride = (inputs + 15) / 16 * 16;
                for (size_t g = 0; g < group; g++)
                    memcpy(aligned + g * stride, from + g * inputs, inputs * sizeof(float));
                from = aligned;
            }
#define ROWS(row_count, width, ahead)                                                          \
    output_major_rows(                                                                         \
        element, row_count, width, ahead, from, stride, inputs, block, step, count, offsets,   \
        to, out_stride)
#define LONG_ROWS(row_count)                                                                   \
    output_major_long_rows(                                                                    \
        element, row_count, first, from, inputs, block, step, count, offsets, to, out_stride)
            /* Several rows take two rows of weights at a time, as arithmetic limits them; few
             * take one, which memory delivers fastest; a long one takes four, so as to read
             * its inputs less often. */
            if (left == 1) {
                if (first && !is_long) ROWS(1, 1, 1);
                else ROWS(1, 4, first);
            }
#if ROW_BLOCK > 2
            else if (left == 2) {
                if (is_long) LONG_ROWS(2);
                else if (first) ROWS(2, 1, 0);
                else ROWS(2, 2, 0);
            } else if (left == 3) {
                if (is_long) LONG_ROWS(3);
                else if (first) ROWS(3, 1, 0);
                else ROWS(3, 2, 0);
            }
#endif
            else if (is_long) LONG_ROWS(ROW_BLOCK);
            else ROWS(ROW_BLOCK, 2, first);
#undef ROWS
#undef LONG_ROWS
        }
    }
}
