/* Part of the kernel source that each level compiles: products of packed blocks with rows in fixed
 * point. The sum over inputs that share a scale is exact, an integer for each digit; the digits
 * are put together, scaled and added in binary32. */

/* How many rows are computed together: their sums fill the registers. Without an instruction for
 * it nothing is gained. */
#if defined(HAS_BYTE_DOT)
#define DIGIT_ROWS(digits) ((digits) == 3 ? 2 : 4)
#define UNROLL_DIGITS UNROLL
#else
#define DIGIT_ROWS(digits) 1
#define UNROLL_DIGITS
#endif

/* What unsigned codes are too large by. */
INLINE int code_offset(tscope_element element)
{
    return element == TSCOPE_Q8_0 || code_values(element) ? 128 : middle_code(element);
}

/* Four codes of each output as unsigned bytes. */
INLINE vu unsigned_codes(tscope_element element, vu codes)
{
    const int8_t *values = code_values(element);
    if (values) {
#if LANES == 16
        typedef char bytes64 __attribute__((vector_size(64)));
        bytes16 table = load16((const uint8_t *)values);
        bytes32 twice;
        twice.lo = twice.hi = table;
        vb wide;
        wide.lo = wide.hi = twice;
        codes = (vu)__builtin_ia32_pshufb512((bytes64)wide, (bytes64)codes);
#else
        codes = look_up_bytes(values, codes);
#endif
    }
    return code_offset(element) == 128 ? codes ^ 0x80808080u : codes;
}

/* sums + Σⱼ codeⱼ · digitⱼ over the four bytes of each word. */
INLINE vi dot_bytes(vi sums, vu codes, int32_t digits)
{
#if defined(HAS_BYTE_DOT)
    typedef int dot_words __attribute__((vector_size(64)));
    vi all = (vi)0 + digits;
    return (vi)__builtin_ia32_vpdpbusd512((dot_words)sums, (dot_words)codes, (dot_words)all);
#else
    UNROLL for (int j = 0; j < 4; j++)
        sums = sums + (vi)(codes >> 8 * j & 0xFF) * (int32_t)(int8_t)(uint8_t)(digits >> 8 * j);
    return sums;
#endif
}

INLINE void add_digits(
    tscope_element element, int digit_count, int row_count, const char *operand,
    operand_places p, size_t all_rows, size_t first_row, size_t inputs, const uint8_t *block,
    float *totals)
{
    const int elements = (int)tscope_block_of(element).elements;
    const int shared = scaled_inputs(element);
    const size_t groups = inputs / shared, blocks = inputs / SHARED_INPUTS;
    const int8_t *digits = (const int8_t *)operand + p.digits + first_row * inputs;
    const int32_t *sums = (const int32_t *)(operand + p.sums) + first_row * groups;
    const float *scales = (const float *)(operand + p.scales) + first_row * blocks;
    const float *real_sums = (const float *)(operand + p.real_sums) + first_row * groups;
    for (size_t i = 0; i < inputs; i += elements, block += panel_block_bytes(element)) {
        vf factors[PANEL_VECTORS], leasts[PANEL_VECTORS];
        UNROLL for (int v = 0; v < PANEL_VECTORS; v++) {
            factors[v] = block_scale(element, block, 0, v);
            leasts[v] = has_least(element) ? block_scale(element, block, 1, v) : factors[v];
        }
        for (int c = 0; c < elements / CHUNK; c++) {
            const uint8_t *chunk = chunk_at(element, block, c);
            prefetch_stream((const char *)chunk, chunk_bytes(element) + 2 * PANEL);
            const size_t at = i + c * CHUNK;
            UNROLL for (int part = 0; part < CHUNK / shared; part++) {
                vi acc[PANEL_VECTORS][4][3];
                UNROLL for (int r = 0; r < row_count; r++)
                    UNROLL_DIGITS for (int d = 0; d < digit_count; d++) {
                        int32_t sum = sums[(d * all_rows + r) * groups + at / shared + part];
                        UNROLL for (int v = 0; v < PANEL_VECTORS; v++)
                            acc[v][r][d] = (vi)0 - code_offset(element) * sum;
                    }
                UNROLL_DIGITS for (int g = 0; g < shared / 4; g++)
                    UNROLL for (int v = 0; v < PANEL_VECTORS; v++) {
                        vu codes = unsigned_codes(
                            element, group_codes(element, chunk, part * shared / 4 + g, v));
                        UNROLL for (int r = 0; r < row_count; r++)
                            UNROLL_DIGITS for (int d = 0; d < digit_count; d++) {
                                int32_t word;
                                memcpy(
                                    &word,
                                    digits + (d * all_rows + r) * inputs + at + part * shared
                                        + 4 * g,
                                    sizeof word);
                                acc[v][r][d] = dot_bytes(acc[v][r][d], codes, word);
                            }
                    }
                UNROLL for (int v = 0; v < PANEL_VECTORS; v++) {
                    vf scale = part_scale(element, factors[v], chunk, 0, part, v);
                    vf least = scale;
                    if (has_least(element))
                        least = part_scale(element, leasts[v], chunk, 1, part, v);
                    UNROLL for (int r = 0; r < row_count; r++) {
                        vf value = __builtin_convertvector(acc[v][r][digit_count - 1], vf);
                        UNROLL_DIGITS for (int d = digit_count - 2; d >= 0; d--)
                            value = __builtin_convertvector(acc[v][r][d], vf) + value * 256.0f;
                        value = value * scales[r * blocks + at / SHARED_INPUTS];
                        float *total = totals + r * PANEL + v * LANES;
                        vf sum = load(total) + scale * value;
                        if (has_least(element))
                            sum = sum - least * real_sums[r * groups + at / shared + part];
                        store(sum, total);
                    }
                }
            }
        }
    }
}

/* Adds the products of some of the rows with one panel. */
INLINE void digit_panel(
    tscope_element element, tscope_arithmetic arithmetic, const char *operand, size_t all_rows,
    size_t first, size_t rows, size_t inputs, const uint8_t *panel, float *totals)
{
    const operand_places p = places(arithmetic, element, all_rows, inputs);
    const int digits = digit_count(arithmetic);
    for (size_t r = 0; r < rows;) {
#define ROWS(n)                                                                                \
    {                                                                                          \
        add_digits(                                                                            \
            element, digits, n, operand, p, all_rows, first + r, inputs, panel,                \
            totals + r * PANEL);                                                               \
        r += n;                                                                                \
    }
#if defined(HAS_BYTE_DOT)
        if (rows - r >= 4 && DIGIT_ROWS(digits) == 4) ROWS(4)
        else if (rows - r >= 2) ROWS(2)
        else
#endif
            ROWS(1)
#undef ROWS
    }
}

#if defined(HAS_BYTE_DOT)
/* A number of digits has loops of its own. */
#define DIGIT_CASES(format)                                                                    \
    case TSCOPE_INT8: DIGIT_CALL(format, TSCOPE_INT8); break;                                  \
    case TSCOPE_FIXED16: DIGIT_CALL(format, TSCOPE_FIXED16); break;                            \
    default: DIGIT_CALL(format, TSCOPE_FIXED24); break;
#else
#define DIGIT_CASES(format)                                                                    \
    default: DIGIT_CALL(format, arithmetic); break;
#endif

#define DIGIT_CALL(format, class)                                                              \
    digit_panel(                                                                               \
        TSCOPE_##format, class, operand, all_rows, first, rows, inputs, panel, totals)

#define DIGIT_PANEL(format)                                                                    \
    static __attribute__((noinline)) void digit_panel_##format(                                \
        tscope_arithmetic arithmetic, const char *operand, size_t all_rows, size_t first,      \
        size_t rows, size_t inputs, const uint8_t *panel, float *totals)                       \
    {                                                                                          \
        switch (arithmetic) {                                                                  \
            DIGIT_CASES(format)                                                                \
        }                                                                                      \
    }

BLOCK_FORMATS(DIGIT_PANEL)
