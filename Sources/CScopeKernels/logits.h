/* Part of the kernel source that each level compiles: passes over a row of logits. */

static int logits_summary(const float *x, size_t count, double *log_sum_exp, double *entropy)
{
    vf most = (vf)-INFINITY;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        vf v = load(x + i);
        most = v > most ? v : most;
    }
    float largest = largest_lane(most);
    for (; i < count; i++) largest = x[i] > largest ? x[i] : largest;
    if (!isfinite(largest)) return 0;

    /* With z = x − largest, p = e^z / s: the entropy is log s − (Σ e^z·z) / s. The clamp keeps
     * 0 · ∞ out of the second sum. */
    vd powers = (vd)0.0, moments = (vd)0.0;
    for (i = 0; i < count; i += LANES) {
        size_t rest = count - i;
        vf v = rest < LANES ? load_part(x + i, rest, -INFINITY) : load(x + i);
        vd z = to_double(v) - (double)largest;
        z = z < -1000.0 ? (vd)-1000.0 : z;
        vd power = exp_double(z);
        powers += power;
        moments += power * z;
    }
    double s = sum_doubles(powers);
    if (isnan(s)) return 0;
    *log_sum_exp = (double)largest + log(s);
    *entropy = log(s) - sum_doubles(moments) / s;
    return 1;
}

/* Whether entry a ranks below entry b: smaller, or equal and later. */
INLINE int ranks_below(float a, uint32_t a_index, float b, uint32_t b_index)
{
    return a < b || (a == b && a_index > b_index);
}

/* Restores the order of a heap, whose root ranks lowest, below place `at`. */
INLINE void sink(uint32_t *indices, float *values, size_t count, size_t at)
{
    float value = values[at];
    uint32_t index = indices[at];
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count
            && ranks_below(
                values[child + 1], indices[child + 1], values[child], indices[child]))
            child++;
        if (!ranks_below(values[child], indices[child], value, index)) break;
        values[at] = values[child];
        indices[at] = indices[child];
    }
    values[at] = value;
    indices[at] = index;
}

static void top(const float *x, size_t count, size_t k, uint32_t *indices, float *values)
{
    if (k == 0) return;
    for (size_t i = 0; i < k; i++) {
        indices[i] = (uint32_t)i;
        values[i] = x[i];
    }
    for (size_t i = k / 2; i-- > 0;) sink(indices, values, k, i);
    /* Few entries beat the lowest that is kept, so whole vectors are skipped by one test. */
    for (size_t i = k; i < count;) {
        size_t stop = i + 1;
        if (i + 4 * LANES <= count) {
            vf threshold = (vf)values[0];
            vi above = (load(x + i) > threshold) | (load(x + i + LANES) > threshold)
                | (load(x + i + 2 * LANES) > threshold) | (load(x + i + 3 * LANES) > threshold);
            stop = i + 4 * LANES;
            if (!__builtin_reduce_or(above)) i = stop;
        }
        for (; i < stop; i++) {
            if (!(x[i] > values[0])) continue;
            values[0] = x[i];
            indices[0] = (uint32_t)i;
            sink(indices, values, k, 0);
        }
    }
    /* The lowest goes to the end of a heap that shrinks: what remains is ordered. */
    for (size_t n = k; n-- > 1;) {
        float value = values[0];
        uint32_t index = indices[0];
        values[0] = values[n];
        indices[0] = indices[n];
        values[n] = value;
        indices[n] = index;
        sink(indices, values, n, 0);
    }
}
