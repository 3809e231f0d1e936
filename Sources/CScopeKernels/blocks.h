/* Part of the kernel source that each level compiles: the codes of weights stored in blocks. One
 * expander for each format serves all products. */

/* The values of the 16 codes, in formats that have a table; those of e2m1 are doubled. */
static const int8_t iq4_values[16]
    = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
static const int8_t e2m1_values[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

/* 32 codes of 4 bits in 16 bytes: all low halves come first. */
INLINE bytes32 nibbles(const uint8_t *p)
{
    bytes16 packed = load16(p);
    bytes32 codes;
    codes.lo = packed & 0xF;
    codes.hi = packed >> 4;
    return codes;
}

/* 16 in byte i where bit i of four bytes is set, else 0. */
INLINE bytes32 fifth_bits(const uint8_t *p)
{
    bytes4 word;
    memcpy(&word, p, sizeof word);
    bytes32 spread = __builtin_shufflevector(
        word, word, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3,
        3, 3, 3, 3, 3);
    const bytes32 bit = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128,
                         1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    return (bytes32)((spread & bit) != 0) & 16;
}

/* The values that a table has for codes below 16. */
INLINE codes32 look_up_codes(const int8_t *table, bytes32 codes)
{
#if LANES > 4
    typedef char chars32 __attribute__((vector_size(32)));
    bytes32 twice;
    twice.lo = twice.hi = load16((const uint8_t *)table);
    return (codes32)__builtin_ia32_pshufb256((chars32)twice, (chars32)codes);
#else
    uint8_t index[CHUNK];
    int8_t found[CHUNK];
    memcpy(index, &codes, sizeof index);
    for (int i = 0; i < CHUNK; i++) found[i] = table[index[i]];
    codes32 values;
    memcpy(&values, found, sizeof values);
    return values;
#endif
}

/* The codes of chunk `c` as they are stored: unsigned, but for those of 8 bits. */
INLINE bytes32 stored_codes(tscope_element element, const uint8_t *block, int c)
{
    /* Where a block has eight chunks, neighbours share bytes: 128 weights to a half. */
    const int half = c / 4, k = c % 4;
    switch (element) {
    case TSCOPE_Q4_0: return nibbles(block + 2);
    case TSCOPE_Q4_1: return nibbles(block + 4);
    case TSCOPE_Q5_0: return nibbles(block + 6) | fifth_bits(block + 2);
    case TSCOPE_Q5_1: return nibbles(block + 8) | fifth_bits(block + 4);
    case TSCOPE_Q8_0: return load32(block + 2);
    case TSCOPE_Q2_K: return load32(block + 16 + half * 32) >> 2 * k & 3;
    case TSCOPE_Q3_K: {
        bytes32 low = load32(block + 32 + half * 32) >> 2 * k & 3;
        return low | (load32(block) >> c & 1) << 2;
    }
    case TSCOPE_Q4_K: return load32(block + 16 + c / 2 * 32) >> 4 * (c & 1) & 0xF;
    case TSCOPE_Q5_K: {
        bytes32 low = load32(block + 48 + c / 2 * 32) >> 4 * (c & 1) & 0xF;
        return low | (load32(block + 16) >> c & 1) << 4;
    }
    case TSCOPE_Q6_K: {
        bytes32 low = load32(block + half * 64 + (k & 1) * 32) >> 4 * (k >> 1) & 0xF;
        return low | (load32(block + 128 + half * 32) >> 2 * k & 3) << 4;
    }
    case TSCOPE_IQ4_NL: return nibbles(block + 2);
    case TSCOPE_IQ4_XS: return nibbles(block + 8 + 16 * c);
    default: return nibbles(block + 1);
    }
}

/* The stored code that means zero, in formats without a least value. */
INLINE int8_t middle_code(tscope_element element)
{
    switch (element) {
    case TSCOPE_Q4_0: return 8;
    case TSCOPE_Q5_0: return 16;
    case TSCOPE_Q3_K: return 4;
    case TSCOPE_Q6_K: return 32;
    default: return 0;
    }
}

/* What has a value for each of the 16 codes, else null. */
INLINE const int8_t *code_values(tscope_element element)
{
    switch (element) {
    case TSCOPE_IQ4_NL:
    case TSCOPE_IQ4_XS: return iq4_values;
    case TSCOPE_MXFP4: return e2m1_values;
    default: return 0;
    }
}

/* The codes of chunk `c`, or the values in their place. */
INLINE codes32 chunk_codes(tscope_element element, const uint8_t *block, int c)
{
    bytes32 codes = stored_codes(element, block, c);
    const int8_t *values = code_values(element);
    return values ? look_up_codes(values, codes) : (codes32)codes - middle_code(element);
}

/* Codes from v · LANES on as numbers. */
INLINE vf code_piece(codes32 codes, int v)
{
#if LANES == 16
    codes16 part = v ? codes.hi : codes.lo;
#elif LANES == 8
    codes16 half = v & 2 ? codes.hi : codes.lo;
    codes8 part = v & 1 ? half.hi : half.lo;
#else
    codes16 half = v & 4 ? codes.hi : codes.lo;
    codes8 quarter = v & 2 ? half.hi : half.lo;
    codes4 part = v & 1 ? quarter.hi : quarter.lo;
#endif
    return __builtin_convertvector(__builtin_convertvector(part, vi), vf);
}

#if LANES == 16
INLINE int has_four_bits(tscope_element element)
{
    switch (element) {
    case TSCOPE_Q4_0:
    case TSCOPE_Q4_1:
    case TSCOPE_Q4_K:
    case TSCOPE_IQ4_NL:
    case TSCOPE_IQ4_XS:
    case TSCOPE_MXFP4: return 1;
    default: return 0;
    }
}

/* The 16 values that codes of 4 bits stand for. */
INLINE vf four_bit_values(tscope_element element)
{
    const vf linear = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    const int8_t *values = element == TSCOPE_MXFP4 ? e2m1_values : iq4_values;
    switch (element) {
    case TSCOPE_Q4_0: return linear - 8.0f;
    case TSCOPE_Q4_1:
    case TSCOPE_Q4_K: return linear;
    default: return __builtin_convertvector((codes16)load16((const uint8_t *)values), vf);
    }
}

INLINE vf look_up_weights(vf table, vu index)
{
    typedef int indices __attribute__((vector_size(64)));
    typedef float weights __attribute__((vector_size(64)));
    return (vf)__builtin_ia32_permvarsf512((weights)table, (indices)index);
}

/* One vector holds the weights of all 16 codes, so a permutation, which looks at the low four bits
 * of each lane alone, replaces masks, conversions and products. */
INLINE void expand_four_bits(
    tscope_element element, const uint8_t *block, const block_scales *s, int c, vf *weights)
{
    vf table = four_bit_values(element) * s->scale[c];
    if (has_least(element)) table = table - s->least[c];
    const uint8_t *packed = block + tscope_block_of(element).bytes - 16;
    if (element == TSCOPE_Q4_K) {
        packed = block + 16 + c / 2 * 32;
        vu first = __builtin_convertvector(load16(packed), vu);
        vu second = __builtin_convertvector(load16(packed + 16), vu);
        weights[0] = look_up_weights(table, first >> 4 * (c & 1));
        weights[1] = look_up_weights(table, second >> 4 * (c & 1));
        return;
    }
    if (element == TSCOPE_IQ4_XS) packed = block + 8 + 16 * c;
    vu index = __builtin_convertvector(load16(packed), vu);
    weights[0] = look_up_weights(table, index);
    weights[1] = look_up_weights(table, index >> 4);
}
#endif

/* The weights of chunk `c`. */
INLINE void expand_chunk(
    tscope_element element, const uint8_t *block, const block_scales *s, int c, vf *weights)
{
#if LANES == 16
    if (has_four_bits(element)) {
        expand_four_bits(element, block, s, c, weights);
        return;
    }
#endif
    codes32 codes = chunk_codes(element, block, c);
    UNROLL for (int v = 0; v < PIECES; v++) {
        int g = scale_index(element, c, v);
        vf scaled = code_piece(codes, v) * s->scale[g];
        weights[v] = has_least(element) ? scaled - s->least[g] : scaled;
    }
}
