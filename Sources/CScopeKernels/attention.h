/* Part of the kernel source that each level compiles: the pieces of attention. */

/* Four dot products of one vector, summed in an order that depends on `width` only. */
INLINE vf4 dot4(
    const float *query, size_t width, const float *a, const float *b, const float *c,
    const float *d)
{
    vf sa = (vf)0.0f, sb = sa, sc = sa, sd = sa;
    size_t i = 0;
    for (; i + LANES <= width; i += LANES) {
        vf q = load(query + i);
        sa = sa + q * load(a + i);
        sb = sb + q * load(b + i);
        sc = sc + q * load(c + i);
        sd = sd + q * load(d + i);
    }
    if (i < width) {
        size_t rest = width - i;
        vf q = load_part(query + i, rest, 0);
        sa = sa + q * load_part(a + i, rest, 0);
        sb = sb + q * load_part(b + i, rest, 0);
        sc = sc + q * load_part(c + i, rest, 0);
        sd = sd + q * load_part(d + i, rest, 0);
    }
    return sum4(sa, sb, sc, sd);
}

static void dot_rows(
    const float *query, size_t width, const float *keys, size_t rows, float scale, float *scores)
{
    for (size_t j = 0; j < rows; j += 4) {
        const float *key[4];
        size_t count = rows - j < 4 ? rows - j : 4;
        /* A short last group repeats its last row; the surplus sums are dropped. */
        for (size_t b = 0; b < 4; b++)
            key[b] = keys + (j + (b < count ? b : count - 1)) * width;
        vf4 sums = dot4(query, width, key[0], key[1], key[2], key[3]);
        for (size_t b = 0; b < count; b++) scores[j + b] = scale * sums[b];
    }
}

INLINE void weighted_columns(
    int width, const float *weights, size_t rows, const float *values, size_t stride, float *out)
{
    vf acc[8];
    UNROLL for (int v = 0; v < width; v++) acc[v] = load(out + v * LANES);
    for (size_t j = 0; j < rows; j++)
        UNROLL for (int v = 0; v < width; v++)
            acc[v] = acc[v] + load(values + j * stride + v * LANES) * weights[j];
    UNROLL for (int v = 0; v < width; v++) store(acc[v], out + v * LANES);
}

static void add_weighted_rows(
    const float *weights, size_t rows, const float *values, size_t width, float *out)
{
    size_t i = 0;
    for (; i + 8 * LANES <= width; i += 8 * LANES)
        weighted_columns(8, weights, rows, values + i, width, out + i);
    for (; i + 4 * LANES <= width; i += 4 * LANES)
        weighted_columns(4, weights, rows, values + i, width, out + i);
    for (; i + LANES <= width; i += LANES)
        weighted_columns(1, weights, rows, values + i, width, out + i);
    if (i < width) {
        size_t rest = width - i;
        vf acc = load_part(out + i, rest, 0);
        for (size_t j = 0; j < rows; j++)
            acc = acc + load_part(values + j * width + i, rest, 0) * weights[j];
        store_part(acc, out + i, rest);
    }
}

#define PAGE TSCOPE_PAGE

/* How many queries meet a page's keys together, and how many rows of weights its values: so many
 * that their sums fill the registers. */
#if LANES == 16
#define SCORE_ROWS 8
#define MIX_ROWS 4
#else
#define SCORE_ROWS (LANES == 8 ? 2 : 1)
#define MIX_ROWS 2
#endif

/* A vector holds LANES keys, and each sum runs along the width in order. */
INLINE void score_rows(
    tscope_element element, int count, const float *queries, size_t width, const void *keys,
    float scale, float *scores, size_t stride)
{
    vf acc[SCORE_ROWS][PAGE / LANES];
    UNROLL for (int r = 0; r < count; r++)
        UNROLL for (int v = 0; v < PAGE / LANES; v++) acc[r][v] = (vf)0.0f;
    for (size_t i = 0; i < width; i++) {
        vf key[PAGE / LANES];
        UNROLL for (int v = 0; v < PAGE / LANES; v++) key[v] = load_element(element, keys, i * PAGE + v * LANES);
        UNROLL for (int r = 0; r < count; r++)
            UNROLL for (int v = 0; v < PAGE / LANES; v++)
                acc[r][v] = acc[r][v] + key[v] * queries[r * width + i];
    }
    UNROLL for (int r = 0; r < count; r++)
        UNROLL for (int v = 0; v < PAGE / LANES; v++)
            store(acc[r][v] * scale, scores + r * stride + v * LANES);
}

INLINE void score_page_of(
    tscope_element element, const float *queries, size_t count, size_t width, const void *keys,
    float scale, float *scores, size_t stride)
{
    for (size_t r = 0; r < count; r += SCORE_ROWS) {
        const float *from = queries + r * width;
        float *to = scores + r * stride;
#define ROWS(row_count) score_rows(element, row_count, from, width, keys, scale, to, stride)
        switch (count - r) {
#if SCORE_ROWS > 2
        case 7: ROWS(7); break;
        case 6: ROWS(6); break;
        case 5: ROWS(5); break;
        case 4: ROWS(4); break;
        case 3: ROWS(3); break;
        case 2: ROWS(2); break;
#endif
#if SCORE_ROWS > 1
        case 1: ROWS(1); break;
#endif
        default: ROWS(SCORE_ROWS); break;
        }
#undef ROWS
    }
}

static void score_page(
    tscope_element element, const float *queries, size_t count, size_t width, const void *keys,
    float scale, float *scores, size_t stride)
{
    if (element == TSCOPE_F16)
        score_page_of(TSCOPE_F16, queries, count, width, keys, scale, scores, stride);
    else
        score_page_of(TSCOPE_F32, queries, count, width, keys, scale, scores, stride);
}

/* The order of `add_weighted_rows` for several rows of weights. */
INLINE void mix_columns(
    tscope_element element, int count, int width, const float *weights, size_t stride, size_t rows,
    const void *values, size_t from, size_t value_stride, float *out)
{
    vf acc[MIX_ROWS][4];
    UNROLL for (int r = 0; r < count; r++)
        UNROLL for (int v = 0; v < width; v++) acc[r][v] = load(out + from + r * value_stride + v * LANES);
    for (size_t j = 0; j < rows; j++) {
        vf value[4];
        UNROLL for (int v = 0; v < width; v++)
            value[v] = load_element(element, values, from + j * value_stride + v * LANES);
        UNROLL for (int r = 0; r < count; r++)
            UNROLL for (int v = 0; v < width; v++)
                acc[r][v] = acc[r][v] + value[v] * weights[r * stride + j];
    }
    UNROLL for (int r = 0; r < count; r++)
        UNROLL for (int v = 0; v < width; v++) store(acc[r][v], out + from + r * value_stride + v * LANES);
}

INLINE void mix_rows(
    tscope_element element, int count, const float *weights, size_t stride, size_t rows,
    const void *values, size_t width, float *out)
{
    size_t i = 0;
    for (; i + 4 * LANES <= width; i += 4 * LANES)
        mix_columns(element, count, 4, weights, stride, rows, values, i, width, out);
    for (; i + LANES <= width; i += LANES)
        mix_columns(element, count, 1, weights, stride, rows, values, i, width, out);
    if (i < width)
        for (int r = 0; r < count; r++) {
            vf acc = load_part(out + r * width + i, width - i, 0);
            for (size_t j = 0; j < rows; j++)
                acc = acc
                    + load_element_part(element, values, j * width + i, width - i)
                        * weights[r * stride + j];
            store_part(acc, out + r * width + i, width - i);
        }
}

INLINE void mix_page_of(
    tscope_element element, const float *weights, size_t count, size_t stride, const void *values,
    size_t rows, size_t width, float *out)
{
    for (size_t r = 0; r < count; r += MIX_ROWS) {
        const float *from = weights + r * stride;
        float *to = out + r * width;
        size_t left = count - r;
        if (left >= MIX_ROWS) mix_rows(element, MIX_ROWS, from, stride, rows, values, width, to);
#if MIX_ROWS > 2
        else if (left == 3) mix_rows(element, 3, from, stride, rows, values, width, to);
        else if (left == 2) mix_rows(element, 2, from, stride, rows, values, width, to);
#endif
        else mix_rows(element, 1, from, stride, rows, values, width, to);
    }
}

static void mix_page(
    tscope_element element, const float *weights, size_t count, size_t stride, const void *values,
    size_t rows, size_t width, float *out)
{
    if (element == TSCOPE_F16)
        mix_page_of(TSCOPE_F16, weights, count, stride, values, rows, width, out);
    else
        mix_page_of(TSCOPE_F32, weights, count, stride, values, rows, width, out);
}

static void softmax(float *x, size_t count)
{
    const vf least = (vf)-INFINITY;
    vf largest = least;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        vf v = load(x + i);
        largest = v > largest ? v : largest;
    }
    if (i < count) {
        vf v = load_part(x + i, count - i, -INFINITY);
        largest = v > largest ? v : largest;
    }
    /* NaN never wins a comparison; its exponential below makes the sum NaN all the same. */
    float shift = largest_lane(largest);
    vd total = (vd)0.0;
    for (i = 0; i + LANES <= count; i += LANES) {
        vf e = exp_float(load(x + i) - shift);
        store(e, x + i);
        total += to_double(e);
    }
    double rest = 0;
    if (i < count) {
        float lanes[LANES];
        store(exp_float(load_part(x + i, count - i, -INFINITY) - shift), lanes);
        memcpy(x + i, lanes, (count - i) * sizeof(float));
        for (size_t k = 0; k < count - i; k++) rest += lanes[k];
    }
    float scale = (float)(1 / (sum_doubles(total) + rest));
    for (i = 0; i < count; i++) x[i] *= scale;
}
