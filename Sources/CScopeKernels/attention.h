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
