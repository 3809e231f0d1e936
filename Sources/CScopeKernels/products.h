/* Part of the kernel source that each level compiles: products of few rows with stored weights. */

/* ---- Output-major: a row of weights is a vector, a sum runs along it ---- */

/* `row_count` sums along one row of weights. Four running sums of LANES lanes each hide the latency of
 * additions; what is left over at the end goes to the first and second, so that the order depends
 * on `inputs` only. */
INLINE void sums_along_row(
    tscope_element element, int row_count, const float *x, size_t inputs, const void *w,
    float *sums)
{
    vf acc[ROW_BLOCK][4];
#pragma clang loop unroll(full)
    for (int r = 0; r < row_count; r++)
        for (int a = 0; a < 4; a++) acc[r][a] = (vf)0.0f;
    size_t i = 0;
    for (; i + 4 * LANES <= inputs; i += 4 * LANES) {
#pragma clang loop unroll(full)
        for (int a = 0; a < 4; a++) {
            vf weight = load_element(element, w, i + a * LANES);
#pragma clang loop unroll(full)
            for (int r = 0; r < row_count; r++)
                acc[r][a] = acc[r][a] + weight * load(x + r * inputs + i + a * LANES);
        }
    }
    for (; i + LANES <= inputs; i += LANES) {
        vf weight = load_element(element, w, i);
#pragma clang loop unroll(full)
        for (int r = 0; r < row_count; r++)
            acc[r][0] = acc[r][0] + weight * load(x + r * inputs + i);
    }
    if (i < inputs) {
        vf weight = load_element_part(element, w, i, inputs - i);
#pragma clang loop unroll(full)
        for (int r = 0; r < row_count; r++)
            acc[r][1] = acc[r][1] + weight * load_part(x + r * inputs + i, inputs - i, 0);
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < row_count; r++)
        sums[r] = sum((acc[r][0] + acc[r][1]) + (acc[r][2] + acc[r][3]));
}

INLINE void output_major(
    tscope_element element, const float *x, size_t rows, size_t inputs, const void *w,
    size_t w_stride, size_t outputs, const float *bias, float *out, size_t out_stride)
{
    for (size_t o = 0; o < outputs; o++) {
        const char *row = (const char *)w + o * w_stride * element_width(element);
        float offset = bias ? bias[o] : 0;
        for (size_t r = 0; r < rows; r += ROW_BLOCK) {
            const float *xr = x + r * inputs;
            float sums[ROW_BLOCK];
            size_t count = rows - r < ROW_BLOCK ? rows - r : ROW_BLOCK;
            switch (count) {
            case 1: sums_along_row(element, 1, xr, inputs, row, sums); break;
            case 2: sums_along_row(element, 2, xr, inputs, row, sums); break;
#if ROW_BLOCK >= 4
            case 3: sums_along_row(element, 3, xr, inputs, row, sums); break;
            default: sums_along_row(element, 4, xr, inputs, row, sums); break;
#endif
            }
            for (size_t b = 0; b < count; b++) out[(r + b) * out_stride + o] = sums[b] + offset;
        }
    }
}

static void multiply_output_major(
    tscope_element element, const float *x, size_t rows, size_t inputs, const void *w,
    size_t w_stride, size_t outputs, const float *bias, float *out, size_t out_stride)
{
    /* One copy of the loops for each element type, so that none asks inside. */
    switch (element) {
    case TSCOPE_F16:
        output_major(TSCOPE_F16, x, rows, inputs, w, w_stride, outputs, bias, out, out_stride);
        break;
    case TSCOPE_BF16:
        output_major(TSCOPE_BF16, x, rows, inputs, w, w_stride, outputs, bias, out, out_stride);
        break;
    default:
        output_major(TSCOPE_F32, x, rows, inputs, w, w_stride, outputs, bias, out, out_stride);
        break;
    }
}

/* ---- Input-major: a sum runs down a column, so a vector holds LANES outputs ---- */

/* This many inputs are summed in registers before the sum goes to memory: few enough that the
 * weights of a block stay in the cache for the next rows, and the blocks keep rounding small. */
#define INPUT_BLOCK 256

INLINE void sums_down_columns(
    tscope_element element, int row_count, int width, const float *x, size_t x_stride,
    size_t inputs, const char *w, size_t w_stride, float *out, size_t out_stride)
{
    vf acc[ROW_BLOCK][8];
    for (int r = 0; r < row_count; r++)
        for (int v = 0; v < width; v++) acc[r][v] = (vf)0.0f;
    for (size_t i = 0; i < inputs; i++) {
        const char *row = w + i * w_stride * element_width(element);
#pragma clang loop unroll(full)
        for (int v = 0; v < width; v++) {
            vf weight = load_element(element, row, (size_t)v * LANES);
#pragma clang loop unroll(full)
            for (int r = 0; r < row_count; r++)
                acc[r][v] = acc[r][v] + weight * x[r * x_stride + i];
        }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < row_count; r++)
#pragma clang loop unroll(full)
        for (int v = 0; v < width; v++) {
            float *to = out + r * out_stride + v * LANES;
            store(load(to) + acc[r][v], to);
        }
}

/* All rows over one block of inputs and `width` vectors of outputs. */
INLINE void input_major_block(
    tscope_element element, int width, const float *x, size_t rows, size_t x_stride,
    size_t inputs, const char *w, size_t w_stride, float *out, size_t out_stride)
{
    size_t r = 0;
    for (; r + ROW_BLOCK <= rows; r += ROW_BLOCK)
        sums_down_columns(
            element, ROW_BLOCK, width, x + r * x_stride, x_stride, inputs, w, w_stride,
            out + r * out_stride, out_stride);
    for (; r < rows; r++)
        sums_down_columns(
            element, 1, width, x + r * x_stride, x_stride, inputs, w, w_stride,
            out + r * out_stride, out_stride);
}

/* The last outputs, fewer than a vector, one by one and in the same order. */
INLINE void input_major_rest(
    tscope_element element, const float *x, size_t rows, size_t x_stride, size_t inputs,
    const char *w, size_t w_stride, size_t outputs, float *out, size_t out_stride)
{
    for (size_t r = 0; r < rows; r++) {
        vf acc = (vf)0.0f;
        for (size_t i = 0; i < inputs; i++) {
            vf weight = load_element_part(
                element, w + i * w_stride * element_width(element), 0, outputs);
            acc = acc + weight * x[r * x_stride + i];
        }
        float *to = out + r * out_stride;
        store_part(load_part(to, outputs, 0) + acc, to, outputs);
    }
}

INLINE void input_major(
    tscope_element element, const float *x, size_t rows, size_t inputs, const void *w,
    size_t w_stride, size_t outputs, const float *bias, float *out, size_t out_stride)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t o = 0; o < outputs; o++) out[r * out_stride + o] = bias ? bias[o] : 0;
    size_t step = element_width(element);
    for (size_t i = 0; i < inputs; i += INPUT_BLOCK) {
        size_t count = inputs - i < INPUT_BLOCK ? inputs - i : INPUT_BLOCK;
        const char *block = (const char *)w + i * w_stride * step;
        size_t o = 0;
        if (rows == 1)
            for (; o + 8 * LANES <= outputs; o += 8 * LANES)
                sums_down_columns(
                    element, 1, 8, x + i, inputs, count, block + o * step, w_stride, out + o,
                    out_stride);
        for (; o + 4 * LANES <= outputs; o += 4 * LANES)
            input_major_block(
                element, 4, x + i, rows, inputs, count, block + o * step, w_stride, out + o,
                out_stride);
        for (; o + LANES <= outputs; o += LANES)
            input_major_block(
                element, 1, x + i, rows, inputs, count, block + o * step, w_stride, out + o,
                out_stride);
        if (o < outputs)
            input_major_rest(
                element, x + i, rows, inputs, count, block + o * step, w_stride, outputs - o,
                out + o, out_stride);
    }
}

static void multiply_input_major(
    tscope_element element, const float *x, size_t rows, size_t inputs, const void *w,
    size_t w_stride, size_t outputs, const float *bias, float *out, size_t out_stride)
{
    switch (element) {
    case TSCOPE_F16:
        input_major(TSCOPE_F16, x, rows, inputs, w, w_stride, outputs, bias, out, out_stride);
        break;
    case TSCOPE_BF16:
        input_major(TSCOPE_BF16, x, rows, inputs, w, w_stride, outputs, bias, out, out_stride);
        break;
    default:
        input_major(TSCOPE_F32, x, rows, inputs, w, w_stride, outputs, bias, out, out_stride);
        break;
    }
}

/* ---- Conversion ---- */

INLINE void widen_all(tscope_element element, const void *from, size_t count, float *to)
{
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) store(load_element(element, from, i), to + i);
    if (i < count) store_part(load_element_part(element, from, i, count - i), to + i, count - i);
}

static void widen(tscope_element element, const void *from, size_t count, float *to)
{
    switch (element) {
    case TSCOPE_F16: widen_all(TSCOPE_F16, from, count, to); break;
    case TSCOPE_BF16: widen_all(TSCOPE_BF16, from, count, to); break;
    default: memcpy(to, from, count * sizeof(float)); break;
    }
}
