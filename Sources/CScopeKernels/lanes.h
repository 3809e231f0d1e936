/* Part of the kernel source that each level compiles for itself: vectors of LANES numbers.
 *
 * A level defines LANES, the width of one vector register in floats, and ROW_BLOCK, how many rows
 * of four running sums fit in the registers beside the operands. Everything is written in the
 * vector extensions of C, so one text serves all processors. No include guard: see the levels. */
#include "tscope_kernels.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__)
/* Vectors wider than a register are passed to functions, but only to inlined ones. */
#pragma clang diagnostic ignored "-Wpsabi"
#endif

#if defined(TSCOPE_OUTLINE)
/* For sanitizers, which check every copy of what is inlined and unrolled: thousands of each. */
#define INLINE static inline
#define UNROLL
#else
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
#endif

typedef float vf __attribute__((ext_vector_type(LANES)));
typedef double vd __attribute__((ext_vector_type(LANES)));
typedef int32_t vi __attribute__((ext_vector_type(LANES)));
typedef int64_t vl __attribute__((ext_vector_type(LANES)));
typedef uint16_t vh __attribute__((ext_vector_type(LANES)));
typedef uint32_t vu __attribute__((ext_vector_type(LANES)));
typedef float vf4 __attribute__((ext_vector_type(4)));

/* As they lie in memory: on the boundary of an element, in an array of another type. */
typedef vf vf_stored __attribute__((aligned(4), may_alias));
typedef vh vh_stored __attribute__((aligned(2), may_alias));

INLINE vf load(const float *p) { return *(const vf_stored *)p; }
INLINE void store(vf v, float *p) { *(vf_stored *)p = v; }

/* The first `count` lanes from memory, the others `rest`. */
INLINE vf load_part(const float *p, size_t count, float rest)
{
    float lanes[LANES];
    for (size_t i = 0; i < LANES; i++) lanes[i] = rest;
    memcpy(lanes, p, count * sizeof(float));
    return load(lanes);
}

INLINE void store_part(vf v, float *p, size_t count)
{
    float lanes[LANES];
    store(v, lanes);
    memcpy(p, lanes, count * sizeof(float));
}

#if defined(WIDENS_F16)
typedef _Float16 v16 __attribute__((ext_vector_type(LANES)));
INLINE vf widen_f16(vh bits)
{
    v16 halves;
    memcpy(&halves, &bits, sizeof halves);
    return __builtin_convertvector(halves, vf);
}

INLINE vh round_f16(vf value)
{
    v16 halves = __builtin_convertvector(value, v16);
    vh bits;
    memcpy(&bits, &halves, sizeof bits);
    return bits;
}
#else
/* Without an instruction: the bits of a half, moved into place, are the value times 2⁻¹¹²,
 * subnormals included, so one exact product finishes; infinity and NaN get the exponent that the
 * product does not reach. */
INLINE vf widen_f16(vh bits)
{
    vu wide = __builtin_convertvector(bits, vu);
    vu magnitude = (wide & 0x7FFF) << 13;
    vu sign = (wide & 0x8000) << 16;
    vf value = (vf)magnitude * 0x1p112f;
    vu special = (vu)(magnitude >= (0x7C00u << 13)) & 0x7F800000u;
    return (vf)((vu)value | special | sign);
}

/* To the nearest half, ties to the even one. The last bit of a half with the exponent of 2⁻¹⁴ or
 * less is worth 2⁻²⁴, as is the last bit of a float around ½, so a sum rounds those. */
INLINE vh round_f16(vf value)
{
    vu bits = (vu)value;
    vu sign = (bits >> 16) & 0x8000;
    vu magnitude = bits & 0x7FFFFFFF;
    vu normal = (magnitude + 0x0FFF + ((magnitude >> 13) & 1) - (112u << 23)) >> 13;
    vu small = (vu)((vf)magnitude + 0.5f) - 0x3F000000;
    vu special = magnitude > 0x7F800000 ? (vu)0x7E00 : (vu)0x7C00;
    vu half = magnitude < 0x38800000 ? small : normal;
    half = magnitude >= 0x477FF000 ? special : half;
    return __builtin_convertvector(half | sign, vh);
}
#endif

INLINE vf widen_bf16(vh bits) { return (vf)(__builtin_convertvector(bits, vu) << 16); }

/* Stored elements i … i + LANES − 1, widened. */
INLINE vf load_element(tscope_element element, const void *p, size_t i)
{
    switch (element) {
    case TSCOPE_F16: return widen_f16(*(const vh_stored *)((const uint16_t *)p + i));
    case TSCOPE_BF16: return widen_bf16(*(const vh_stored *)((const uint16_t *)p + i));
    default: return load((const float *)p + i);
    }
}

/* The same for the last `count` elements; the lanes beyond are zero. */
INLINE vf load_element_part(tscope_element element, const void *p, size_t i, size_t count)
{
    if (element == TSCOPE_F32) return load_part((const float *)p + i, count, 0);
    uint16_t lanes[LANES] = {0};
    memcpy(lanes, (const uint16_t *)p + i, count * sizeof(uint16_t));
    return load_element(element, lanes, 0);
}

INLINE size_t element_width(tscope_element element) { return element == TSCOPE_F32 ? 4 : 2; }

/* Halves added until four lanes are left. */
INLINE vf4 fold(vf v)
{
#if LANES == 16
    typedef float vf8 __attribute__((ext_vector_type(8)));
    vf8 half = v.lo + v.hi;
    return half.lo + half.hi;
#elif LANES == 8
    return v.lo + v.hi;
#else
    return v;
#endif
}

/* The sums over the lanes of four vectors; each in the order of `sum`. */
INLINE vf4 sum4(vf a, vf b, vf c, vf d)
{
    vf4 fa = fold(a), fb = fold(b), fc = fold(c), fd = fold(d);
    vf4 ab = __builtin_shufflevector(fa, fb, 0, 4, 1, 5)
        + __builtin_shufflevector(fa, fb, 2, 6, 3, 7);
    vf4 cd = __builtin_shufflevector(fc, fd, 0, 4, 1, 5)
        + __builtin_shufflevector(fc, fd, 2, 6, 3, 7);
    return __builtin_shufflevector(ab, cd, 0, 1, 4, 5)
        + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
}

INLINE float sum(vf v)
{
    vf4 f = fold(v);
    return (f.x + f.z) + (f.y + f.w);
}

INLINE double sum_doubles(vd v)
{
    double total = 0;
    for (int i = 0; i < LANES; i++) total += v[i];
    return total;
}

INLINE float largest_lane(vf v)
{
    float largest = v[0];
    for (int i = 1; i < LANES; i++) largest = v[i] > largest ? v[i] : largest;
    return largest;
}

INLINE vd to_double(vf v) { return __builtin_convertvector(v, vd); }
INLINE vf to_float(vd v) { return __builtin_convertvector(v, vf); }

/* Asks for a line of weights, which may lie past the end. Rows beside each other,
 * or short ones, defeat the hardware's foresight; the second-level cache has room for them. */
INLINE void prefetch(const char *from, size_t offset)
{
    __builtin_prefetch((const void *)((uintptr_t)from + offset), 0, 2);
}

INLINE void widen_all(tscope_element element, const void *from, size_t count, float *to)
{
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) store(load_element(element, from, i), to + i);
    if (i < count) store_part(load_element_part(element, from, i, count - i), to + i, count - i);
}
