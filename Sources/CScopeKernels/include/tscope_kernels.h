/* Leaf loops that BLAS lacks. No allocation, no threads, no global state but constant tables.
 *
 * Every sum runs in one order that depends on its length alone: a row's result depends neither on
 * how many rows are computed with it nor on where the work is split. Levels differ among each
 * other in the last bits. Matrices are row-major, strides count elements, memory needs the
 * alignment of its element type only (blocks need none), and outputs must not overlap inputs. A
 * stored row of a block format is whole blocks. */
#ifndef TSCOPE_KERNELS_H
#define TSCOPE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#define TSCOPE_NULLABLE _Nullable
#else
#define TSCOPE_NULLABLE
#endif

/* The positions of a page of the key-value cache. */
#define TSCOPE_PAGE 32

/* How a weight is stored. From TSCOPE_Q4_0 on in blocks of integer codes that share scales, as
 * ggml defines them. */
typedef enum {
    TSCOPE_F32 = 0,
    TSCOPE_F16 = 1,
    TSCOPE_BF16 = 2,
    TSCOPE_Q4_0,
    TSCOPE_Q4_1,
    TSCOPE_Q5_0,
    TSCOPE_Q5_1,
    TSCOPE_Q8_0,
    TSCOPE_Q2_K,
    TSCOPE_Q3_K,
    TSCOPE_Q4_K,
    TSCOPE_Q5_K,
    TSCOPE_Q6_K,
    TSCOPE_IQ4_NL,
    TSCOPE_IQ4_XS,
    TSCOPE_MXFP4,
} tscope_element;

/* The elements that are stored together, and the bytes they take. */
typedef struct {
    size_t elements;
    size_t bytes;
} tscope_block;

static inline tscope_block tscope_block_of(tscope_element element)
{
    switch (element) {
    case TSCOPE_F32: return (tscope_block){1, 4};
    case TSCOPE_F16: return (tscope_block){1, 2};
    case TSCOPE_BF16: return (tscope_block){1, 2};
    case TSCOPE_Q4_0: return (tscope_block){32, 18};
    case TSCOPE_Q4_1: return (tscope_block){32, 20};
    case TSCOPE_Q5_0: return (tscope_block){32, 22};
    case TSCOPE_Q5_1: return (tscope_block){32, 24};
    case TSCOPE_Q8_0: return (tscope_block){32, 34};
    case TSCOPE_Q2_K: return (tscope_block){256, 84};
    case TSCOPE_Q3_K: return (tscope_block){256, 110};
    case TSCOPE_Q4_K: return (tscope_block){256, 144};
    case TSCOPE_Q5_K: return (tscope_block){256, 176};
    case TSCOPE_Q6_K: return (tscope_block){256, 210};
    case TSCOPE_IQ4_NL: return (tscope_block){32, 18};
    case TSCOPE_IQ4_XS: return (tscope_block){256, 136};
    case TSCOPE_MXFP4: return (tscope_block){32, 17};
    }
}

/* What products with packed weights are computed in. Fixed point is for formats of blocks; the
 * others then stay with binary32. */
typedef enum {
    TSCOPE_FLOAT32 = 0,
    TSCOPE_FIXED24,
    TSCOPE_FIXED16,
    TSCOPE_INT8,
    TSCOPE_BFLOAT16,
} tscope_arithmetic;

/* For which processors a table was compiled. */
typedef enum {
    TSCOPE_PORTABLE = 0, /* what the compiler assumes: SSE2, or NEON on 64-bit ARM */
    TSCOPE_AVX2 = 1,     /* with FMA and F16C */
    TSCOPE_AVX512 = 2,   /* F, BW, DQ, VL */
    TSCOPE_AVX512_DOT = 3, /* with VNNI and BF16 */
} tscope_level;

typedef struct {
    /* out[r][o] = bias[o] + Σᵢ x[r][i] · w[o][i]; meant for few rows, reads w once. */
    void (*multiply_output_major)(
        tscope_element element, const float *x, size_t rows, size_t inputs, const void *w,
        size_t w_stride, size_t outputs, const float *TSCOPE_NULLABLE bias, float *out,
        size_t out_stride);

    /* The same with w[i][o]. */
    void (*multiply_input_major)(
        tscope_element element, const float *x, size_t rows, size_t inputs, const void *w,
        size_t w_stride, size_t outputs, const float *TSCOPE_NULLABLE bias, float *out,
        size_t out_stride);

    /* to[i] = from[i], exactly (a signalling NaN may come out quiet); `count` is whole blocks. */
    void (*widen)(tscope_element element, const void *from, size_t count, float *to);

    /* Packed weights: panels of this many outputs, the last filled up with zeros, one after the
     * other. How a panel looks inside is the level's own business. */
    size_t panel_outputs;

    /* The bytes of a panel of so many inputs, whole blocks. */
    size_t (*panel_bytes)(tscope_element element, size_t inputs);

    /* Fills a panel, which holds zeros before, with at most `panel_outputs` outputs. Element (o, i)
     * lies at o · output_step + i · input_step bytes; of block formats the inputs lie side by side
     * whatever the step says. */
    void (*pack_panel)(
        tscope_element element, const void *from, size_t output_step, size_t input_step,
        size_t outputs, size_t inputs, void *panel);

    /* to[i · stride + o] = w[o][from + i], exactly, for all outputs and `count` inputs of a panel;
     * whole blocks, and an even `from`. */
    void (*widen_panel)(
        tscope_element element, const void *panel, size_t from, size_t count, float *to,
        size_t stride);

    /* to[i] = w[output][i] for one output of a panel. */
    void (*widen_output)(
        tscope_element element, const void *panel, size_t output, size_t inputs, float *to);

    /* The bytes that `prepare` fills, aligned as a float; may be 0. */
    size_t (*operand_bytes)(
        tscope_arithmetic arithmetic, tscope_element element, size_t rows, size_t inputs);

    /* Prepares rows for products with packed weights of this format and inputs. */
    void (*prepare)(
        tscope_arithmetic arithmetic, tscope_element element, const float *x, size_t rows,
        size_t inputs, void *operand);

    /* out[r][o] = bias[o] + Σᵢ x[r][i] · w[o][i] with packed weights, for any number of rows;
     * `operand` is what `prepare` made of all of x. */
    void (*multiply_panels)(
        tscope_arithmetic arithmetic, tscope_element element, const float *x,
        const void *TSCOPE_NULLABLE operand, size_t rows, size_t inputs, const void *panels,
        size_t outputs, const float *TSCOPE_NULLABLE bias, float *out, size_t out_stride);

    /* out[r][i − from] = Σₒ x[r][o] · w[o][i] with packed weights, for inputs `from`, a multiple of
     * `panel_outputs`, up to `to`; x is rows × outputs. */
    void (*multiply_adjoint)(
        tscope_element element, const float *x, size_t rows, size_t outputs, const void *panels,
        size_t inputs, size_t from, size_t to, float *out, size_t out_stride);

    /* scores[j] = scale · Σᵢ query[i] · keys[j][i] */
    void (*dot_rows)(
        const float *query, size_t width, const float *keys, size_t rows, float scale,
        float *scores);

    /* out[i] += Σⱼ weights[j] · values[j][i], from j = 0 up, starting from out[i] */
    void (*add_weighted_rows)(
        const float *weights, size_t rows, const float *values, size_t width, float *out);

    /* to[i] = from[i], rounded to the nearest half, ties to the even one; a finite number beyond
     * the largest half becomes it. */
    void (*narrow)(const float *from, size_t count, uint16_t *to);

    /* scores[q][j] = scale · Σᵢ queries[q][i] · keys[i][j] over a page of keys that lie side by
     * side, width × TSCOPE_PAGE; each sum in order of i. Queries are count × width. The cache's
     * element here and below is TSCOPE_F32 or TSCOPE_F16. */
    void (*score_page)(
        tscope_element element, const float *queries, size_t count, size_t width,
        const void *keys, float scale, float *scores, size_t stride);

    /* out[q][i] += Σⱼ weights[q][j] · values[j][i], from j = 0 up, starting from out[q][i]; out is
     * count × width. */
    void (*mix_page)(
        tscope_element element, const float *weights, size_t count, size_t stride,
        const void *values, size_t rows, size_t width, float *out);

    /* In place, shifted by the maximum, the sum in double. */
    void (*softmax)(float *x, size_t count);

    /* out = x / sqrt(mean(x²) + epsilon) · weight, each row by itself, the mean in double */
    void (*rms_norm)(
        const float *x, size_t rows, size_t columns, const float *weight, double epsilon,
        float *out);

    /* out = (x − mean) / sqrt(variance + epsilon) · weight + bias, the moments in double; without
     * a weight the factor is 1 */
    void (*layer_norm)(
        const float *x, size_t rows, size_t columns, const float *TSCOPE_NULLABLE weight,
        const float *TSCOPE_NULLABLE bias, double epsilon, float *out);

    /* In place: (a, b) becomes (a·cos − b·sin, b·cos + a·sin). Pairs are (i, i + half), or
     * (2i, 2i + 1) where `adjacent` is not 0, of every head of every row; cosines and sines
     * are rows × half. */
    void (*rotate)(
        float *x, size_t rows, size_t columns, size_t head_dimension, const float *cosines,
        const float *sines, size_t half, int adjacent);

    /* In place. */
    void (*silu)(float *x, size_t count);
    void (*gelu_tanh)(float *x, size_t count);
    void (*gelu_erf)(float *x, size_t count);
    void (*gelu_quick)(float *x, size_t count);
    void (*relu)(float *x, size_t count);
    void (*relu_squared)(float *x, size_t count);

    /* In place: cap · tanh(x / cap), in double; cap > 0. */
    void (*soft_cap)(float *x, size_t count, double cap);

    /* In place: x · factor. */
    void (*scale)(float *x, size_t count, float factor);

    /* In place: −limit where x is less, limit where it is more; NaN stays. */
    void (*clamp)(float *x, size_t count, float limit);

    /* scores[j] += slope · (first + j) */
    void (*add_slope)(float *scores, size_t count, float slope, int64_t first);

    /* y ·= x, y += x */
    void (*multiply)(const float *x, size_t count, float *y);
    void (*add)(const float *x, size_t count, float *y);

    /* log Σ exp(x) and the entropy of softmax(x) in nats, wholly in double. Entries of −∞ count
     * as impossible. Returns 0 if there is a NaN or a +∞, or nothing above −∞, and then leaves
     * the results unset. */
    int (*logits_summary)(
        const float *x, size_t count, double *log_sum_exp, double *entropy);

    /* The `k` largest of `count` values, largest first, among equals the earlier first. NaN sorts
     * nowhere: callers exclude it. k ≤ count < 2³². */
    void (*top)(
        const float *x, size_t count, size_t k, uint32_t *indices, float *values);
} tscope_kernel_table;

/* The widest level that this processor runs. */
tscope_level tscope_best_level(void);

/* The kernels of a level, or null where this processor lacks it. */
const tscope_kernel_table *TSCOPE_NULLABLE tscope_kernels(tscope_level level);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
