/* Part of the kernel source that each level compiles: norms, rotation, activations. */

/* Σ f(x) in double, f being (x − shift)^power. */
INLINE double sum_of_powers(const float *x, size_t count, double shift, int power)
{
    vd first = (vd)0.0, second = (vd)0.0;
    size_t i = 0;
    for (; i + 2 * LANES <= count; i += 2 * LANES) {
        vd a = to_double(load(x + i)) - shift;
        vd b = to_double(load(x + i + LANES)) - shift;
        first += power == 2 ? a * a : a;
        second += power == 2 ? b * b : b;
    }
    double rest = 0;
    for (; i < count; i++) {
        double a = x[i] - shift;
        rest += power == 2 ? a * a : a;
    }
    return sum_doubles(first + second) + rest;
}

static void rms_norm(
    const float *x, size_t rows, size_t columns, const float *weight, double epsilon, float *out)
{
    for (size_t r = 0; r < rows; r++, x += columns, out += columns) {
        double squares = sum_of_powers(x, columns, 0, 2);
        float scale = (float)(1 / sqrt(squares / (double)columns + epsilon));
        for (size_t i = 0; i < columns; i++) out[i] = x[i] * scale * weight[i];
    }
}

static void layer_norm(
    const float *x, size_t rows, size_t columns, const float *weight, const float *bias,
    double epsilon, float *out)
{
    for (size_t r = 0; r < rows; r++, x += columns, out += columns) {
        double mean = sum_of_powers(x, columns, 0, 1) / (double)columns;
        double squares = sum_of_powers(x, columns, mean, 2);
        double scale = 1 / sqrt(squares / (double)columns + epsilon);
        for (size_t i = 0; i < columns; i++) {
            float normal = (float)((x[i] - mean) * scale);
            out[i] = normal * (weight ? weight[i] : 1) + (bias ? bias[i] : 0);
        }
    }
}

static void rotate(
    float *x, size_t rows, size_t columns, size_t head_dimension, const float *cosines,
    const float *sines, size_t half, int adjacent)
{
    for (size_t r = 0; r < rows; r++, cosines += half, sines += half) {
        for (size_t start = 0; start < columns; start += head_dimension) {
            float *head = x + r * columns + start;
            size_t second = adjacent ? 1 : half;
            size_t step = adjacent ? 2 : 1;
            for (size_t i = 0; i < half; i++) {
                float a = head[i * step];
                float b = head[i * step + second];
                head[i * step] = a * cosines[i] - b * sines[i];
                head[i * step + second] = b * cosines[i] + a * sines[i];
            }
        }
    }
}

/* Maps `function` over memory, the last part of a vector included. */
#define DEFINE_MAP(name, function)                                                             \
    static void name(float *x, size_t count)                                                   \
    {                                                                                          \
        size_t i = 0;                                                                          \
        for (; i + LANES <= count; i += LANES) store(function(load(x + i)), x + i);            \
        if (i < count) store_part(function(load_part(x + i, count - i, 0)), x + i, count - i); \
    }

INLINE vf silu_of(vf x) { return x / (1.0f + exp_float(-x)); }

/* (1 + tanh u) / 2 is the logistic function of 2u, which loses nothing where tanh nears −1. */
INLINE vf gelu_tanh_of(vf x)
{
    const float twice_root = 0x1.988454p0f; /* 2 √(2/π) */
    vf u = x * (x * x * 0.044715f + 1.0f) * twice_root;
    return x / (1.0f + exp_float(-u));
}

/* (1 + erf(x/√2)) / 2 is erfc(−x/√2) / 2, again without cancellation. */
INLINE vf gelu_erf_of(vf x)
{
    vd wide = to_double(x);
    vd tail = erfc_double((wide < 0.0 ? -wide : wide) * 0x1.6a09e667f3bcdp-1);
    return to_float(wide * 0.5 * (wide < 0.0 ? tail : 2.0 - tail));
}

INLINE vf gelu_quick_of(vf x) { return x / (1.0f + exp_float(x * -1.702f)); }

INLINE vf relu_of(vf x) { return x < 0.0f ? (vf)0.0f : x; }

INLINE vf relu_squared_of(vf x) { return relu_of(x) * relu_of(x); }

DEFINE_MAP(silu, silu_of)
DEFINE_MAP(gelu_tanh, gelu_tanh_of)
DEFINE_MAP(gelu_erf, gelu_erf_of)
DEFINE_MAP(gelu_quick, gelu_quick_of)
DEFINE_MAP(relu, relu_of)
DEFINE_MAP(relu_squared, relu_squared_of)

/* With e = e^(−2|u|), tanh |u| = (1 − e) / (1 + e), which cancels where u is small: there two
 * terms of the series are exact enough. */
INLINE vf soft_cap_of(vf x, double cap)
{
    vd u = to_double(x) / cap;
    vd size = u < 0.0 ? -u : u;
    vd e = exp_double(size * -2.0);
    vd far = (1.0 - e) / (1.0 + e);
    far = u < 0.0 ? -far : far;
    vd near = u - u * u * u * (1.0 / 3);
    return to_float(cap * (size < 1e-4 ? near : far));
}

static void soft_cap(float *x, size_t count, double cap)
{
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) store(soft_cap_of(load(x + i), cap), x + i);
    if (i < count)
        store_part(soft_cap_of(load_part(x + i, count - i, 0), cap), x + i, count - i);
}

static void scale(float *x, size_t count, float factor)
{
    for (size_t i = 0; i < count; i++) x[i] *= factor;
}

static void clamp(float *x, size_t count, float limit)
{
    for (size_t i = 0; i < count; i++) {
        float value = x[i] > limit ? limit : x[i];
        x[i] = value < -limit ? -limit : value;
    }
}

static void add_slope(float *scores, size_t count, float slope, int64_t first)
{
    for (size_t j = 0; j < count; j++) scores[j] += slope * (float)(first + (int64_t)j);
}

static void multiply(const float *x, size_t count, float *y)
{
    for (size_t i = 0; i < count; i++) y[i] *= x[i];
}

static void add(const float *x, size_t count, float *y)
{
    for (size_t i = 0; i < count; i++) y[i] += x[i];
}
