/* Part of the kernel source that each level compiles: the entries of the table that depend on how
 * weights are stored. One copy of the loops for each element type, so that none asks inside. */

static void widen(tscope_element element, const void *from, size_t count, float *to)
{
    switch (element) {
    case TSCOPE_F32: memcpy(to, from, count * sizeof(float)); break;
    case TSCOPE_F16: widen_all(TSCOPE_F16, from, count, to); break;
    case TSCOPE_BF16: widen_all(TSCOPE_BF16, from, count, to); break;
    default: block_table[element].expand(from, count, to); break;
    }
}

/* What is finite stays so. */
INLINE vh narrow_f16(vf value)
{
    const vf largest = (vf)65504.0f, unbounded = (vf)INFINITY;
    value = value > largest && value < unbounded ? largest : value;
    value = value < -largest && value > -unbounded ? -largest : value;
    return round_f16(value);
}

static void narrow(const float *from, size_t count, uint16_t *to)
{
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) *(vh_stored *)(to + i) = narrow_f16(load(from + i));
    if (i < count) {
        uint16_t lanes[LANES];
        *(vh_stored *)lanes = narrow_f16(load_part(from + i, count - i, 0));
        memcpy(to + i, lanes, (count - i) * sizeof(uint16_t));
    }
}

#define DEFINE_PRODUCT(name, of_elements, of_blocks)                                           \
    static void name(                                                                          \
        tscope_element element, const float *x, size_t rows, size_t inputs, const void *w,     \
        size_t w_stride, size_t outputs, const float *bias, float *out, size_t out_stride)     \
    {                                                                                          \
        switch (element) {                                                                     \
        case TSCOPE_F32:                                                                       \
            of_elements(                                                                       \
                TSCOPE_F32, x, rows, inputs, w, w_stride, outputs, bias, out, out_stride);     \
            break;                                                                             \
        case TSCOPE_F16:                                                                       \
            of_elements(                                                                       \
                TSCOPE_F16, x, rows, inputs, w, w_stride, outputs, bias, out, out_stride);     \
            break;                                                                             \
        case TSCOPE_BF16:                                                                      \
            of_elements(                                                                       \
                TSCOPE_BF16, x, rows, inputs, w, w_stride, outputs, bias, out, out_stride);    \
            break;                                                                             \
        default:                                                                               \
            of_blocks(element, x, rows, inputs, w, w_stride, outputs, bias, out, out_stride);  \
            break;                                                                             \
        }                                                                                      \
    }

DEFINE_PRODUCT(multiply_output_major, output_major, block_output_major)
DEFINE_PRODUCT(multiply_input_major, input_major, block_input_major)
