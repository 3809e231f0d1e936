/* Part of the kernel source that each level compiles: products of few rows with weights stored
 * input by input. A sum runs down a column, so a vector holds LANES outputs. */

/* This many inputs are taken at a time, so that a running sum is read and written less often. */
#define INPUT_GROUP 4

/* Sums run over this many inputs before they are added to the result, which keeps rounding small
 * and lets the weights of a block stay in the cache for the next rows. */
#define INPUT_BLOCK 256

/* Running sums of one block, in floats: a share of the first-level cache. */
#define SUMS 4096

/* acc[r][o] += Σ x[r][i] · w[i][o] over `depth` inputs, in their order. With `ahead`, the inputs
 * that follow are asked for. */
INLINE void add_inputs(
    tscope_element element, int row_count, int depth, int ahead, const float *x, size_t x_stride,
    const char *w, size_t w_stride, size_t outputs, float *acc, size_t acc_stride)
{
    size_t step = w_stride * element_width(element);
    size_t o = 0;
    for (; o + LANES <= outputs; o += LANES) {
        vf weight[INPUT_GROUP];
        if (ahead && depth == INPUT_GROUP && o * element_width(element) % 64 == 0)
            UNROLL for (int i = 0; i < INPUT_GROUP; i++)
                prefetch(w, (i + 2 * INPUT_GROUP) * step + o * element_width(element));
        UNROLL for (int i = 0; i < depth; i++) weight[i] = load_element(element, w + i * step, o);
        UNROLL for (int r = 0; r < row_count; r++) {
            vf sums = load(acc + r * acc_stride + o);
            UNROLL for (int i = 0; i < depth; i++) sums = sums + weight[i] * x[r * x_stride + i];
            store(sums, acc + r * acc_stride + o);
        }
    }
    if (o < outputs) {
        /* The sums reach to the end of a vector; the surplus ones are dropped. */
        for (int r = 0; r < row_count; r++) {
            vf sums = load(acc + r * acc_stride + o);
            for (int i = 0; i < depth; i++)
                sums = sums + load_element_part(element, w + i * step, o, outputs - o)
                    * x[r * x_stride + i];
            store(sums, acc + r * acc_stride + o);
        }
    }
}

/* One block of inputs and outputs for `row_count` rows. */
INLINE void input_major_block(
    tscope_element element, int row_count, const float *x, size_t x_stride, size_t inputs,
    const char *w, size_t w_stride, size_t outputs, float *out, size_t out_stride)
{
    float acc[SUMS + 4 * ROW_BLOCK * LANES];
    const size_t acc_stride = SUMS / ROW_BLOCK + 4 * LANES;
    size_t step = w_stride * element_width(element);
    for (int r = 0; r < row_count; r++)
        memset(acc + r * acc_stride, 0, (outputs + LANES) * sizeof(float));
    size_t i = 0;
    for (; i + INPUT_GROUP <= inputs; i += INPUT_GROUP)
        add_inputs(
            element, row_count, INPUT_GROUP, 1, x + i, x_stride, w + i * step, w_stride, outputs,
            acc, acc_stride);
    for (; i < inputs; i++)
        add_inputs(
            element, row_count, 1, 0, x + i, x_stride, w + i * step, w_stride, outputs, acc,
            acc_stride);
    for (int r = 0; r < row_count; r++)
        for (size_t o = 0; o < outputs; o++) out[r * out_stride + o] += acc[r * acc_stride + o];
}

INLINE void input_major(
    tscope_element element, const float *x, size_t rows, size_t inputs, const char *w,
    size_t w_stride, size_t outputs, const float *bias, float *out, size_t out_stride)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t o = 0; o < outputs; o++) out[r * out_stride + o] = bias ? bias[o] : 0;
    size_t width = element_width(element);
    size_t most = rows == 1 ? SUMS : SUMS / ROW_BLOCK;
    for (size_t i = 0; i < inputs; i += INPUT_BLOCK) {
        size_t depth = inputs - i < INPUT_BLOCK ? inputs - i : INPUT_BLOCK;
        for (size_t o = 0; o < outputs; o += most) {
            size_t count = outputs - o < most ? outputs - o : most;
            const char *block = w + (i * w_stride + o) * width;
            for (size_t r = 0; r < rows; r += ROW_BLOCK) {
                const float *from = x + r * inputs + i;
                float *to = out + r * out_stride + o;
#define ROWS(row_count)                                                                        \
    input_major_block(                                                                         \
        element, row_count, from, inputs, depth, block, w_stride, count, to, out_stride)
                size_t left = rows - r;
                if (left >= ROW_BLOCK) ROWS(ROW_BLOCK);
                else if (left == 1) ROWS(1);
#if ROW_BLOCK > 2
                else if (left == 2) ROWS(2);
                else if (left == 3) ROWS(3);
#endif
#undef ROWS
            }
        }
    }
}
