/* Part of the kernel source that each level compiles: products with weights stored in blocks.
 *
 * The sums run in the order in which those of weights in binary32 do, so that the results have the
 * same bits. A single row meets each chunk in registers. For several rows, and down columns,
 * weights are expanded to the first-level cache, where all rows find them. */

/* Weights expanded at a time, and how many rows use them. */
#define EXPANDED 4096
#define EXPANDED_ROWS 16

/* Of how many rows of weights they are, and how much of each. */
#define EXPANDED_OUTPUTS 4
#define EXPANDED_PART 512

/* How far ahead weights are asked for, in bytes. */
#define BLOCKS_AHEAD 1024

/* The bytes of `count` weights, whole blocks. */
INLINE size_t block_bytes(tscope_block shape, size_t count)
{
    return count / shape.elements * shape.bytes;
}

INLINE void expand_blocks(tscope_element element, const uint8_t *block, size_t count, float *to)
{
    const tscope_block shape = tscope_block_of(element);
    for (size_t i = 0; i < count; i += shape.elements, block += shape.bytes) {
        block_scales scales;
        UNROLL for (size_t b = 0; b < shape.bytes; b += 64)
            prefetch((const char *)block, BLOCKS_AHEAD + b);
        read_scales(element, block, &scales);
        UNROLL for (int c = 0; c < (int)shape.elements / CHUNK; c++) {
            vf weights[PIECES];
            expand_chunk(element, block, &scales, c, weights);
            UNROLL for (int v = 0; v < PIECES; v++)
                store(weights[v], to + i + c * CHUNK + v * LANES);
        }
    }
}

/* out[r][o] = bias[o] + Σᵢ x[r][i] · w[o][i] for `row_count` rows. */
INLINE void dot_blocks(
    tscope_element element, int row_count, const float *x, size_t x_stride, size_t inputs,
    const uint8_t *w, size_t step, size_t outputs, const float *bias, float *out,
    size_t out_stride)
{
    const tscope_block shape = tscope_block_of(element);
    for (size_t o = 0; o < outputs; o++) {
        const uint8_t *block = w + o * step;
        vf acc[ROW_BLOCK][2];
        UNROLL for (int r = 0; r < row_count; r++) acc[r][0] = acc[r][1] = (vf)0.0f;
        for (size_t i = 0; i < inputs; i += shape.elements, block += shape.bytes) {
            block_scales scales;
            UNROLL for (size_t b = 0; b < shape.bytes; b += 64)
                prefetch((const char *)block, BLOCKS_AHEAD + b);
            read_scales(element, block, &scales);
            UNROLL for (int c = 0; c < (int)shape.elements / CHUNK; c++) {
                vf weights[PIECES];
                expand_chunk(element, block, &scales, c, weights);
                UNROLL for (int r = 0; r < row_count; r++)
                    UNROLL for (int v = 0; v < PIECES; v++)
                        acc[r][v & 1] = acc[r][v & 1]
                            + weights[v] * load(x + r * x_stride + i + c * CHUNK + v * LANES);
            }
        }
        UNROLL for (int r = 0; r < row_count; r++)
            out[r * out_stride + o] = sum(acc[r][0] + acc[r][1]) + (bias ? bias[o] : 0);
    }
}

typedef void dot_function(
    const float *x, size_t x_stride, size_t inputs, const uint8_t *w, size_t step, size_t outputs,
    const float *bias, float *out, size_t out_stride);

typedef struct {
    void (*expand)(const uint8_t *from, size_t count, float *to);
    /* By the number of rows, less one. */
    dot_function *dot[ROW_BLOCK];
} block_functions;

#define DEFINE_DOT(format, row_count)                                                          \
    static void dot##row_count##_##format(                                                     \
        const float *x, size_t x_stride, size_t inputs, const uint8_t *w, size_t step,         \
        size_t outputs, const float *bias, float *out, size_t out_stride)                      \
    {                                                                                          \
        dot_blocks(                                                                            \
            TSCOPE_##format, row_count, x, x_stride, inputs, w, step, outputs, bias, out,      \
            out_stride);                                                                       \
    }

#if ROW_BLOCK > 2
#define DEFINE_DOTS(format)                                                                    \
    DEFINE_DOT(format, 1) DEFINE_DOT(format, 2) DEFINE_DOT(format, 3) DEFINE_DOT(format, 4)
#define LIST_DOTS(format) {dot1_##format, dot2_##format, dot3_##format, dot4_##format}
#else
#define DEFINE_DOTS(format) DEFINE_DOT(format, 1) DEFINE_DOT(format, 2)
#define LIST_DOTS(format) {dot1_##format, dot2_##format}
#endif

#define DEFINE_FUNCTIONS(format)                                                               \
    static void expand_##format(const uint8_t *from, size_t count, float *to)                  \
    {                                                                                          \
        expand_blocks(TSCOPE_##format, from, count, to);                                       \
    }                                                                                          \
    DEFINE_DOTS(format)

#define LIST_FUNCTIONS(format) [TSCOPE_##format] = {expand_##format, LIST_DOTS(format)},

#define BLOCK_FORMATS(DO)                                                                      \
    DO(Q4_0) DO(Q4_1) DO(Q5_0) DO(Q5_1) DO(Q8_0) DO(Q2_K) DO(Q3_K) DO(Q4_K) DO(Q5_K) DO(Q6_K)  \
    DO(IQ4_NL) DO(IQ4_XS) DO(MXFP4)

BLOCK_FORMATS(DEFINE_FUNCTIONS)

static const block_functions block_table[] = {BLOCK_FORMATS(LIST_FUNCTIONS)};

/* Adds to the running sums of `row_count` rows with `width` rows of expanded weights. */
INLINE void add_expanded(
    int row_count, int width, const float *x, size_t x_stride, const float *weights,
    size_t stride, size_t count, float *held, size_t held_stride)
{
    vf acc[ROW_BLOCK][2][2];
    UNROLL for (int r = 0; r < row_count; r++)
        UNROLL for (int o = 0; o < width; o++)
            UNROLL for (int a = 0; a < 2; a++)
                acc[r][o][a] = load(held + r * held_stride + (o * 2 + a) * LANES);
    for (size_t i = 0; i < count; i += 2 * LANES)
        UNROLL for (int a = 0; a < 2; a++) {
            size_t at = i + a * LANES;
            vf weight[2];
            UNROLL for (int o = 0; o < width; o++) weight[o] = load(weights + o * stride + at);
            UNROLL for (int r = 0; r < row_count; r++)
                UNROLL for (int o = 0; o < width; o++)
                    acc[r][o][a] = acc[r][o][a] + weight[o] * load(x + r * x_stride + at);
        }
    UNROLL for (int r = 0; r < row_count; r++)
        UNROLL for (int o = 0; o < width; o++)
            UNROLL for (int a = 0; a < 2; a++)
                store(acc[r][o][a], held + r * held_stride + (o * 2 + a) * LANES);
}

/* At most EXPANDED_ROWS rows with at most EXPANDED_OUTPUTS rows of weights. */
static void multiply_expanded(
    tscope_element element, const float *x, size_t rows, size_t inputs, const uint8_t *w,
    size_t step, size_t outputs, const float *bias, float *out, size_t out_stride)
{
    const tscope_block shape = tscope_block_of(element);
    float weights[EXPANDED_OUTPUTS * EXPANDED_PART] __attribute__((aligned(64)));
    float held[EXPANDED_ROWS * EXPANDED_OUTPUTS * 2 * LANES] __attribute__((aligned(64)));
    const size_t held_stride = EXPANDED_OUTPUTS * 2 * LANES;
    memset(held, 0, rows * held_stride * sizeof(float));
    for (size_t from = 0; from < inputs; from += EXPANDED_PART) {
        size_t count = inputs - from < EXPANDED_PART ? inputs - from : EXPANDED_PART;
        for (size_t o = 0; o < outputs; o++)
            block_table[element].expand(
                w + o * step + block_bytes(shape, from), count, weights + o * EXPANDED_PART);
        for (size_t r = 0; r < rows; r += ROW_BLOCK)
            for (size_t o = 0; o < outputs; o += 2) {
                size_t left = rows - r;
                int width = o + 1 < outputs ? 2 : 1;
#define ROWS(row_count, width)                                                                 \
    add_expanded(                                                                              \
        row_count, width, x + r * inputs + from, inputs, weights + o * EXPANDED_PART,          \
        EXPANDED_PART, count, held + r * held_stride + o * 2 * LANES, held_stride)
                if (left >= ROW_BLOCK && width == 2) ROWS(ROW_BLOCK, 2);
                else if (left >= ROW_BLOCK) ROWS(ROW_BLOCK, 1);
#if ROW_BLOCK > 2
                else if (left == 3 && width == 2) ROWS(3, 2);
                else if (left == 3) ROWS(3, 1);
                else if (left == 2 && width == 2) ROWS(2, 2);
                else if (left == 2) ROWS(2, 1);
#endif
                else if (width == 2) ROWS(1, 2);
                else ROWS(1, 1);
#undef ROWS
            }
    }
    for (size_t r = 0; r < rows; r++)
        for (size_t o = 0; o < outputs; o++) {
            const float *sums = held + r * held_stride + o * 2 * LANES;
            out[r * out_stride + o] = sum(load(sums) + load(sums + LANES)) + (bias ? bias[o] : 0);
        }
}

static void block_output_major(
    tscope_element element, const float *x, size_t rows, size_t inputs, const uint8_t *w,
    size_t w_stride, size_t outputs, const float *bias, float *out, size_t out_stride)
{
    size_t step = block_bytes(tscope_block_of(element), w_stride);
    if (rows <= ROW_BLOCK) {
        /* On the boundary of a line, as in `output_major`. */
        float aligned[LONG_ROW] __attribute__((aligned(64)));
        if (rows * inputs <= LONG_ROW) x = memcpy(aligned, x, rows * inputs * sizeof(float));
        if (rows > 0)
            block_table[element].dot[rows - 1](
                x, inputs, inputs, w, step, outputs, bias, out, out_stride);
        return;
    }
    for (size_t r = 0; r < rows; r += EXPANDED_ROWS)
        for (size_t o = 0; o < outputs; o += EXPANDED_OUTPUTS)
            multiply_expanded(
                element, x + r * inputs, rows - r < EXPANDED_ROWS ? rows - r : EXPANDED_ROWS,
                inputs, w + o * step, step,
                outputs - o < EXPANDED_OUTPUTS ? outputs - o : EXPANDED_OUTPUTS,
                bias ? bias + o : 0, out + r * out_stride + o, out_stride);
}

/* At most EXPANDED_ROWS rows with at most INPUT_BLOCK inputs, down `outputs` columns. */
static void add_expanded_inputs(
    tscope_element element, const float *x, size_t rows, size_t x_stride, size_t inputs,
    const uint8_t *w, size_t step, size_t outputs, float *out, size_t out_stride)
{
    float weights[EXPANDED] __attribute__((aligned(64)));
    float acc[EXPANDED] __attribute__((aligned(64)));
    const size_t depth = EXPANDED / outputs / INPUT_GROUP * INPUT_GROUP;
    memset(acc, 0, rows * outputs * sizeof(float));
    for (size_t i = 0; i < inputs; i += depth) {
        size_t count = inputs - i < depth ? inputs - i : depth;
        for (size_t d = 0; d < count; d++)
            block_table[element].expand(w + (i + d) * step, outputs, weights + d * outputs);
        for (size_t r = 0; r < rows; r += ROW_BLOCK) {
            size_t left = rows - r, d = 0;
#define ROWS(row_count, group)                                                                 \
    add_inputs(                                                                                \
        TSCOPE_F32, row_count, group, 0, x + r * x_stride + i + d, x_stride,                   \
        (const char *)(weights + d * outputs), outputs, outputs, acc + r * outputs, outputs)
#define GROUPS(row_count)                                                                      \
    {                                                                                          \
        for (; d + INPUT_GROUP <= count; d += INPUT_GROUP) ROWS(row_count, INPUT_GROUP);       \
        for (; d < count; d++) ROWS(row_count, 1);                                             \
    }
            if (left >= ROW_BLOCK) GROUPS(ROW_BLOCK)
#if ROW_BLOCK > 2
            else if (left == 3) GROUPS(3)
            else if (left == 2) GROUPS(2)
#endif
            else GROUPS(1)
#undef GROUPS
#undef ROWS
        }
    }
    for (size_t r = 0; r < rows; r++)
        for (size_t o = 0; o < outputs; o++) out[r * out_stride + o] += acc[r * outputs + o];
}

static void block_input_major(
    tscope_element element, const float *x, size_t rows, size_t inputs, const uint8_t *w,
    size_t w_stride, size_t outputs, const float *bias, float *out, size_t out_stride)
{
    const tscope_block shape = tscope_block_of(element);
    size_t step = block_bytes(shape, w_stride);
    /* Whole blocks at a time; a single row reads longer runs from memory. */
    size_t most = rows == 1 ? EXPANDED / INPUT_GROUP : EXPANDED / EXPANDED_ROWS;
    for (size_t r = 0; r < rows; r++)
        for (size_t o = 0; o < outputs; o++) out[r * out_stride + o] = bias ? bias[o] : 0;
    for (size_t r = 0; r < rows; r += EXPANDED_ROWS)
        for (size_t i = 0; i < inputs; i += INPUT_BLOCK)
            for (size_t o = 0; o < outputs; o += most)
                add_expanded_inputs(
                    element, x + r * inputs + i,
                    rows - r < EXPANDED_ROWS ? rows - r : EXPANDED_ROWS, inputs,
                    inputs - i < INPUT_BLOCK ? inputs - i : INPUT_BLOCK,
                    w + i * step + block_bytes(shape, o), step,
                    outputs - o < most ? outputs - o : most, out + r * out_stride + o, out_stride);
}
