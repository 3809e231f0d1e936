/* Part of the kernel source that each level compiles: how panels are filled. Every step only moves
 * bits; the scales alone are rearranged, exactly. */

/* Words of one output from a row into their places, a line of memory at a time: rows that lie a
 * power of two apart share few places of the cache. */
#define WORDS_OF_LINE 16

INLINE void pack_words(
    size_t width, const char *from, size_t output_step, size_t outputs, size_t words, char *to)
{
    for (size_t w = 0; w < words; w += WORDS_OF_LINE) {
        size_t count = words - w < WORDS_OF_LINE ? words - w : WORDS_OF_LINE;
        for (size_t o = 0; o < outputs; o++) {
            const char *source = from + o * output_step + w * width;
            char *target = to + (w * PANEL + o) * width;
            if (count == WORDS_OF_LINE)
                UNROLL for (size_t j = 0; j < WORDS_OF_LINE; j++)
                    memcpy(target + j * PANEL * width, source + j * width, width);
            else
                for (size_t j = 0; j < count; j++)
                    memcpy(target + j * PANEL * width, source + j * width, width);
        }
    }
}

/* Element (o, i) lies at o · output_step + i · input_step. Outputs beyond `outputs` stay zero. */
INLINE void pack_elements(
    tscope_element element, const char *from, size_t output_step, size_t input_step,
    size_t outputs, size_t inputs, char *to)
{
    const size_t width = element_width(element);
    const size_t words = element == TSCOPE_BF16 ? inputs / 2 : inputs;
    size_t i = 0;
    if (input_step == width) {
        pack_words(
            element == TSCOPE_BF16 ? 4 : width, from, output_step, outputs, words, to);
        i = element == TSCOPE_BF16 ? words * 2 : words;
    }
    for (; i < inputs; i++) {
        char *target = element == TSCOPE_BF16 ? to + i / 2 * 4 * PANEL + i % 2 * 2
                                              : to + i * width * PANEL;
        for (size_t o = 0; o < outputs; o++)
            memcpy(
                target + o * (element == TSCOPE_BF16 ? 4 : width),
                from + o * output_step + i * input_step, width);
    }
}

INLINE void pack_scales(
    tscope_element element, const uint8_t *from, size_t output, uint8_t *block)
{
    uint16_t halves[2] = {0, 0};
    int8_t small[2][16];
    switch (element) {
    case TSCOPE_MXFP4: {
        float scale = half_power(from[0]);
        memcpy(block + 4 * output, &scale, sizeof scale);
        return;
    }
    case TSCOPE_Q2_K:
        memcpy(halves, from + 80, 4);
        for (int g = 0; g < 16; g++) {
            small[0][g] = from[g] & 0xF;
            small[1][g] = (int8_t)(from[g] >> 4);
        }
        break;
    case TSCOPE_Q3_K: {
        block_scales scales;
        uint8_t unit[110];
        memcpy(unit, from, sizeof unit);
        memcpy(halves, from + 108, 2);
        /* With a factor of one the scales are the codes. */
        unit[108] = 0x00;
        unit[109] = 0x3C;
        read_scales_q3_k(unit, &scales);
        for (int g = 0; g < 16; g++) small[0][g] = (int8_t)scales.scale[g];
        break;
    }
    case TSCOPE_Q4_K:
    case TSCOPE_Q5_K: {
        block_scales scales;
        uint8_t unit[16] = {0x00, 0x3C, 0x00, 0x3C};
        memcpy(halves, from, 4);
        memcpy(unit + 4, from + 4, 12);
        read_scales_q4_k(unit, &scales);
        for (int g = 0; g < 8; g++) {
            small[0][g] = (int8_t)scales.scale[g];
            small[1][g] = (int8_t)scales.least[g];
        }
        break;
    }
    case TSCOPE_Q6_K:
        memcpy(halves, from + 208, 2);
        memcpy(small[0], from + 192, 16);
        break;
    case TSCOPE_IQ4_XS: {
        block_scales scales;
        uint8_t unit[8] = {0x00, 0x3C};
        memcpy(halves, from, 2);
        memcpy(unit + 2, from + 2, 6);
        read_scales_iq4_xs(unit, &scales);
        for (int g = 0; g < 8; g++) small[0][g] = (int8_t)scales.scale[g];
        break;
    }
    default: memcpy(halves, from, has_least(element) ? 4 : 2); break;
    }
    const int parts = small_scales(element);
    const int groups = parts * (int)(tscope_block_of(element).elements / CHUNK);
    for (int least = 0; least <= has_least(element); least++) {
        memcpy(block + scale_place(element, least) + 2 * output, &halves[least], 2);
        for (int g = 0; g < groups; g++) {
            uint8_t *chunk = block + scale_bytes(element) + g / parts * chunk_bytes(element);
            chunk[small_scale_place(element, least, g % parts) + output]
                = (uint8_t)small[least][g];
        }
    }
}

/* Word `w` of codes of `bits` bits, a byte each. */
INLINE void pack_word(bytes32 codes, int bits, int w, uint8_t *to)
{
    uint32_t groups[CHUNK / 4], word = 0;
    memcpy(groups, &codes, sizeof groups);
    UNROLL for (int g = 0; g < 8 / bits; g++) word |= groups[w * (8 / bits) + g] << bits * g;
    memcpy(to, &word, sizeof word);
}

INLINE void pack_blocks(
    tscope_element element, const uint8_t *from, size_t output_step, size_t outputs,
    size_t inputs, uint8_t *to)
{
    const tscope_block shape = tscope_block_of(element);
    for (size_t i = 0; i < inputs; i += shape.elements)
        for (size_t o = 0; o < outputs; o++) {
            const uint8_t *source = from + o * output_step + block_bytes(shape, i);
            uint8_t *block = to + i / shape.elements * panel_block_bytes(element);
            pack_scales(element, source, o, block);
            uint8_t *words = block + scale_bytes(element) + small_scale_bytes(element) + 4 * o;
            for (int c = 0; c < (int)shape.elements / CHUNK; c++) {
                bytes32 codes = stored_codes(element, source, c);
                const int low = low_bits(element);
                const int high = high_bits(element);
                bytes32 lower = low == 8 ? codes : codes & ((1 << low) - 1);
                UNROLL for (int w = 0; w < low; w++)
                    pack_word(lower, low, w, words + low_word(element, w) * 4 * PANEL);
                UNROLL for (int w = 0; w < high; w++)
                    pack_word(codes >> low, high, w, words + high_word(w) * 4 * PANEL);
                words += chunk_bytes(element);
            }
        }
}

#define BLOCK_PACK(format)                                                                     \
    case TSCOPE_##format:                                                                      \
        pack_blocks(TSCOPE_##format, (const uint8_t *)from, output_step, outputs, inputs,      \
            (uint8_t *)to);                                                                    \
        break;

/* One panel from at most PANEL outputs; the memory holds zeros before. */
static void pack_panel(
    tscope_element element, const void *from, size_t output_step, size_t input_step,
    size_t outputs, size_t inputs, void *to)
{
    switch (element) {
    case TSCOPE_F32:
        pack_elements(TSCOPE_F32, from, output_step, input_step, outputs, inputs, to);
        break;
    case TSCOPE_F16:
        pack_elements(TSCOPE_F16, from, output_step, input_step, outputs, inputs, to);
        break;
    case TSCOPE_BF16:
        pack_elements(TSCOPE_BF16, from, output_step, input_step, outputs, inputs, to);
        break;
        BLOCK_FORMATS(BLOCK_PACK)
    }
}
