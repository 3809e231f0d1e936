/* Part of the kernel source that each level compiles: weights packed into panels.
 *
 * A panel holds PANEL outputs side by side, and the inputs run on, so that a product of any number
 * of rows reads one stream. binary32 and binary16 lie input by input; of bfloat16 an output's
 * neighbouring inputs share a word, the earlier in its lower half. A block format lies block by
 * block: the scales of all outputs, then chunk after chunk its small scales, if it has some, and
 * its codes, in the order in which a product reads them. A word holds codes of one output, b bits
 * each: input 4 g + j of the word in byte j, from bit b · g of the byte on. Codes of
 * 5, 6 and 3 bits lie in two planes, whose words take turns. */

#define PANEL (PANEL_VECTORS * LANES)

typedef vu vu_stored __attribute__((aligned(4), may_alias));
typedef uint8_t vq __attribute__((ext_vector_type(LANES)));
typedef int8_t vs __attribute__((ext_vector_type(LANES)));
typedef vs vs_stored __attribute__((aligned(1), may_alias));
typedef uint8_t vb __attribute__((ext_vector_type(4 * LANES)));

INLINE vu load_words(const void *p) { return *(const vu_stored *)p; }
INLINE void store_words(vu v, void *p) { *(vu_stored *)p = v; }

/* The bits of the first plane of codes, and of the second. */
INLINE int low_bits(tscope_element element)
{
    switch (element) {
    case TSCOPE_Q8_0: return 8;
    case TSCOPE_Q2_K:
    case TSCOPE_Q3_K: return 2;
    default: return 4;
    }
}

INLINE int high_bits(tscope_element element)
{
    switch (element) {
    case TSCOPE_Q5_0:
    case TSCOPE_Q5_1:
    case TSCOPE_Q5_K:
    case TSCOPE_Q3_K: return 1;
    case TSCOPE_Q6_K: return 2;
    default: return 0;
    }
}

/* How many inputs share a scale. */
INLINE int scaled_inputs(tscope_element element)
{
    switch (element) {
    case TSCOPE_Q2_K:
    case TSCOPE_Q3_K:
    case TSCOPE_Q6_K: return 16;
    default: return 32;
    }
}

/* How many scales of 8 bits a chunk has beside that of its block. */
INLINE int small_scales(tscope_element element)
{
    return tscope_block_of(element).elements == CHUNK ? 0 : CHUNK / scaled_inputs(element);
}

/* The bytes of a block's scales, and of a chunk's. */
INLINE size_t scale_bytes(tscope_element element)
{
    if (element == TSCOPE_MXFP4) return 4 * PANEL;
    return (size_t)(2 * PANEL) << has_least(element);
}

INLINE size_t small_scale_bytes(tscope_element element)
{
    return (size_t)(small_scales(element) * PANEL) << has_least(element);
}

INLINE size_t chunk_bytes(tscope_element element)
{
    size_t bits = (size_t)(low_bits(element) + high_bits(element));
    return small_scale_bytes(element) + bits * 4 * PANEL;
}

INLINE size_t panel_block_bytes(tscope_element element)
{
    size_t chunks = tscope_block_of(element).elements / CHUNK;
    return scale_bytes(element) + chunks * chunk_bytes(element);
}

/* Chunk `c` of a block, its small scales first. */
INLINE const uint8_t *chunk_at(tscope_element element, const uint8_t *block, size_t c)
{
    return block + scale_bytes(element) + c * chunk_bytes(element);
}

static size_t panel_bytes(tscope_element element, size_t inputs)
{
    switch (element) {
    case TSCOPE_F32: return inputs * 4 * PANEL;
    case TSCOPE_F16: return inputs * 2 * PANEL;
    case TSCOPE_BF16: return (inputs + 1) / 2 * 4 * PANEL;
    default: return inputs / tscope_block_of(element).elements * panel_block_bytes(element);
    }
}

/* Where scales lie in a block and small ones in a chunk: all scales before all least values. */
INLINE size_t scale_place(tscope_element element, int least)
{
    return (element == TSCOPE_MXFP4 ? 4 : 2) * PANEL * (size_t)least;
}

INLINE size_t small_scale_place(tscope_element element, int least, int part)
{
    return (size_t)(least * small_scales(element) + part) * PANEL;
}

/* The scales of a block, or what multiplies its least values, of vector `v` of the panel. */
INLINE vf block_scale(tscope_element element, const uint8_t *block, int least, int v)
{
    const uint8_t *scales = block + scale_place(element, least);
    if (element == TSCOPE_MXFP4) return load((const float *)scales + v * LANES);
    vf scale = widen_f16(*(const vh_stored *)((const uint16_t *)scales + v * LANES));
    return least && !small_scales(element) ? -scale : scale;
}

/* The same times the small scales of part `part` of a chunk. */
INLINE vf part_scale(
    tscope_element element, vf scale, const uint8_t *chunk, int least, int part, int v)
{
    if (!small_scales(element)) return scale;
    const uint8_t *small = chunk + small_scale_place(element, least, part) + v * LANES;
    return scale * __builtin_convertvector(*(const vs_stored *)small, vf);
}

INLINE vf panel_scale(
    tscope_element element, const uint8_t *block, const uint8_t *chunk, int least, int part,
    int v)
{
    return part_scale(element, block_scale(element, block, least, v), chunk, least, part, v);
}

/* The place of a word of the first plane among those of its chunk, and of one of the second: where
 * it is needed first. */
INLINE int low_word(tscope_element element, int word)
{
    switch (high_bits(element)) {
    case 0: return word;
    case 1: return 1 + word;
    default: return word / 2 * 3 + 1 + word % 2;
    }
}

INLINE int high_word(int word) { return word * 3; }

/* Four codes of each output of a vector, a byte each: those of inputs 4 g … 4 g + 3 of a chunk. */
INLINE vu group_codes(tscope_element element, const uint8_t *chunk, int g, int v)
{
    const int low = low_bits(element), high = high_bits(element);
    const uint8_t *words = chunk + small_scale_bytes(element) + v * LANES * 4;
    vu codes = load_words(words + low_word(element, g * low / 8) * 4 * PANEL);
    if (low == 8) return codes;
    codes = codes >> low * g % 8 & (low == 4 ? 0x0F0F0F0Fu : 0x03030303u);
    if (high == 0) return codes;
    vu more = load_words(words + high_word(g * high / 8) * 4 * PANEL) >> high * g % 8;
    return codes | (more & (high == 1 ? 0x01010101u : 0x03030303u)) << low;
}

/* The values of 16 codes in place of the codes. */
INLINE vu look_up_bytes(const int8_t *values, vu codes)
{
#if LANES == 8
    return (vu)look_up_codes(values, (bytes32)codes);
#else
    uint8_t index[4 * LANES];
    int8_t found[4 * LANES];
    memcpy(index, &codes, sizeof index);
    for (int i = 0; i < 4 * LANES; i++) found[i] = values[index[i]];
    memcpy(&codes, found, sizeof codes);
    return codes;
#endif
}

/* The four codes as signed bytes; of formats with a least value as they are, below 128. */
INLINE vu signed_codes(tscope_element element, vu codes)
{
    const int8_t *values = code_values(element);
    if (values) return look_up_bytes(values, codes);
    int8_t middle = middle_code(element);
    return middle ? (vu)((vb)codes - (uint8_t)middle) : codes;
}

/* The codes of inputs 4 g … 4 g + 3 of a chunk as numbers, without scales. */
INLINE void group_values(
    tscope_element element, const uint8_t *chunk, int g, int v, vf *values)
{
#if LANES == 16
    /* A permutation looks at the low four bits of each lane alone. */
    if (has_four_bits(element)) {
        const vf table = four_bit_values(element);
        vu words = load_words(
            chunk + small_scale_bytes(element) + (g / 2 * PANEL + v * LANES) * 4);
        UNROLL for (int j = 0; j < 4; j++)
            values[j] = look_up_weights(table, words >> (8 * j + 4 * (g & 1)));
        return;
    }
#endif
    vu codes = signed_codes(element, group_codes(element, chunk, g, v));
    UNROLL for (int j = 0; j < 4; j++)
        values[j] = __builtin_convertvector((vi)(codes << 24 - 8 * j) >> 24, vf);
}

/* Weights of `count` inputs, whole blocks, widened. */
INLINE void widen_blocks(
    tscope_element element, const uint8_t *block, size_t count, float *to, size_t stride)
{
    const int elements = (int)tscope_block_of(element).elements;
    for (size_t i = 0; i < count; i += elements, block += panel_block_bytes(element))
        for (int c = 0; c < elements / CHUNK; c++) {
            const uint8_t *chunk = chunk_at(element, block, c);
            for (int g = 0; g < CHUNK / 4; g++) {
                int part = g * 4 / scaled_inputs(element);
                float *place = to + (i + c * CHUNK + g * 4) * stride;
                UNROLL for (int v = 0; v < PANEL_VECTORS; v++) {
                    vf values[4];
                    group_values(element, chunk, g, v, values);
                    vf scale = panel_scale(element, block, chunk, 0, part, v);
                    UNROLL for (int j = 0; j < 4; j++) {
                        vf weight = values[j] * scale;
                        if (has_least(element))
                            weight = weight - panel_scale(element, block, chunk, 1, part, v);
                        store(weight, place + j * stride + v * LANES);
                    }
                }
            }
        }
}

#define BLOCK_WIDEN(format)                                                                    \
    case TSCOPE_##format: widen_blocks(TSCOPE_##format, block, count, to, stride); break;

static void widen_panel(
    tscope_element element, const void *panel, size_t from, size_t count, float *to,
    size_t stride)
{
    const uint8_t *block = (const uint8_t *)panel + panel_bytes(element, from);
    switch (element) {
    case TSCOPE_F32:
    case TSCOPE_F16:
        for (size_t i = 0; i < count; i++)
            widen(
                element, block + i * PANEL * element_width(element), PANEL, to + i * stride);
        break;
    case TSCOPE_BF16:
        for (size_t i = 0; i < count; i++)
            UNROLL for (int v = 0; v < PANEL_VECTORS; v++) {
                vu pair = load_words(block + (i / 2 * PANEL + v * LANES) * 4);
                store((vf)(i % 2 ? pair & 0xFFFF0000u : pair << 16), to + i * stride + v * LANES);
            }
        break;
        BLOCK_FORMATS(BLOCK_WIDEN)
    }
}

/* One output of a panel, widened. */
static void widen_output(
    tscope_element element, const void *panel, size_t output, size_t inputs, float *to)
{
    float part[CHUNK * 8 * PANEL];
    for (size_t from = 0; from < inputs; from += CHUNK * 8) {
        size_t count = inputs - from < CHUNK * 8 ? inputs - from : CHUNK * 8;
        if (element == TSCOPE_F32) {
            for (size_t i = 0; i < count; i++)
                to[from + i] = ((const float *)panel)[(from + i) * PANEL + output];
            continue;
        }
        if (element == TSCOPE_BF16) {
            for (size_t i = from; i < from + count; i++) {
                uint32_t pair = ((const uint32_t *)panel)[i / 2 * PANEL + output];
                uint32_t bits = i % 2 ? pair & 0xFFFF0000u : pair << 16;
                memcpy(to + i, &bits, sizeof bits);
            }
            continue;
        }
        widen_panel(element, panel, from, count, part, PANEL);
        for (size_t i = 0; i < count; i++) to[from + i] = part[i * PANEL + output];
    }
}
