/* Part of the kernel source that each level compiles: weights stored in blocks, after the formats
 * that ggml defines. A weight is scale · code − least, where code is a small integer, or what a
 * table has in its place. Here are the scales.
 *
 * The unit is a chunk of 32 weights; a block is one chunk, or eight. Scales come in binary16, so
 * the products scale · code are exact in binary32: only the difference is rounded, and a fused
 * multiply-subtract gives the same. */

#define CHUNK 32

/* The vectors of a chunk. */
#define PIECES (CHUNK / LANES)

typedef uint8_t bytes4 __attribute__((ext_vector_type(4)));
typedef uint8_t bytes8 __attribute__((ext_vector_type(8)));
typedef uint8_t bytes16 __attribute__((ext_vector_type(16)));
typedef uint8_t bytes32 __attribute__((ext_vector_type(32)));
typedef int8_t codes4 __attribute__((ext_vector_type(4)));
typedef int8_t codes8 __attribute__((ext_vector_type(8)));
typedef int8_t codes16 __attribute__((ext_vector_type(16)));
typedef int8_t codes32 __attribute__((ext_vector_type(32)));
typedef float floats8 __attribute__((ext_vector_type(8)));
typedef float floats16 __attribute__((ext_vector_type(16)));

INLINE bytes16 load16(const uint8_t *p)
{
    bytes16 v;
    memcpy(&v, p, sizeof v);
    return v;
}

INLINE bytes32 load32(const uint8_t *p)
{
    bytes32 v;
    memcpy(&v, p, sizeof v);
    return v;
}

INLINE uint32_t load_word(const uint8_t *p)
{
    uint32_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

INLINE float half_at(const uint8_t *p)
{
    uint16_t bits;
    memcpy(&bits, p, sizeof bits);
#if LANES > 4
    /* By way of a general register: compilers else insert the half into any vector register at
     * hand, even that of a running sum, for whose latency each block then waits. */
    uint32_t wide = bits;
    __asm__("" : "+r"(wide));
    typedef int ints4 __attribute__((vector_size(16)));
    typedef short halves8 __attribute__((vector_size(16)));
    return __builtin_ia32_vcvtph2ps((halves8)(ints4){(int)wide, 0, 0, 0})[0];
#elif defined(WIDENS_F16)
    _Float16 half;
    memcpy(&half, &bits, sizeof half);
    return (float)half;
#else
    /* As `widen_f16` does. */
    uint32_t magnitude = (uint32_t)(bits & 0x7FFF) << 13;
    float value;
    memcpy(&value, &magnitude, sizeof value);
    value *= 0x1p112f;
    uint32_t result;
    memcpy(&result, &value, sizeof result);
    if (magnitude >= (0x7C00u << 13)) result |= 0x7F800000u;
    result |= (uint32_t)(bits & 0x8000) << 16;
    memcpy(&value, &result, sizeof value);
    return value;
#endif
}

/* Half of the power of two that the exponent byte of a microscaling format stands for. */
INLINE float half_power(uint8_t exponent)
{
    uint32_t bits = exponent < 2 ? 0x00200000u << exponent : (uint32_t)(exponent - 1) << 23;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* What the weights of a block are scaled by: one scale for all, one a chunk, or one for each half
 * of a chunk. */
typedef struct {
    float scale[16];
    float least[16];
} block_scales;

INLINE void store_scaled_bytes16(bytes16 bytes, float factor, float *to)
{
    floats16 values = __builtin_convertvector(bytes, floats16) * factor;
    memcpy(to, &values, sizeof values);
}

INLINE void store_scaled_codes16(codes16 codes, float factor, float *to)
{
    floats16 values = __builtin_convertvector(codes, floats16) * factor;
    memcpy(to, &values, sizeof values);
}

INLINE void store_scaled_bytes8(uint32_t first, uint32_t second, float factor, float *to)
{
    uint64_t both = first | (uint64_t)second << 32;
    bytes8 bytes;
    memcpy(&bytes, &both, sizeof bytes);
    floats8 values = __builtin_convertvector(bytes, floats8) * factor;
    memcpy(to, &values, sizeof values);
}

/* Eight scales and eight least values of 6 bits each, in 12 bytes. */
INLINE void read_scales_q4_k(const uint8_t *block, block_scales *s)
{
    const uint32_t low6 = 0x3F3F3F3F, low4 = 0x0F0F0F0F, high2 = 0x30303030;
    uint32_t a = load_word(block + 4), b = load_word(block + 8), c = load_word(block + 12);
    store_scaled_bytes8(a & low6, (c & low4) | (a >> 2 & high2), half_at(block), s->scale);
    store_scaled_bytes8(b & low6, (c >> 4 & low4) | (b >> 2 & high2), half_at(block + 2), s->least);
}

/* Sixteen scales of 6 bits each, in 12 bytes. */
INLINE void read_scales_q3_k(const uint8_t *block, block_scales *s)
{
    const uint32_t low4 = 0x0F0F0F0F, high2 = 0x30303030;
    uint32_t a = load_word(block + 96), b = load_word(block + 100), c = load_word(block + 104);
    uint32_t words[4] = {
        (a & low4) | (c << 4 & high2), (b & low4) | (c << 2 & high2),
        (a >> 4 & low4) | (c & high2), (b >> 4 & low4) | (c >> 2 & high2),
    };
    codes16 codes;
    memcpy(&codes, words, sizeof codes);
    store_scaled_codes16(codes - 32, half_at(block + 108), s->scale);
}

/* Eight scales of 6 bits each: four of them in one word, two in the other. */
INLINE void read_scales_iq4_xs(const uint8_t *block, block_scales *s)
{
    float factor = half_at(block);
    uint32_t high = block[2] | (uint32_t)block[3] << 8, low = load_word(block + 4);
    for (int c = 0; c < 8; c++) {
        uint32_t code = (low >> 4 * c & 0xF) | (high >> 2 * c & 3) << 4;
        s->scale[c] = factor * (float)((int)code - 32);
    }
}

INLINE void read_scales(tscope_element element, const uint8_t *block, block_scales *s)
{
    switch (element) {
    case TSCOPE_Q4_1:
    case TSCOPE_Q5_1:
        s->scale[0] = half_at(block);
        s->least[0] = -half_at(block + 2);
        break;
    case TSCOPE_Q2_K:
        store_scaled_bytes16(load16(block) & 0xF, half_at(block + 80), s->scale);
        store_scaled_bytes16(load16(block) >> 4, half_at(block + 82), s->least);
        break;
    case TSCOPE_Q3_K: read_scales_q3_k(block, s); break;
    case TSCOPE_Q4_K:
    case TSCOPE_Q5_K: read_scales_q4_k(block, s); break;
    case TSCOPE_Q6_K:
        store_scaled_codes16((codes16)load16(block + 192), half_at(block + 208), s->scale);
        break;
    case TSCOPE_IQ4_XS: read_scales_iq4_xs(block, s); break;
    case TSCOPE_MXFP4: s->scale[0] = half_power(block[0]); break;
    default: s->scale[0] = half_at(block); break;
    }
}

/* The place among the scales for piece `v` of chunk `c`. */
INLINE int scale_index(tscope_element element, int c, int v)
{
    switch (element) {
    case TSCOPE_Q2_K:
    case TSCOPE_Q3_K:
    case TSCOPE_Q6_K: return 2 * c + v * LANES / 16;
    default: return c;
    }
}

INLINE int has_least(tscope_element element)
{
    switch (element) {
    case TSCOPE_Q4_1:
    case TSCOPE_Q5_1:
    case TSCOPE_Q2_K:
    case TSCOPE_Q4_K:
    case TSCOPE_Q5_K: return 1;
    default: return 0;
    }
}
